import Testing

@testable import ByteStrings

@Suite struct CharacterDecoderTests {
  /// The characters' sizes, forwards.
  private func sizes(_ bytes: [UInt8], _ decoder: CharacterDecoder = .utf8) -> [Int] {
    decoder.characters(in: ByteString(bytes)).map(\.count)
  }

  @Test(
    arguments: [
      ([], []),
      (Array("aé€𝄞".utf8), [1, 2, 3, 4]),
      ([0xff, 0xfe], [1, 1]),
      ([0xc3], [1]),
      ([0xc3, 0x61], [1, 1]),
      ([0xe2, 0x82], [1, 1]),
      ([0xe2, 0x82, 0x61], [1, 1, 1]),
      ([0xc0, 0x80], [1, 1]),
      ([0xc1, 0xbf], [1, 1]),
      ([0xe0, 0x80, 0x80], [1, 1, 1]),
      ([0xed, 0xa0, 0x80], [1, 1, 1]),
      ([0xed, 0x9f, 0xbf], [3]),
      ([0xf0, 0x80, 0x80, 0x80], [1, 1, 1, 1]),
      ([0xf4, 0x8f, 0xbf, 0xbf], [4]),
      ([0xf4, 0x90, 0x80, 0x80], [1, 1, 1, 1]),
      ([0xf5, 0x80, 0x80, 0x80], [1, 1, 1, 1]),
      ([0x80, 0x80, 0x80, 0x80, 0x80], [1, 1, 1, 1, 1]),
      ([0xc3, 0xa9, 0xa9], [2, 1]),
    ] as [([UInt8], [Int])])
  func invalidBytesAreOneCharacterEach(_ bytes: [UInt8], _ expected: [Int]) {
    #expect(sizes(bytes) == expected)
    #expect(CharacterDecoder.utf8.count(of: ByteString(bytes)) == expected.count)
    #expect(sizes(bytes, .singleByte) == bytes.map { _ in 1 })
  }

  @Test func backwardsFindsTheSameCharacters() {
    let pieces: [[UInt8]] = [
      [0x61], [0xc3, 0xa9], [0xe2, 0x82, 0xac], [0xf0, 0x9d, 0x84, 0x9e], [0x80], [0xe2], [0xf0],
    ]
    for first in pieces {
      for second in pieces {
        for third in pieces {
          for fourth in pieces {
            expectSameBoundaries(ByteString(first + second + third + fourth))
          }
        }
      }
    }
  }

  private func expectSameBoundaries(_ string: ByteString) {
    let decoder = CharacterDecoder.utf8
    var forwards = [0]
    while forwards.last! < string.count { forwards.append(decoder.boundary(after: forwards.last!, in: string)) }
    var backwards = [string.count]
    while backwards.last! > 0 { backwards.append(decoder.boundary(before: backwards.last!, in: string)) }
    #expect(forwards == backwards.reversed())
  }

  @Test func valuesAreScalarsOrBytes() {
    let values = CharacterDecoder.utf8.characters(in: ByteString(Array("aé𝄞".utf8) + [0xff])).map(\.value)
    #expect(values == [0x61, 0xe9, 0x1d11e, 0x1100ff])
    #expect(DecodedCharacter(value: 0x1100ff, count: 1).scalar == nil)
    #expect(DecodedCharacter(value: 0xe9, count: 2).scalar == "é")
  }

  @Test(arguments: 0..<40) func countsLongText(_ length: Int) {
    let ascii = [UInt8](repeating: 0x78, count: length)
    #expect(CharacterDecoder.utf8.count(of: ByteString(ascii)) == length)
    #expect(CharacterDecoder.utf8.count(of: ByteString(ascii + Array("é".utf8) + ascii)) == 2 * length + 1)
    #expect(CharacterDecoder.singleByte.count(of: ByteString(ascii + Array("é".utf8))) == length + 2)
  }

  @Test(
    arguments: [
      ("C", .singleByte), ("POSIX", .singleByte), ("", .singleByte), ("C.UTF-8", .utf8), ("de_DE.utf8", .utf8),
      ("de_DE.UTF-8@euro", .utf8), ("de_DE", .singleByte), ("de_DE.ISO-8859-15", .singleByte), ("utf8", .singleByte),
    ] as [(ByteString, CharacterDecoder)])
  func localesNameTheirDecoder(_ name: ByteString, _ expected: CharacterDecoder) {
    #expect(CharacterDecoder(localeName: name) == expected)
  }

  @Test func theFirstLocaleVariableWithAValueCounts() {
    #expect(CharacterDecoder(allCategories: "", characterType: nil, language: "C.UTF-8") == .utf8)
    #expect(CharacterDecoder(allCategories: nil, characterType: "C", language: "C.UTF-8") == .singleByte)
    #expect(CharacterDecoder(allCategories: "C.UTF-8", characterType: "C", language: nil) == .utf8)
    #expect(CharacterDecoder(allCategories: nil, characterType: nil, language: nil) == .singleByte)
  }

  @Test func knowsValidText() {
    #expect(CharacterDecoder.utf8.isValid("aé"))
    #expect(!CharacterDecoder.utf8.isValid(ByteString([0x61, 0xc3])))
    #expect(CharacterDecoder.singleByte.isValid(ByteString([0xc3])))
  }
}
