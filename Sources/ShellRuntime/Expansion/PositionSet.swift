import ByteStrings

/// A pattern of at most 63 elements as a set of positions in one machine word.
///
/// Bit `n` of the set means that the first `n` elements have matched what was read. Reading a character moves every
/// position whose element matches it by one, and keeps those that a `*` stands at: two or three instructions, however
/// many positions there are. Read backwards, with the shift the other way, the same masks find suffixes.
final class PositionSet: Sendable {
  /// How many elements fit.
  static let largestCount = 63

  /// For each ASCII character, the elements that match it.
  private let masks: [UInt64]
  /// The positions that a `*` stands at.
  private let stars: UInt64
  /// The position behind the last element.
  private let end: UInt64
  private let elements: [PatternElement]
  private let decoder: CharacterDecoder

  init(_ parts: PatternParts, decoder: CharacterDecoder) {
    precondition(parts.elements.count <= Self.largestCount, "a longer pattern is a WidePositionSet")
    elements = parts.elements
    self.decoder = decoder
    stars = parts.stars.reduce(0) { $0 | 1 << UInt64($1) }
    end = 1 << UInt64(parts.elements.count)
    var masks = [UInt64](repeating: 0, count: 128)
    for (index, element) in parts.elements.enumerated() { Self.add(element, at: 1 << UInt64(index), to: &masks) }
    self.masks = masks
  }

  private static func add(_ element: PatternElement, at bit: UInt64, to masks: inout [UInt64]) {
    if case .character(let value) = element {
      if value < 128 { masks[Int(value)] |= bit }
      return
    }
    for value in 0..<128 where element.matches(UInt32(value)) { masks[value] |= bit }
  }

  /// The elements that match the character; `masks` are those of the ASCII characters.
  @inline(__always)
  private func mask(of value: UInt32, _ masks: UnsafeBufferPointer<UInt64>) -> UInt64 {
    value < 128 ? masks[Int(value)] : maskOfLongCharacter(value)
  }

  private func maskOfLongCharacter(_ value: UInt32) -> UInt64 {
    var mask: UInt64 = 0
    for (index, element) in elements.enumerated() where element.matches(value) { mask |= 1 << UInt64(index) }
    return mask
  }

  /// Whether the pattern matches all bytes.
  func matches(_ bytes: UnsafeRawBufferPointer) -> Bool { masks.withUnsafeBufferPointer { matches(bytes, $0) } }

  private func matches(_ bytes: UnsafeRawBufferPointer, _ masks: UnsafeBufferPointer<UInt64>) -> Bool {
    let (stars, end, decoder) = (stars, end, decoder)
    var positions: UInt64 = 1
    var place = 0
    let endAndStar = end & stars
    while place < bytes.count {
      let character = decoder.character(at: place, in: bytes)
      positions = (positions & mask(of: character.value, masks)) << 1 | positions & stars
      if positions == 0 { return false }
      if positions & endAndStar != 0 { return true }
      place += character.count
    }
    return positions & end != 0
  }

  /// Where the smallest or largest prefix that matches ends.
  func endOfPrefix(_ size: MatchSize, in bytes: UnsafeRawBufferPointer) -> Int? {
    masks.withUnsafeBufferPointer { endOfPrefix(size, in: bytes, $0) }
  }

  private func endOfPrefix(
    _ size: MatchSize, in bytes: UnsafeRawBufferPointer, _ masks: UnsafeBufferPointer<UInt64>
  ) -> Int? {
    let (stars, end, decoder) = (stars, end, decoder)
    var positions: UInt64 = 1
    var place = 0
    var best: Int?
    while true {
      if positions & end != 0 {
        best = place
        if size == .smallest { return best }
        if end & stars != 0 { return bytes.count }
      }
      if place >= bytes.count || positions == 0 { return best }
      let character = decoder.character(at: place, in: bytes)
      positions = (positions & mask(of: character.value, masks)) << 1 | positions & stars
      place += character.count
    }
  }

  /// Where the smallest or largest suffix that matches starts.
  func startOfSuffix(_ size: MatchSize, in bytes: UnsafeRawBufferPointer) -> Int? {
    masks.withUnsafeBufferPointer { startOfSuffix(size, in: bytes, $0) }
  }

  private func startOfSuffix(
    _ size: MatchSize, in bytes: UnsafeRawBufferPointer, _ masks: UnsafeBufferPointer<UInt64>
  ) -> Int? {
    let (stars, end, decoder) = (stars, end, decoder)
    var positions = end
    var place = bytes.count
    var best: Int?
    while true {
      if positions & 1 != 0 {
        best = place
        if size == .smallest { return best }
        if stars & 1 != 0 { return 0 }
      }
      if place <= 0 || positions == 0 { return best }
      let character = decoder.character(before: place, in: bytes)
      positions = positions >> 1 & mask(of: character.value, masks) | positions & stars
      place -= character.count
    }
  }
}
