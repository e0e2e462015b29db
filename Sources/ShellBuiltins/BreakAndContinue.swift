import ByteStrings
import ShellRuntime

extension Builtin {
  static let `break` = Builtin(
    "break", .special, synopsis: "[N]", help: "Leaves the Nth enclosing for, while or until loop, or the outermost."
  ) { _, arguments throws(BuiltinError) in .leave(.breakLoop(try loopCount(arguments))) }

  static let `continue` = Builtin(
    "continue", .special, synopsis: "[N]", help: "Goes on with the next iteration of the Nth enclosing loop."
  ) { _, arguments throws(BuiltinError) in .leave(.continueLoop(try loopCount(arguments))) }
}

private func loopCount(_ arguments: Arguments) throws(BuiltinError) -> Int {
  let index = arguments.indexAfterDashes
  guard try arguments.optionalOperand(from: index) != nil else { return 1 }
  return try arguments.number(at: index, atLeast: 1)
}
