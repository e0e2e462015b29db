import ByteStrings

/// The characters of `IFS`, ready to look at each byte of a value once.
///
/// Space, tab and newline are white space if `IFS` has them; every other character of it ends one field each. In a
/// multi-byte locale a character of several bytes separates as a whole.
package final class FieldSeparators: Sendable {
  /// What a byte means for an expansion's result.
  struct ByteKind: OptionSet, Sendable {
    let rawValue: UInt8
    /// A character of `IFS` that is white space.
    static let whiteSpace = ByteKind(rawValue: 1)
    /// A character of `IFS` that is not.
    static let separator = ByteKind(rawValue: 2)
    /// The first byte of a character of several bytes in `IFS`, or of one that looks like it.
    static let perhapsSeparator = ByteKind(rawValue: 4)
    /// Makes the field a pattern.
    static let patternActive = ByteKind(rawValue: 8)

    static let splitting: ByteKind = [.whiteSpace, .separator, .perhapsSeparator]
  }

  /// Space, tab and newline.
  package static let standard = FieldSeparators(nil)

  let decoder: CharacterDecoder
  /// For each byte its kind.
  let kinds: [UInt8]
  /// The characters that take several bytes, or are a byte that is no character.
  private let longCharacters: [UInt32]
  /// The first character of `IFS`, which joins `"$*"`; empty if `IFS` is.
  package let joiner: ByteString

  /// The separators of a value of `IFS`; `nil` is an unset one, which counts as space, tab and newline.
  package init(_ value: ByteString?, decoder: CharacterDecoder = .utf8) {
    let value = value ?? " \t\n"
    self.decoder = decoder
    joiner = value.subrange(0..<decoder.boundary(after: 0, in: value))
    var kinds = [UInt8](repeating: 0, count: 256)
    for byte in "*?[".utf8 { kinds[Int(byte)] = ByteKind.patternActive.rawValue }
    var longCharacters: [UInt32] = []
    var position = 0
    for character in decoder.characters(in: value) {
      if character.value < 0x80 || decoder == .singleByte {
        kinds[Int(value[position])] |= Self.kind(ofByte: value[position]).rawValue
      } else {
        kinds[Int(value[position])] |= ByteKind.perhapsSeparator.rawValue
        longCharacters.append(character.value)
      }
      position += character.count
    }
    self.kinds = kinds
    self.longCharacters = longCharacters
  }

  private static func kind(ofByte byte: UInt8) -> ByteKind {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"): .whiteSpace
    default: .separator
    }
  }

  /// What `byte` is.
  @inline(__always)
  func kind(of byte: UInt8) -> ByteKind { ByteKind(rawValue: kinds.withUnsafeBufferPointer { $0[Int(byte)] }) }

  /// The separator that begins at `position`: its kind, and how many bytes it takes; no kind if there is none.
  func separator(at position: Int, in bytes: UnsafeRawBufferPointer) -> (kind: ByteKind, count: Int) {
    let kind = kind(of: bytes[position]).intersection(.splitting)
    if kind != .perhapsSeparator { return (kind, 1) }
    let character = decoder.character(at: position, in: bytes)
    return (longCharacters.contains(character.value) ? .separator : [], character.count)
  }
}
