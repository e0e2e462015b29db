import ByteStrings

extension BuiltinContext {
  /// The value of an arithmetic expression.
  package mutating func arithmeticValue(of text: ByteString) throws(RuntimeError) -> Int {
    do throws(ArithmeticError) {
      return try environment.arithmeticValue(of: text)
    } catch {
      throw .arithmetic(error, expression: text)
    }
  }
}
