import ByteStrings
import ShellRuntime

extension Builtin {
  static let exec = Builtin(
    "exec", .special, synopsis: "[COMMAND [ARGUMENT...]]",
    help: """
      Replaces the shell by COMMAND, a program. Background coroutines are cancelled first.
      Without COMMAND, the redirections of `exec` stay in effect.
      """,
    replacement: replacementByExec
  ) { context, arguments throws(BuiltinError) in
    let first = try OptionReader.firstOperand(arguments)
    if first >= arguments.count { return .keepRedirections }
    return .execute(fields: Array(arguments.dropFirst(first)), [.programs, .replacingShell])
  }
}

@Sendable private func replacementByExec(_ arguments: Arguments) -> (fields: [ByteString], lookup: CommandLookup)? {
  guard let first = try? OptionReader.firstOperand(arguments), first < arguments.count else { return nil }
  return (Array(arguments.dropFirst(first)), [.programs, .replacingShell])
}
