import ByteStrings

/// The backslash escapes of `echo -e` and `printf`.
///
/// All know `\a \b \e \E \f \n \r \t \v \\`, `\xHH`, `\uHHHH` and `\UHHHHHHHH`; they differ in octal numbers, quotes
/// and `\c`. Anything else stays as it is, with its backslash.
enum EscapeDialect {
  /// `printf`'s format: `\ddd`, `\"`, `\'`; no `\c`.
  case format
  /// The argument of `%b`: `\0ddd`, `\ddd`, `\c`.
  case argument
  /// `echo -e`: `\0ddd`, `\c`.
  case echo
}

extension EscapeDialect {
  /// Appends the bytes that `text` stands for; `false` if `\c` ended them.
  func append(_ text: ByteString, to output: inout ByteString) -> Bool {
    text.withUnsafeBytes { bytes in
      var position = 0
      while position < bytes.count {
        let run = bytes[position...].firstIndex(of: UInt8(ascii: "\\")) ?? bytes.count
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position..<run]))
        position = run
        if position == bytes.count { break }
        if !appendEscape(in: bytes, at: &position, to: &output) { return false }
      }
      return true
    }
  }

  /// Appends what the escape at `position`, a backslash, stands for, and moves behind it; `false` for `\c`.
  func appendEscape(in bytes: UnsafeRawBufferPointer, at position: inout Int, to output: inout ByteString) -> Bool {
    guard position + 1 < bytes.count else {
      output.append(bytes[position])
      position += 1
      return true
    }
    let letter = bytes[position + 1]
    if let byte = Self.simpleEscape(letter) {
      output.append(byte)
      position += 2
      return true
    }
    switch Unicode.Scalar(letter) {
    case "c" where self != .format:
      position = bytes.count
      return false
    case "\"" where self == .format, "'" where self == .format:
      output.append(letter)
      position += 2
    case "0"..."7" where letter == UInt8(ascii: "0") || self != .echo:
      appendOctal(in: bytes, at: &position, to: &output)
    case "x": appendHexadecimal(in: bytes, at: &position, digits: 2, to: &output)
    case "u": appendHexadecimal(in: bytes, at: &position, digits: 4, to: &output)
    case "U": appendHexadecimal(in: bytes, at: &position, digits: 8, to: &output)
    default:
      output.append(UInt8(ascii: "\\"))
      output.append(letter)
      position += 2
    }
    return true
  }

  private static func simpleEscape(_ letter: UInt8) -> UInt8? {
    switch Unicode.Scalar(letter) {
    case "a": 0x07
    case "b": 0x08
    case "e", "E": 0x1b
    case "f": 0x0c
    case "n": 0x0a
    case "r": 0x0d
    case "t": 0x09
    case "v": 0x0b
    case "\\": UInt8(ascii: "\\")
    default: nil
    }
  }

  /// `\ddd` in a format, elsewhere `\0ddd` with up to three digits after the zero.
  private func appendOctal(in bytes: UnsafeRawBufferPointer, at position: inout Int, to output: inout ByteString) {
    position += 1
    if self != .format, bytes[position] == UInt8(ascii: "0") { position += 1 }
    var value = 0
    var digits = 0
    while digits < 3, position < bytes.count, bytes[position] & 0xf8 == 0x30 {
      value = value << 3 | Int(bytes[position] & 7)
      position += 1
      digits += 1
    }
    output.append(UInt8(truncatingIfNeeded: value))
  }

  /// `\x` stands for a byte, `\u` and `\U` for a character's UTF-8 bytes; without digits, for itself.
  private func appendHexadecimal(
    in bytes: UnsafeRawBufferPointer, at position: inout Int, digits: Int, to output: inout ByteString
  ) {
    var value: UInt32 = 0
    var next = position + 2
    while next < position + 2 + digits, next < bytes.count, let digit = hexadecimalDigit(bytes[next]) {
      value = value << 4 | UInt32(digit)
      next += 1
    }
    if next == position + 2 {
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position..<next]))
    } else if digits == 2 {
      output.append(UInt8(truncatingIfNeeded: value))
    } else if let scalar = Unicode.Scalar(value) {
      output.append(contentsOf: UTF8.encode(scalar)!)
    } else {
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position..<next]))
    }
    position = next
  }
}

/// The value of a hexadecimal digit.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x41 + 10
  case 0x61...0x66: byte - 0x61 + 10
  default: nil
  }
}
