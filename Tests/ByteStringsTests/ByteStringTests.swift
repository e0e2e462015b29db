import Testing

@testable import ByteStrings

@Suite struct ByteStringTests {
  @Test(arguments: 0..<40) func keepsEveryByteAtEveryLength(_ length: Int) {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 1) }
    var appended = ByteString()
    for byte in bytes { appended.append(byte) }
    #expect(ByteString(bytes).bytes == bytes)
    #expect(appended == ByteString(bytes))
    #expect(appended.hashValue == ByteString(bytes).hashValue)
    #expect(appended.indices.map { appended[$0] } == bytes)
  }

  @Test func appendingLeavesCopiesAlone() {
    let original = ByteString("a string that is longer than fifteen bytes")
    var copy = original
    copy.append(UInt8(ascii: "!"))
    #expect(original == "a string that is longer than fifteen bytes")
    #expect(copy == "a string that is longer than fifteen bytes!")
  }

  @Test func subrangesOfLongStringsAppendFromTheirOwnBytes() {
    let text = ByteString("0123456789abcdefghijklmnopqrstuvwxyz")
    var middle = text.subrange(4..<30)
    middle.append(ByteString("-more"))
    #expect(middle == "456789abcdefghijklmnopqrst-more")
    #expect(text.subrange(2..<5) == "234")
    #expect(text.subrange(2..<30).subrange(3..<25) == "56789abcdefghijklmnopq")
  }

  @Test(arguments: 0..<20) func joinsStringsOfAnyLengths(_ length: Int) {
    let first = (0..<length).map { UInt8($0 + 1) }
    for added in 0..<20 {
      let second = (0..<added).map { UInt8(0xff - $0) }
      #expect(ByteString(first) + ByteString(second) == ByteString(first + second))
      #expect((ByteString(first) + ByteString(second)).count == length + added)
    }
  }

  @Test func equalityIsOfBytesNotOfCharacters() {
    #expect(ByteString("é") != ByteString("e\u{301}"))
    #expect(ByteString([0xff]) != ByteString([0xfe]))
    #expect(ByteString("a") < ByteString("b"))
    #expect(ByteString("a") < ByteString("aa"))
  }

  @Test func readsAndWritesDecimalNumbers() {
    for number in [0, 7, 10, 99_999_999, 100_000_000, -7, -12_345_678, 1_234_567_890, Int.max, Int.min] {
      #expect(ByteString(decimal: number) == ByteString(String(number)))
      #expect(ByteString(decimal: number).decimalValue == number)
    }
    for text: ByteString in ["", "-", "12a", " 1", "9223372036854775808", "0x1"] { #expect(text.decimalValue == nil) }
  }

  @Test(arguments: [0, 1, 8, 15, 16, 40]) func closesCStringsWithNul(_ length: Int) {
    let string = ByteString(repeating: UInt8(ascii: "x"), count: length)
    #expect(string.withCString { ByteString(cString: $0) } == string)
  }

  @Test func prefixesAndSuffixes() {
    #expect(ByteString("abc").hasPrefix("ab"))
    #expect(!ByteString("abc").hasPrefix("abcd"))
    #expect(ByteString("abc").hasSuffix("bc"))
    #expect(ByteString("abc").hasSuffix(""))
  }
}
