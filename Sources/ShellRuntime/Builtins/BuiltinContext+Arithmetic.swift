import ByteStrings

extension BuiltinContext {
  /// The value of an arithmetic expression.
  package mutating func arithmeticValue(of text: ByteString) throws(RuntimeError) -> Int {
    do throws(ArithmeticError) {
      let program = try ArithmeticParser.parse(text).renumbered { Int(environment.number(of: $0).index) }
      return try program.evaluate(&environment)
    } catch {
      throw .arithmetic(error, expression: text)
    }
  }
}
