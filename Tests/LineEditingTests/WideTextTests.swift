import ByteStrings
import Testing

@testable import LineEditing

@Suite struct WideTextTests {
  @Test(
    arguments: [
      ([0x61], [0x61]),
      ([0xC3, 0xA9], [0xE9]),
      ([0xE6, 0x97, 0xA5, 0xF0, 0x9F, 0x98, 0x80], [0x65E5, 0x1F600]),
      ([0xFF], [0xDCFF]),
      ([0xC3], [0xDCC3]),
      ([0xC3, 0x61], [0xDCC3, 0x61]),
      ([0xE0, 0x80, 0x80], [0xDCE0, 0xDC80, 0xDC80]),
      ([0xED, 0xA0, 0x80], [0xDCED, 0xDCA0, 0xDC80]),
      ([0xF4, 0x90, 0x80, 0x80], [0xDCF4, 0xDC90, 0xDC80, 0xDC80]),
      ([0xE6, 0x97, 0xC3, 0xA9], [0xDCE6, 0xDC97, 0xE9]),
    ] as [([UInt8], [Int32])])
  func everyByteSurvives(_ bytes: [UInt8], _ wide: [Int32]) {
    #expect(WideText.decode(ByteString(bytes)) == wide)
    #expect(WideText.encode(wide) == ByteString(bytes))
  }

  @Test func randomBytesSurvive() {
    let choice: [UInt8] = [0x61, 0xC3, 0xA9, 0xE6, 0x97, 0xA5, 0xF0, 0x9F, 0x80, 0xFF]
    for _ in 0..<200 {
      let bytes = (0..<40).map { _ in choice.randomElement()! }
      #expect(WideText.encode(WideText.decode(ByteString(bytes))) == ByteString(bytes))
    }
  }

  @Test func nulIsLeftOut() {
    #expect(WideText.encode([0x61, 0, 0x62]) == "ab")
  }
}

@Suite struct ScreenLayoutTests {
  private static func end(_ text: ByteString, columns: Int, prompt: Int = 2) -> [Int] {
    var layout = ScreenLayout(columns: columns) { $0 >= 0xDC80 && $0 < 0xDD00 ? -1 : $0 == 0x65E5 ? 2 : 1 }
    for _ in 0..<prompt { layout.place(columns: 1) }
    layout.place(WideText.decode(text))
    return [layout.row, layout.column]
  }

  @Test func textWrapsAtTheEdge() {
    #expect(Self.end("abc", columns: 10) == [0, 5])
    #expect(Self.end("abcdefgh", columns: 10) == [1, 0])
    #expect(Self.end("abcdefghijkl", columns: 10) == [1, 4])
  }

  @Test func wideCharacterIsNotDivided() {
    #expect(Self.end("abcdefg日", columns: 10) == [1, 2])
    #expect(Self.end("abcdef日", columns: 10) == [1, 0])
  }

  @Test func tabsNewlinesAndControls() {
    #expect(Self.end("\t", columns: 80) == [0, 8])
    #expect(Self.end("abcdef\t", columns: 80) == [0, 16])
    #expect(Self.end("a\nbc", columns: 80) == [1, 2])
    #expect(Self.end("\u{1}", columns: 80) == [0, 4])
    #expect(Self.end(ByteString([0xFF]), columns: 80) == [0, 9])
  }
}
