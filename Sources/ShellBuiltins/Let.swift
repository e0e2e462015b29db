import ByteStrings
import ShellRuntime

extension Builtin {
  static let `let` = Builtin(
    "let", synopsis: "EXPRESSION...",
    help: """
      Evaluates arithmetic expressions, as `((EXPRESSION))` does. Succeeds unless the last one is 0.
      """
  ) { context, arguments throws(BuiltinError) in
    let first = arguments.indexAfterDashes
    guard first < arguments.count else { throw .usage(.missingOperand("an expression")) }
    var value = 0
    for expression in arguments.dropFirst(first) {
      do throws(RuntimeError) {
        value = try context.arithmeticValue(of: expression)
      } catch {
        context.complain(arguments.name, error.message)
        return .status(.failure)
      }
    }
    return .status(.truth(value != 0))
  }
}
