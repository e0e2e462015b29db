import ByteStrings

/// The text of a pattern that knows which bytes were quoted: in its source each quoted special byte follows a `\`.
///
/// A backslash that is not quoted (it came out of an expansion) escapes the byte that follows it, as the standard's
/// 2.14.1 says; written this way the two are one thing, and a pattern's source is a plain byte string.
package struct PatternText: Sendable, Hashable {
  /// The text, in which a backslash takes the special meaning from the byte that follows it.
  package private(set) var source: ByteString

  /// An empty pattern, which matches the empty string only.
  package init() { source = ByteString() }

  /// A pattern of bytes of which none is quoted.
  package init(unquoted bytes: ByteString) { source = bytes }

  /// Adds bytes that stand for themselves.
  package mutating func appendQuoted(_ bytes: ByteString) {
    if !bytes.contains(where: Self.isSpecial) {
      source.append(bytes)
      return
    }
    for byte in bytes {
      if Self.isSpecial(byte) { source.append(UInt8(ascii: "\\")) }
      source.append(byte)
    }
  }

  /// Adds bytes of which `*`, `?`, `[`, `]` and `\` have their special meaning.
  package mutating func appendUnquoted(_ bytes: ByteString) { source.append(bytes) }

  /// Whether `byte` can mean something else than itself in a pattern, inside brackets or groups or outside of them.
  package static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\\"),
      UInt8(ascii: "!"), UInt8(ascii: "^"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "="),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "+"), UInt8(ascii: "@"):
      true
    default: false
    }
  }

  /// Whether `byte`, not quoted, makes a field a candidate for pathname expansion: the parenthesis may be that of a group.
  package static func isActive(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(")
  }

  /// Whether one of the unquoted `bytes` can be special in a pattern. Otherwise it does not matter whether they are
  /// appended as quoted or as unquoted.
  package static func hasSpecial(_ bytes: ByteString) -> Bool { bytes.contains(where: isSpecial) }
}

/// Reads a pattern's source character by character.
struct PatternReader {
  /// A character, and whether a backslash removed its special meaning.
  struct Character {
    var value: UInt32
    var isQuoted: Bool

    /// Whether it is this ASCII character with its special meaning.
    func isSpecial(_ scalar: Unicode.Scalar) -> Bool { !isQuoted && value == scalar.value }
  }

  let bytes: UnsafeRawBufferPointer
  let decoder: CharacterDecoder
  var position = 0

  init(_ bytes: UnsafeRawBufferPointer, decoder: CharacterDecoder) {
    self.bytes = bytes
    self.decoder = decoder
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// The next character. A backslash that ends the pattern stands for itself.
  mutating func next() -> Character? {
    if isAtEnd { return nil }
    var isQuoted = false
    if bytes[position] == UInt8(ascii: "\\") {
      isQuoted = true
      if position + 1 < bytes.count { position += 1 }
    }
    let character = decoder.character(at: position, in: bytes)
    position += character.count
    return Character(value: character.value, isQuoted: isQuoted)
  }

  /// Consumes the next character if it is this one with its special meaning.
  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    var ahead = self
    guard ahead.next()?.isSpecial(scalar) == true else { return false }
    self = ahead
    return true
  }

  /// The next character, without consuming it.
  func peek() -> Character? {
    var copy = self
    return copy.next()
  }
}
