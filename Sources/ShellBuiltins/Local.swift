import ByteStrings
import ShellRuntime

extension Builtin {
  static let local = Builtin(
    "local", .regular, synopsis: "NAME[=VALUE]...",
    help: """
      Makes the variables local to the function that runs and to what it calls, and assigns VALUE; without it they
      are unset. When the function ends they are what they were before. Not in POSIX, but in most shells.
      """
  ) { machine, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "")
    while try options.next() != nil {}
    for operand in options.operands {
      let name = operand.subrange(0..<(operand.firstIndex(of: UInt8(ascii: "=")) ?? operand.count))
      guard name.isName else { throw .variable(.invalidName(name)) }
      // A read-only variable cannot be made another's.
      if machine.environment.variable(name).isReadOnly { throw .variable(.readOnly(name)) }
      guard machine.makeLocal(name) else { throw .notInFunction }
      if name.count < operand.count { try machine.assign(operand.dropping(first: name.count + 1), to: name) }
    }
    return .status(.success)
  }
}
