import ByteStrings

/// Builtins that `enable -n` has disabled are not found. The option `disablesBuiltins` is set while there are any, so
/// that running a command asks for nothing more.
extension ExecutionEnvironment {
  /// The index of a builtin that is enabled.
  func builtinIndex(of name: ByteString) -> Int? {
    guard let index = shell.builtins.index(of: name), !isDisabled(index) else { return nil }
    return index
  }

  package func enabledBuiltin(_ name: ByteString) -> Builtin? {
    builtinIndex(of: name).map { shell.builtins.builtins[$0] }
  }

  func isDisabled(_ index: Int) -> Bool {
    options.contains(.disablesBuiltins) && cold.value.disabledBuiltins.contains(index)
  }

  /// Enables or disables a builtin; `false` if there is none of this name.
  package mutating func setBuiltin(_ name: ByteString, isEnabled: Bool) -> Bool {
    guard let index = shell.builtins.index(of: name) else { return false }
    if isEnabled {
      cold.value.disabledBuiltins.remove(index)
    } else {
      cold.value.disabledBuiltins.insert(index)
    }
    options.change(.disablesBuiltins, to: !cold.value.disabledBuiltins.isEmpty)
    return true
  }
}
