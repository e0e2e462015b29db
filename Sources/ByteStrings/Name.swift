// What the shell calls a name, for the parser, the run time, the builtins and completion alike: POSIX.1-2024 XBD 3.216.

extension UInt8 {
  /// Whether the byte is a digit of ASCII.
  @inlinable public var isDigit: Bool { self &- UInt8(ascii: "0") <= 9 }

  /// Whether a name can begin with the byte: a letter of ASCII or `_`.
  @inlinable public var isNameStart: Bool { (self | 0x20) &- UInt8(ascii: "a") <= 25 || self == UInt8(ascii: "_") }

  /// Whether the byte can stand in a name: a letter of ASCII, a digit or `_`.
  @inlinable public var isNameByte: Bool { isNameStart || isDigit }
}

extension Collection<UInt8> {
  /// Whether the bytes are a name: letters of ASCII, digits and underscores, and no digit first.
  @inlinable public var isName: Bool {
    guard let first else { return false }
    return first.isNameStart && allSatisfy(\.isNameByte)
  }
}

extension ByteString {
  /// As for every collection, but the bytes are read where they stand: a start asks for each variable it imports.
  @inlinable public var isName: Bool { withUnsafeBytes { $0.isName } }
}
