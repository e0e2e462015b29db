import ByteStrings
import Testing

@testable import ShellRuntime

/// The matcher beside one that tries everything, over random patterns and strings.
@Suite struct PatternReferenceTests {
  /// Whether the elements from `index` match the characters from `start`, by the definition.
  private func matches(
    _ parts: PatternParts, _ index: Int, _ characters: ArraySlice<UInt32>, mayStar: Bool = true
  ) -> Bool {
    if mayStar, parts.stars.contains(index) {
      return (characters.startIndex...characters.endIndex).contains {
        matches(parts, index, characters[$0...], mayStar: false)
      }
    }
    if index == parts.elements.count { return characters.isEmpty }
    guard let first = characters.first else { return false }
    return parts.elements[index].matches(first) && matches(parts, index + 1, characters.dropFirst())
  }

  private static let pieces: [ByteString] = [
    "a", "b", "é", "*", "*", "?", "[ab]", "[!a]", "[é-ü]", "[[:alpha:]]", ByteString([0xc3]), "-",
  ]
  private static let letters: [ByteString] = ["a", "a", "b", "é", "c", ByteString([0xc3]), ByteString([0xa9]), "-"]

  @Test(arguments: [(1, 8), (2, 40), (3, 70)] as [(UInt64, Int)])
  func agreesWithTheDefinition(_ seed: UInt64, _ padding: Int) {
    var random = SplitMix(state: seed)
    for round in 0..<1_000 {
      let source = string(of: Self.pieces, 0...6, &random)
      let value = string(of: Self.letters, 0...7, &random)
      let decoder: CharacterDecoder = round % 4 == 0 ? .singleByte : .utf8
      compare(source, value, decoder, padding: round % 2 == 0 ? padding : 0)
    }
  }

  /// A long common part in front makes short patterns long ones without making them slow to try.
  private func compare(_ source: ByteString, _ value: ByteString, _ decoder: CharacterDecoder, padding: Int) {
    let front = ByteString(repeating: UInt8(ascii: "x"), count: padding)
    let source = front + source
    let value = front + value
    let text = PatternText(unquoted: source)
    let pattern = Pattern(text, decoder: decoder)
    let parts = PatternParts(text, [], decoder: decoder)
    let characters = decoder.characters(in: value).map(\.value)
    var boundaries = [0]
    while boundaries.last! < value.count { boundaries.append(decoder.boundary(after: boundaries.last!, in: value)) }
    let prefixes = boundaries.indices.filter { matches(parts, 0, characters[..<$0]) }
    let suffixes = boundaries.indices.filter { matches(parts, 0, characters[$0...]) }
    let comment: Comment = "\(source) \(value.bytes) \(decoder)"
    #expect(pattern.matches(value) == matches(parts, 0, characters[...]), comment)
    #expect(pattern.endOfPrefix(.smallest, in: value) == prefixes.first.map { boundaries[$0] }, comment)
    #expect(pattern.endOfPrefix(.largest, in: value) == prefixes.last.map { boundaries[$0] }, comment)
    #expect(pattern.startOfSuffix(.smallest, in: value) == suffixes.last.map { boundaries[$0] }, comment)
    #expect(pattern.startOfSuffix(.largest, in: value) == suffixes.first.map { boundaries[$0] }, comment)
  }

  private func string(
    of pieces: [ByteString], _ counts: ClosedRange<Int>, _ random: inout SplitMix
  ) -> ByteString {
    var result = ByteString()
    for _ in 0..<Int.random(in: counts, using: &random) { result.append(pieces.randomElement(using: &random)!) }
    return result
  }
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
