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
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "pvV")
    var lookup: CommandLookup = [.builtins, .programs]
    var question: Unicode.Scalar?
    while let option = try options.next() {
      if option.letter == "p" { lookup.insert(.standardPath) } else { question = option.letter }
    }
    let operands = options.operands
    guard let question else {
      if operands.isEmpty { return .status(.success) }
      return .execute(fields: Array(operands), lookup)
    }
    if operands.isEmpty { throw .usage(.missingOperand("a name")) }
    var status = ExitStatus.success
    for name in operands {
      if let found = CommandDescription(name, in: &context, lookup: lookup) {
        context.write((question == "v" ? found.brief(name) : found.sentence(name)) + "\n")
      } else {
        if question == "V" { context.report(arguments, .lookup(.notFound(name))) }
        status = .failure
      }
    }
    return .status(status)
  }
}
