import ShellRuntime

extension BuiltinTable {
  /// Every builtin utility of the shell.
  package static let standard = BuiltinTable([])
}
