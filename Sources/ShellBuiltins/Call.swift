import ByteStrings
import ShellRuntime

extension Builtin {
  static let call = Builtin(
    "call", synopsis: "COMMAND [ARGUMENT...]",
    help: """
      Starts COMMAND at once as a job that needs no foreground: on a worker thread what the shell interprets, a
      program as a process.
      """
  ) { context, arguments throws(BuiltinError) in
    let fields = try arguments.command(from: try OptionReader.firstOperand(arguments))
    let job = context.startAtOnce(fields)
    context.enter(job)
    return .status(.success)
  }
}

extension Arguments {
  /// The command that the builtin is to run: the fields from `index` on.
  func command(from index: Int) throws(BuiltinError) -> [ByteString] {
    guard index < count else { throw .usage(.missingOperand("a command")) }
    if JobID(self[index]) != nil { throw .usage(.jobAsCommand(self[index])) }
    return Array(operands[(index - 1)...])
  }
}
