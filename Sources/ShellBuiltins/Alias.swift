import ByteStrings
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let alias = Builtin(
    "alias", .intrinsic, synopsis: "[-p] [NAME[=TEXT]...]",
    help: """
      Defines aliases, or lists them in a form that the shell reads again: all, or those named.

        -p  lists all of them first, as commands
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "p")
    var prefix: ByteString?
    while try options.next() != nil { prefix = "alias " }
    if prefix != nil || options.operands.isEmpty {
      for (name, text) in context.environment.aliases.sorted {
        context.write((prefix ?? "") + context.environment.aliasDefinition(name, text) + "\n")
      }
    }
    var status = ExitStatus.success
    for operand in options.operands {
      do throws(BuiltinError) {
        try defineOrShow(&context, operand, prefix ?? "")
      } catch {
        context.report(arguments, error)
        status = .failure
      }
    }
    return .status(status)
  }

  static let unalias = Builtin(
    "unalias", .intrinsic, synopsis: "-a | NAME...",
    help: """
      Removes aliases.

        -a  all of them
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "a")
    var isAll = false
    while try options.next() != nil { isAll = true }
    if isAll {
      context.environment.aliases.removeAll()
      return .status(.success)
    }
    if options.operands.isEmpty { throw .usage(.missingOperand("a name, or -a")) }
    var status = ExitStatus.success
    for name in options.operands {
      if context.environment.aliases[name] == nil {
        context.report(arguments, .alias(.noSuchAlias(name)))
        status = .failure
      }
      context.environment.aliases[name] = nil
    }
    return .status(status)
  }
}

private func defineOrShow(
  _ context: inout BuiltinContext, _ operand: ByteString, _ prefix: ByteString
) throws(BuiltinError) {
  // The first byte belongs to the name even if it is `=`, so that such an operand is an invalid name.
  let equals = operand.dropFirst().firstIndex(of: UInt8(ascii: "="))
  let name = operand.subrange(0..<(equals ?? operand.count))
  guard let equals else {
    guard let text = context.environment.aliases[name] else { throw .alias(.noSuchAlias(name)) }
    context.write(prefix + context.environment.aliasDefinition(name, text) + "\n")
    return
  }
  guard isAliasName(name) else { throw .alias(.invalidName(name)) }
  context.environment.aliases[name] = operand.dropping(first: equals + 1)
}

/// Any word that needs no quoting can be an alias: more than the letters, digits and `!%,-@_` of POSIX.
private func isAliasName(_ name: ByteString) -> Bool {
  name.allSatisfy { byte in
    switch Unicode.Scalar(byte) {
    case "\0"..." ", "\"", "$", "&", "'", "(", ")", "/", ";", "<", "=", ">", "\\", "`", "|", "\u{7f}": false
    default: true
    }
  }
}

extension ExecutionEnvironment {
  /// `name='text'`.
  func aliasDefinition(_ name: ByteString, _ text: ByteString) -> ByteString { name + "=" + listedInQuotes(text) }

  /// A value as `set`, `export` and `readonly` list it, to be read again. Under `posix` another shell may read it.
  func listed(_ value: ByteString) -> ByteString {
    options.contains(.posix) ? value.plainlyQuoted : value.shellQuoted
  }

  /// The same, but always with quotes, as other shells list aliases and traps.
  func listedInQuotes(_ value: ByteString) -> ByteString {
    let quoted = listed(value)
    return quoted == value ? "'" + value + "'" : quoted
  }
}

/// What is wrong with the name of an alias.
enum AliasError: WordedError {
  case invalidName(ByteString)
  case noSuchAlias(ByteString)
}

extension BuiltinError {
  static func alias(_ error: AliasError) -> Self { Self(error) }
}
