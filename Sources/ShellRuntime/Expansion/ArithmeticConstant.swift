import ByteStrings

/// Integer constants as ISO C writes them: decimal, octal after `0`, hexadecimal after `0x`.
package enum ArithmeticConstant {
  /// The number that a variable's value spells: a constant with an optional sign and white space around it. An empty
  /// value is 0; anything else is `nil`, also an expression or another variable's name.
  package static func value(of text: ByteString) -> Int? {
    // What nearly every variable has: decimal digits that do not begin with 0.
    if !text.isEmpty, text[0] > UInt8(ascii: "0") || text.count == 1, let value = text.decimalValue { return value }
    return text.withUnsafeBytes { bytes in
      var start = 0
      var end = bytes.count
      while start < end, isSpace(bytes[start]) { start += 1 }
      while end > start, isSpace(bytes[end - 1]) { end -= 1 }
      if start == end { return 0 }
      let isNegative = bytes[start] == UInt8(ascii: "-")
      if isNegative || bytes[start] == UInt8(ascii: "+") { start += 1 }
      guard let magnitude = unsigned(bytes[start..<end]) else { return nil }
      return isNegative ? 0 &- magnitude : magnitude
    }
  }

  /// The number that `digits` spell without sign or white space; `nil` if they spell none. What needs more than 64
  /// bits wraps around.
  static func unsigned(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard let first = digits.first else { return nil }
    if first != UInt8(ascii: "0") { return number(digits, base: 10) }
    if digits.count == 1 { return 0 }
    if digits[digits.startIndex + 1] | 0x20 == UInt8(ascii: "x") { return number(digits.dropFirst(2), base: 16) }
    return number(digits.dropFirst(), base: 8)
  }

  private static func number(_ digits: Slice<UnsafeRawBufferPointer>, base: Int) -> Int? {
    if digits.isEmpty { return nil }
    var value = 0
    for byte in digits {
      let digit = digitValue(byte)
      if digit >= base { return nil }
      value = value &* base &+ digit
    }
    return value
  }

  /// The number that digits spell in a base from 2 to 64: letters are digits, small ones the lower ones from base 37 on,
  /// then `@` and `_`. `nil` if they spell none.
  static func value(_ digits: Slice<UnsafeRawBufferPointer>, base: Int) -> Int? {
    if digits.isEmpty || base < 2 || base > 64 { return nil }
    var value = 0
    for byte in digits {
      let digit =
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A")) + (base > 36 ? 36 : 10)
        case UInt8(ascii: "@"): 62
        default: 63
        }
      if digit >= base { return nil }
      value = value &* base &+ digit
    }
    return value
  }

  private static func digitValue(_ byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
    default: Int.max
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte) }
}
