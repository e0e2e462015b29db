import ByteStrings
import ShellRuntime

extension Builtin {
  static let `return` = Builtin(
    "return", .special, synopsis: "[STATUS]",
    help: "Ends the function or the file read by `.`, with STATUS or that of the last command."
  ) { _, arguments throws(BuiltinError) in
    .leave(.returnFunction(try status(arguments)))
  }

  static let exit = Builtin(
    "exit", .special, synopsis: "[STATUS]", help: "Ends the shell with STATUS, or that of the last command."
  ) { _, arguments throws(BuiltinError) in
    .leave(.exit(try status(arguments)))
  }
}

/// The lowest eight bits of the operand; `nil` without one.
private func status(_ arguments: Arguments) throws(BuiltinError) -> ExitStatus? {
  let index = arguments.indexAfterDashes
  guard try arguments.optionalOperand(from: index) != nil else { return nil }
  return ExitStatus(truncating: try arguments.number(at: index))
}
