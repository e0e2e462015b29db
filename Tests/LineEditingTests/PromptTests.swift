import ByteStrings
import Platform
import Testing

@testable import LineEditing

@Suite struct PromptTests {
  private static func prompt(_ text: ByteString) -> Prompt {
    Prompt(text) { $0 == 0x65E5 ? 2 : $0 == 0xFE0F ? 0 : 1 }
  }

  private static func text(_ wide: [Int32]) -> ByteString { WideText.encode(wide) }

  @Test func upperRowsArePrintedFirst() {
    let prompt = Self.prompt("one\ntwo\n% ")
    #expect(prompt.upperRows == "one\r\ntwo\r\n")
    #expect(prompt.editorText == [0x25, 0x20, 0])
    #expect(prompt.upperRowCount(columns: 80) { _ in 1 } == 2)
    #expect(prompt.upperRowCount(columns: 2) { _ in 1 } == 4)
    #expect(prompt.upperRowCount(columns: 3) { _ in 1 } == 2)
  }

  @Test func coloursTakeNoColumn() {
    let prompt = Self.prompt("\u{1B}[32m% ")
    #expect(
      prompt.lastRow == [
        .zeroWidth([0x1B, 0x5B, 0x33, 0x32, 0x6D]), .character(0x25, columns: 1), .character(0x20, columns: 1),
      ])
    #expect(Self.text(prompt.editorText) == "\u{1}\u{1B}[32m\u{1}% ")
  }

  @Test func bracketsTakeNoColumn() {
    #expect(
      Self.prompt("\u{1}zero\u{2}%").lastRow == [
        .zeroWidth([0x7A, 0x65, 0x72, 0x6F]), .character(0x25, columns: 1),
      ])
  }

  @Test func windowTitlesTakeNoColumn() {
    #expect(Self.prompt("\u{1B}]0;title\u{7}%").lastRow.count == 2)
    #expect(Self.prompt("\u{1B}]0;title\u{1B}\\%").lastRow.count == 2)
  }

  @Test func sequenceAtTheEndBelongsToTheLastCharacter() {
    #expect(
      Self.text(Self.prompt("a\u{1B}[1m%\u{1B}[0m").editorText)
        == "a\u{1}\u{1B}[1m%\u{1B}[0m\u{8}\u{1B}[\u{1}C")
    #expect(Self.text(Self.prompt("\u{1B}[1m日\u{1B}[0m").editorText) == "\u{1}\u{1B}[1m\u{1B}[0m\u{1}日")
  }

  @Test func sequenceWithoutACharacterIsWrittenBefore() {
    let prompt = Self.prompt("top\n\u{1B}[1m")
    #expect(prompt.editorText == [0])
    #expect(prompt.detachedSequence == "\u{1B}[1m")
    #expect(Self.prompt("\u{1B}[1m%").detachedSequence == "")
  }

  @Test func controlCharactersAreShownAsQuestionMarks() {
    #expect(Self.text(Self.prompt("a\u{3}b").editorText) == "a?b")
  }

  @Test func tabsBecomeBlanks() {
    #expect(Self.text(Self.prompt("ab\t%").editorText) == "ab      %")
  }

  @Test func bytesThatAreNotUTF8AreKept() {
    let prompt = Self.prompt(ByteString([0x61, 0xFF, 0xC3]))
    #expect(prompt.plainLastRow == ByteString([0x61, 0xFF, 0xC3]))
  }
}
