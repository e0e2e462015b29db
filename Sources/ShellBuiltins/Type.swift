import ByteStrings
import ShellRuntime

extension Builtin {
  static let type = Builtin(
    "type", .intrinsic, synopsis: "NAME...",
    help: "Says for each NAME what the shell would run: alias, reserved word, function, builtin or program."
  ) { machine, arguments throws(BuiltinError) in
    let first = try OptionReader.firstOperand(arguments)
    if first >= arguments.count { throw .missingOperand("a name") }
    var status = ExitStatus.success
    for name in arguments.dropFirst(first) {
      if let description = CommandDescription(name, in: &machine) {
        machine.write(description.sentence(name) + "\n")
      } else {
        machine.report(arguments, .notFound(name))
        status = .failure
      }
    }
    return .status(status)
  }
}
