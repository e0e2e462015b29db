import ByteStrings

/// A pattern of more than 63 elements: the positions of `PositionSet` in several machine words.
///
/// Which elements match a character is worked out when the character first comes up, so that a long pattern takes
/// memory only for the characters of the string.
final class WidePositionSet: Sendable {
  private let elements: [PatternElement]
  private let stars: [UInt64]
  private let decoder: CharacterDecoder
  /// How many words hold one bit for each element and one for the end.
  private let wordCount: Int

  init(_ parts: PatternParts, decoder: CharacterDecoder) {
    elements = parts.elements
    self.decoder = decoder
    wordCount = parts.elements.count / 64 + 1
    var stars = [UInt64](repeating: 0, count: wordCount)
    for position in parts.stars { stars[position / 64] |= 1 << UInt64(position % 64) }
    self.stars = stars
  }

  /// Whether the pattern matches all bytes.
  func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var run = Run(of: self, from: 0)
    var place = 0
    while place < bytes.count {
      let character = decoder.character(at: place, in: bytes)
      run.readForwards(character.value)
      if run.isEmpty { return false }
      place += character.count
    }
    return run.contains(elements.count)
  }

  /// Where the smallest or largest prefix that matches ends.
  func endOfPrefix(_ size: MatchSize, in bytes: UnsafeRawBufferPointer) -> Int? {
    var run = Run(of: self, from: 0)
    var place = 0
    var best: Int?
    while true {
      if run.contains(elements.count) {
        best = place
        if size == .smallest { return best }
      }
      if place >= bytes.count || run.isEmpty { return best }
      let character = decoder.character(at: place, in: bytes)
      run.readForwards(character.value)
      place += character.count
    }
  }

  /// Where the smallest or largest suffix that matches starts.
  func startOfSuffix(_ size: MatchSize, in bytes: UnsafeRawBufferPointer) -> Int? {
    var run = Run(of: self, from: elements.count)
    var place = bytes.count
    var best: Int?
    while true {
      if run.contains(0) {
        best = place
        if size == .smallest { return best }
      }
      if place <= 0 || run.isEmpty { return best }
      let character = decoder.character(before: place, in: bytes)
      run.readBackwards(character.value)
      place -= character.count
    }
  }
}

// MARK: - One run

extension WidePositionSet {
  /// The positions during one run over a string.
  private struct Run {
    let set: WidePositionSet
    var positions: [UInt64]
    var masks: [UInt32: [UInt64]] = [:]

    init(of set: WidePositionSet, from position: Int) {
      self.set = set
      positions = [UInt64](repeating: 0, count: set.wordCount)
      positions[position / 64] = 1 << UInt64(position % 64)
    }

    var isEmpty: Bool { positions.allSatisfy { $0 == 0 } }

    func contains(_ position: Int) -> Bool { positions[position / 64] >> UInt64(position % 64) & 1 != 0 }

    mutating func readForwards(_ value: UInt32) {
      let mask = mask(of: value)
      var carry: UInt64 = 0
      for index in positions.indices {
        let moving = positions[index] & mask[index]
        positions[index] = moving << 1 | carry | positions[index] & set.stars[index]
        carry = moving >> 63
      }
    }

    mutating func readBackwards(_ value: UInt32) {
      let mask = mask(of: value)
      var carry: UInt64 = 0
      for index in positions.indices.reversed() {
        let word = positions[index]
        positions[index] = (word >> 1 | carry) & mask[index] | word & set.stars[index]
        carry = word << 63
      }
    }

    /// The elements that match a character.
    private mutating func mask(of value: UInt32) -> [UInt64] {
      if let known = masks[value] { return known }
      var mask = [UInt64](repeating: 0, count: set.wordCount)
      for (index, element) in set.elements.enumerated() where element.matches(value) {
        mask[index / 64] |= 1 << UInt64(index % 64)
      }
      masks[value] = mask
      return mask
    }
  }
}
