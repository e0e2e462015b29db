import ByteStrings

/// The characters of `IFS`, prepared so that each byte of a value is tested once.
///
/// Space, tab and newline are white space if `IFS` has them; every other character of it ends one field each. In a
/// multi-byte locale a character of several bytes separates as a whole.
package final class FieldSeparators: Sendable {
  /// How a separator ends a field.
  enum Kind: Sendable {
    case whiteSpace
    case other
  }

  /// Space, tab and newline.
  package static let standard = FieldSeparators(nil)

  let decoder: CharacterDecoder
  /// The first character of `IFS`, which joins `"$*"`; empty if `IFS` is.
  package let joiner: ByteString
  /// The ASCII characters of `IFS` as bits.
  private let low: UInt64
  private let high: UInt64
  /// Those of them that are white space, all of them below 64.
  private let whiteSpace: UInt64
  /// The other characters of `IFS`.
  private let longCharacters: [UInt32]
  /// All bits if there are any.
  private let longMask: UInt64

  /// The separators of a value of `IFS`; `nil` is an unset one, which counts as space, tab and newline.
  package init(_ value: ByteString?, decoder: CharacterDecoder = .utf8) {
    let value = value ?? " \t\n"
    let characters = decoder.characters(in: value).map(\.value)
    func bits(_ range: Range<UInt32>) -> UInt64 {
      characters.reduce(0) { range.contains($1) ? $0 | 1 << UInt64($1 - range.lowerBound) : $0 }
    }
    self.decoder = decoder
    joiner = value.subrange(0..<decoder.boundary(after: 0, in: value))
    low = bits(0..<64)
    high = bits(64..<128)
    whiteSpace = low & (1 << 0x20 | 1 << 0x09 | 1 << 0x0a)
    longCharacters = characters.filter { $0 >= 128 }
    longMask = longCharacters.isEmpty ? 0 : ~0
  }
}

// MARK: - Looking for separators

extension FieldSeparators {
  /// `*` and `?`, which make a field a pattern.
  private static let patternLow: UInt64 = 1 << 42 | 1 << 63
  /// `[`, likewise.
  private static let patternHigh: UInt64 = 1 << (91 - 64)

  /// Whether no byte may be part of a separator or make a field a pattern.
  @inline(__always)
  func findNothing(in bytes: UnsafeRawBufferPointer) -> Bool {
    let low = low | Self.patternLow
    let high = high | Self.patternHigh
    var found: UInt64 = 0
    for byte in bytes {
      let bits = byte < 64 ? low : byte < 128 ? high : longMask
      found |= bits >> UInt64(byte & 63)
    }
    return found & 1 == 0
  }

  /// The separator that begins at `position`, and how many bytes the character there takes.
  @inline(__always)
  func separator(at position: Int, in bytes: UnsafeRawBufferPointer) -> (kind: Kind?, count: Int) {
    let byte = bytes[position]
    if byte < 128 {
      let bits = byte < 64 ? low : high
      if bits >> UInt64(byte & 63) & 1 == 0 { return (nil, 1) }
      return (byte < 64 && whiteSpace >> UInt64(byte) & 1 != 0 ? .whiteSpace : .other, 1)
    }
    return longMask == 0 ? (nil, 1) : longSeparator(at: position, in: bytes)
  }

  private func longSeparator(at position: Int, in bytes: UnsafeRawBufferPointer) -> (kind: Kind?, count: Int) {
    let character = decoder.character(at: position, in: bytes)
    return (longCharacters.contains(character.value) ? .other : nil, character.count)
  }
}
