import ByteStrings
import ShellRuntime

extension ByteString {
  /// Without white space at both ends.
  var trimmingBlanks: ByteString {
    let start = firstIndex { !isBlankByte($0) } ?? count
    let end = lastIndex { !isBlankByte($0) }.map { $0 + 1 } ?? start
    return subrange(start..<end)
  }

  /// Whether all of it is digits, with a sign at most: a number, if maybe one that does not fit.
  var isDecimal: Bool {
    let digits = first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? dropping(first: 1) : self
    return digits.isUnsignedDecimal
  }

  /// Whether all of it is digits.
  var isUnsignedDecimal: Bool { !isEmpty && allSatisfy(\.isDigit) }

  /// The number that an operand stands for, of at least `minimum`.
  func number(atLeast minimum: Int) throws(BuiltinError) -> Int {
    guard let value = decimalValue else { throw .operand(isDecimal ? .outOfRange(self) : .notANumber(self)) }
    if value < minimum { throw .operand(.outOfRange(self)) }
    return value
  }
}

extension Arguments {
  /// The operand at `index` as a number of at least `minimum`.
  func number(at index: Int, atLeast minimum: Int = .min) throws(BuiltinError) -> Int {
    try self[index].number(atLeast: minimum)
  }

  /// The index of the first operand of a utility without options: `--` may stand before it.
  var indexAfterDashes: Int { count > 1 && self[1] == "--" ? 2 : 1 }

  /// The only operand from `index` on, if there is one.
  func optionalOperand(from index: Int) throws(BuiltinError) -> ByteString? {
    if count > index + 1 { throw .usage(.unexpectedOperand(self[index + 1])) }
    return count > index ? self[index] : nil
  }
}
