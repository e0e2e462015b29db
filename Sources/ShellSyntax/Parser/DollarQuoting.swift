import ByteStrings

/// `$'…'` (POSIX.1-2024, 2.2.4 Dollar-Single-Quotes).
package enum DollarQuoting {
  /// The bytes that the text between the quotes stands for.
  ///
  /// Where the standard leaves a choice: an escape it does not name stands for itself, backslash and all; `\u` and
  /// `\U` give a character in UTF-8; a NUL ends the text.
  package static func decode(_ source: ByteString) -> ByteString {
    if !source.contains(Byte.backslash) { return source }
    var decoder = Decoder(source: source.bytes)
    return ByteString(decoder.decode())
  }

  private struct Decoder {
    let source: [UInt8]
    var index = 0
    var result: [UInt8] = []

    init(source: [UInt8]) { self.source = source }

    mutating func decode() -> [UInt8] {
      while index < source.count {
        let byte = source[index]
        index += 1
        if byte == Byte.backslash, index < source.count {
          guard appendEscape() else { return result }
        } else {
          result.append(byte)
        }
      }
      return result
    }

    /// Reads what follows a backslash; `false` if it is a NUL.
    private mutating func appendEscape() -> Bool {
      let byte = source[index]
      index += 1
      switch byte {
      case Byte.doubleQuote, Byte.singleQuote, Byte.backslash, Byte.questionMark: result.append(byte)
      case UInt8(ascii: "a"): result.append(0x07)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "e"), UInt8(ascii: "E"): result.append(0x1b)
      case UInt8(ascii: "f"): result.append(0x0c)
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "v"): result.append(0x0b)
      case UInt8(ascii: "c") where index < source.count: return appendControl()
      case UInt8(ascii: "x"): return appendNumber(hexadecimal(upTo: 2), escape: byte)
      case UInt8(ascii: "u"): return appendNumber(hexadecimal(upTo: 4), escape: byte)
      case UInt8(ascii: "U"): return appendNumber(hexadecimal(upTo: 8), escape: byte)
      case UInt8(ascii: "0")...UInt8(ascii: "7"): return appendOctal(first: byte)
      default: result += [Byte.backslash, byte]
      }
      return true
    }

    private mutating func appendControl() -> Bool {
      var byte = source[index]
      index += 1
      if byte == Byte.backslash, index < source.count, source[index] == Byte.backslash { index += 1 }
      byte = byte == Byte.questionMark ? 0x7f : byte & 0x1f
      if byte != 0 { result.append(byte) }
      return byte != 0
    }

    private mutating func hexadecimal(upTo limit: Int) -> UInt32? {
      var value: UInt32?
      let end = min(index + limit, source.count)
      while index < end, let digit = source[index].hexadecimalValue {
        value = (value ?? 0) << 4 | UInt32(digit)
        index += 1
      }
      return value
    }

    private mutating func appendOctal(first: UInt8) -> Bool {
      var value = Int(first & 7)
      let end = min(index + 2, source.count)
      while index < end, source[index] & 0xf8 == UInt8(ascii: "0") {
        value = value << 3 | Int(source[index] & 7)
        index += 1
      }
      let byte = UInt8(truncatingIfNeeded: value)
      if byte != 0 { result.append(byte) }
      return byte != 0
    }

    /// Appends the byte, or for `\u` and `\U` the character, with a number.
    private mutating func appendNumber(_ number: UInt32?, escape: UInt8) -> Bool {
      guard let number else {
        result += [Byte.backslash, escape]
        return true
      }
      if number == 0 { return false }
      if escape == UInt8(ascii: "x") {
        result.append(UInt8(truncatingIfNeeded: number))
      } else {
        result += Array(String(Unicode.Scalar(number) ?? "\u{fffd}").utf8)
      }
      return true
    }
  }
}
