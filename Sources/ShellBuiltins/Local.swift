import ByteStrings
import ShellRuntime

extension Builtin {
  static let local = Builtin(
    "local", .regular, synopsis: "NAME[=VALUE]...",
    help: """
      Makes the variables local to the function that runs and to what it calls, and assigns VALUE; without it they
      are unset. When the function ends they are what they were before. Not in POSIX, but in most shells.
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "")
    while try options.next() != nil {}
    var locals: [LocalVariable] = []
    for operand in options.operands {
      let name = operand.subrange(0..<(operand.firstIndex(of: UInt8(ascii: "=")) ?? operand.count))
      // A read-only variable cannot be made local.
      let error: VariableError? =
        !name.isName ? .invalidName(name) : context.environment.variable(name).isReadOnly ? .readOnly(name) : nil
      if let error {
        // The operands before it are still made local.
        context.report(arguments, .variable(error))
        return .declareLocals(locals, then: .usageError)
      }
      let value = name.count < operand.count ? operand.dropping(first: name.count + 1) : nil
      locals.append(LocalVariable(name: name, value: value))
    }
    return .declareLocals(locals, then: .success)
  }
}
