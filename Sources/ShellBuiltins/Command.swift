import ByteStrings
import ShellRuntime

extension Builtin {
  static let command = Builtin(
    "command", .intrinsic, synopsis: "[-p] [-v | -V] [COMMAND [ARGUMENT...]]",
    help: """
      Runs COMMAND, a builtin or a program, though a function has its name; a special builtin's errors do not end
      the shell then.

        -p  searches the standard utilities' directories, not $PATH
        -v  writes what would be run, in a form for scripts
        -V  writes what would be run, in words
      """,
    replacement: CommandRequest.replacement
  ) { context, arguments throws(BuiltinError) in
    let request = try CommandRequest(arguments)
    let (operands, lookup) = (request.operands, request.lookup)
    guard let question = request.question else {
      if operands.isEmpty { return .status(.success) }
      return .execute(fields: operands, lookup)
    }
    if operands.isEmpty { throw .usage(.missingOperand("a name")) }
    var status = ExitStatus.success
    for name in operands {
      if let found = CommandDescription(name, in: &context, lookup: lookup) {
        context.write((question == "v" ? found.brief(name, in: context.environment) : found.sentence(name)) + "\n")
      } else {
        if question == "V" { context.report(arguments, .lookup(.notFound(name))) }
        status = .failure
      }
    }
    return .status(status)
  }
}

/// What a call of `command` asks for.
private struct CommandRequest {
  var lookup: CommandLookup = [.builtins, .programs]
  /// `v` or `V`, where the command is to be described and not run.
  var question: Unicode.Scalar?
  let operands: [ByteString]

  @Sendable static func replacement(_ arguments: Arguments) -> (fields: [ByteString], lookup: CommandLookup)? {
    guard let request = try? CommandRequest(arguments), request.question == nil, !request.operands.isEmpty else {
      return nil
    }
    return (request.operands, request.lookup)
  }

  init(_ arguments: Arguments) throws(BuiltinError) {
    var options = OptionReader(arguments, "pvV")
    while let option = try options.next() {
      if option.letter == "p" { lookup.insert(.standardPath) } else { question = option.letter }
    }
    operands = Array(options.operands)
  }
}
