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
    guard context.environment.isInFunction else { throw .local(.notInFunction) }
    for operand in options.operands {
      let equals = operand.firstIndex(of: UInt8(ascii: "="))
      let name = operand.subrange(0..<(equals ?? operand.count))
      guard name.isName else { throw .variable(.invalidName(name)) }
      do throws(VariableError) {
        try context.environment.declareLocal(name, value: equals.map { operand.dropping(first: $0 + 1) })
      } catch {
        throw .variable(error)
      }
    }
    return .status(.success)
  }
}

enum LocalError: WordedError {
  case notInFunction
}

extension BuiltinError {
  static func local(_ error: LocalError) -> Self { Self(error) }
}
