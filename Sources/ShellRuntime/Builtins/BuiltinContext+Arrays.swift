import ByteStrings

extension BuiltinContext {
  /// Assigns to `name[subscript]`.
  package mutating func assign(
    _ value: ByteString, toElement text: ByteString, of number: NameNumber, _ isAppending: Bool = false
  ) throws(VariableError) {
    try environment.assign(value, to: try subscripted(text, number), of: number, isAppending: isAppending)
  }

  /// Unsets `name[subscript]`, and with `@` or `*` all of it.
  package mutating func unset(element text: ByteString, of name: ByteString) throws(VariableError) {
    let number = environment.number(of: name)
    if text == "@" || text == "*" { return try environment.unset(name) }
    if environment.elements(of: number).isEmpty { return }
    if text.first == UInt8(ascii: "-"), environment.isScalar(number) { throw .badSubscript(text) }
    try environment.unset(try subscripted(text, number), of: number)
  }

  private mutating func subscripted(_ text: ByteString, _ number: NameNumber) throws(VariableError) -> ArraySubscript {
    do throws(ExecutionEnvironment.SubscriptError) {
      return try environment.element(text, of: number)
    } catch {
      throw .badSubscript(text)
    }
  }

  /// Makes a variable an indexed array of these values.
  package mutating func assign(_ values: some Sequence<ByteString>, toArray name: ByteString) throws(VariableError) {
    let number = environment.number(of: name)
    try environment.clearArray(number, isAssociative: false)
    for (index, value) in values.enumerated() { try environment.assign(value, to: .index(index), of: number) }
  }
}
