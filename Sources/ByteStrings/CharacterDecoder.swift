/// The one place that turns bytes into characters: for `${#x}`, `?` in patterns, `IFS` and the width of a prompt.
///
/// Every byte string decodes: where bytes are not valid in the encoding, each of them is one character. Decoding
/// backwards finds the same characters as decoding forwards.
public enum CharacterDecoder: Sendable, Hashable {
  /// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
  case utf8
  /// Each byte is a character; those from 0x80 belong to no character class, as in the POSIX locale.
  case singleByte

  /// The decoder for a locale's name: UTF-8 if its codeset says so (`C.UTF-8`, `de_DE.utf8@euro`).
  public init(localeName: ByteString) {
    let codeset = localeName.drop { $0 != UInt8(ascii: ".") }.dropFirst().prefix { $0 != UInt8(ascii: "@") }
    let letters = codeset.filter { $0 != UInt8(ascii: "-") }.map { $0 | 0x20 }
    self = letters.elementsEqual("utf8".utf8) ? .utf8 : .singleByte
  }

  /// The decoder of the locale that these variables name; the first of them that has a value counts.
  public init(allCategories: ByteString?, characterType: ByteString?, language: ByteString?) {
    let name = allCategories.nonEmpty ?? characterType.nonEmpty ?? language.nonEmpty
    self = name.map { CharacterDecoder(localeName: $0) } ?? .singleByte
  }
}

extension ByteString {
  /// Whether each byte is a character in every encoding.
  public var isASCII: Bool { withUnsafeBytes { bytes in bytes.allSatisfy { $0 < 0x80 } } }
}

extension ByteString? {
  fileprivate var nonEmpty: ByteString? { flatMap { $0.isEmpty ? nil : $0 } }
}

/// A character as its number, and how many bytes it takes.
public struct DecodedCharacter: Sendable, Hashable {
  /// A Unicode scalar's number, or `invalidBase` plus the byte where a byte stands for itself.
  public var value: UInt32
  /// How many bytes it takes, at least 1.
  public var count: Int

  @inlinable init(value: UInt32, count: Int) {
    self.value = value
    self.count = count
  }

  /// Added to a byte that is no part of a valid character; above all Unicode scalars.
  public static let invalidBase: UInt32 = 0x11_0000

  /// The Unicode scalar; `nil` where a byte stands for itself.
  public var scalar: Unicode.Scalar? { Unicode.Scalar(value) }
}

// MARK: - One character

extension CharacterDecoder {
  /// The character that begins at `position`, which must be a boundary below the count.
  @inlinable public func character(at position: Int, in bytes: UnsafeRawBufferPointer) -> DecodedCharacter {
    let first = bytes[position]
    if first < 0x80 { return DecodedCharacter(value: UInt32(first), count: 1) }
    return multiByteCharacter(at: position, in: bytes)
  }

  /// The character that ends at `position`, which must be a boundary above 0.
  public func character(before position: Int, in bytes: UnsafeRawBufferPointer) -> DecodedCharacter {
    let last = bytes[position - 1]
    if last & 0xc0 != 0x80 || self == .singleByte { return character(at: position - 1, in: bytes) }
    // A byte that begins a character is always a boundary, so only the nearest one matters.
    var start = position - 2
    while start >= 0, position - start <= 4 {
      if bytes[start] & 0xc0 != 0x80 {
        let candidate = character(at: start, in: bytes)
        if start + candidate.count == position { return candidate }
        break
      }
      start -= 1
    }
    return byteAsCharacter(last)
  }

  @usableFromInline func multiByteCharacter(at position: Int, in bytes: UnsafeRawBufferPointer) -> DecodedCharacter {
    let first = bytes[position]
    guard self == .utf8, first >= 0xc2, first <= 0xf4 else { return byteAsCharacter(first) }
    let count = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    guard position + count <= bytes.count else { return byteAsCharacter(first) }
    var value = UInt32(first) & (0x7f >> UInt32(count))
    for offset in 1..<count {
      let next = bytes[position + offset]
      guard next & 0xc0 == 0x80 else { return byteAsCharacter(first) }
      value = value << 6 | UInt32(next & 0x3f)
    }
    let smallest: UInt32 = count == 2 ? 0x80 : count == 3 ? 0x800 : 0x1_0000
    guard value >= smallest, value <= 0x10_ffff, !(0xd800...0xdfff).contains(value) else {
      return byteAsCharacter(first)
    }
    return DecodedCharacter(value: value, count: count)
  }

  func byteAsCharacter(_ byte: UInt8) -> DecodedCharacter {
    DecodedCharacter(value: DecodedCharacter.invalidBase + UInt32(byte), count: 1)
  }
}

// MARK: - Strings

extension CharacterDecoder {
  /// How many characters `string` has.
  public func count(of string: ByteString) -> Int {
    if self == .singleByte { return string.count }
    return string.withUnsafeBytes { bytes in
      var position = Self.leadingASCIICount(of: bytes)
      var count = position
      while position < bytes.count {
        position += character(at: position, in: bytes).count
        count += 1
      }
      return count
    }
  }

  /// The boundary that follows the character at `position`; the count stays where it is.
  public func boundary(after position: Int, in string: ByteString) -> Int {
    if position >= string.count { return string.count }
    return string.withUnsafeBytes { position + character(at: position, in: $0).count }
  }

  /// The boundary that precedes the character that ends at `position`; 0 stays 0.
  public func boundary(before position: Int, in string: ByteString) -> Int {
    if position <= 0 { return 0 }
    return string.withUnsafeBytes { position - character(before: position, in: $0).count }
  }

  /// The characters of `string`, in order.
  public func characters(in string: ByteString) -> Characters { Characters(decoder: self, string: string) }

  /// Whether every byte belongs to a valid character, so that equal bytes are equal characters wherever they stand.
  public func isValid(_ string: ByteString) -> Bool {
    self == .singleByte || characters(in: string).allSatisfy { $0.value < DecodedCharacter.invalidBase }
  }

  /// How many bytes at the beginning are ASCII, looked at eight at a time and so at most seven too few.
  static func leadingASCIICount(of bytes: UnsafeRawBufferPointer) -> Int {
    var position = 0
    while position + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      if word & 0x8080_8080_8080_8080 != 0 { break }
      position += 8
    }
    return position
  }

  /// The characters of a byte string.
  public struct Characters: Sequence, IteratorProtocol, Sendable {
    let decoder: CharacterDecoder
    let string: ByteString
    /// The boundary that the next character begins at.
    public private(set) var position = 0

    init(decoder: CharacterDecoder, string: ByteString) {
      self.decoder = decoder
      self.string = string
    }

    public mutating func next() -> DecodedCharacter? {
      if position >= string.count { return nil }
      let character = string.withUnsafeBytes { decoder.character(at: position, in: $0) }
      position += character.count
      return character
    }
  }
}
