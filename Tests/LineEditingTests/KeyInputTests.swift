import ByteStrings
import Testing

@testable import LineEditing

@Suite struct KeyInputTests {
  /// All characters that come of `bytes`; `nil` is a pause.
  private static func characters(_ bytes: [UInt8?]) -> [KeyInput.Event] {
    var input = KeyInput()
    input.beginLine(signals: (3, 28, 26))
    var rest = bytes[...]
    var result: [KeyInput.Event] = []
    while result.last != .endOfFile {
      result.append(
        input.character { milliseconds in
          guard let next = rest.first else { return .endOfFile }
          if next == nil, milliseconds < 0 {
            rest.removeFirst()
            return rest.isEmpty ? .endOfFile : .byte(rest.removeFirst()!)
          }
          rest.removeFirst()
          return next.map(KeyInput.ByteRead.byte) ?? .none
        })
    }
    return result.dropLast()
  }

  private static func characters(_ text: String) -> [KeyInput.Event] { characters(text.utf8.map { $0 }) }

  private static func typed(_ text: String) -> [KeyInput.Event] {
    text.unicodeScalars.map { .codePoint(Int32($0.value)) }
  }

  @Test func charactersComeWhole() {
    #expect(Self.characters("aé日😀") == Self.typed("aé日😀"))
  }

  @Test func characterThatIsNotFinishedComesAsItsBytes() {
    #expect(Self.characters([0xE6, 0x97, nil, 0x61]) == [.codePoint(0xDCE6), .codePoint(0xDC97), .codePoint(0x61)])
  }

  @Test func signalCharacters() {
    #expect(Self.characters("a\u{3}b") == Self.typed("a") + [.interrupt] + Self.typed("b"))
    #expect(Self.characters("a\u{1C}\u{1A}b") == Self.typed("ab"))
  }

  @Test func quotedSignalCharacterIsText() {
    #expect(Self.characters("\u{16}\u{3}\u{3}") == Self.typed("\u{16}\u{3}") + [.interrupt])
    #expect(Self.characters("\u{16}\u{16}\u{3}") == Self.typed("\u{16}\u{16}") + [.interrupt])
  }

  @Test func sequenceThatMayEndASearchComesBehindItsEnd() {
    let end = KeyInput.Event.codePoint(KeyInput.endOfSearch)
    let right = "\u{1B}[C"
    #expect(Self.characters("\u{12}a" + right + right) == Self.typed("\u{12}a") + [end] + Self.typed(right + right))
    #expect(Self.characters([0x13, 0x1B, nil, 0x61]) == Self.typed("\u{13}\u{1B}a"))
  }

  @Test func pasteIsOneText() {
    #expect(Self.characters("a\u{1B}[200~x\ny\u{1B}[201~b") == Self.typed("a") + [.paste("x\ny")] + Self.typed("b"))
  }

  @Test func interruptCharacterWithinAPasteIsText() {
    #expect(Self.characters("\u{1B}[200~x\u{3}y\u{1B}[201~") == [.paste("x\u{3}y")])
  }

  @Test func otherSequencesComeAsTheyAre() {
    #expect(Self.characters("\u{1B}[A\u{1B}[2~\u{1B}b") == Self.typed("\u{1B}[A\u{1B}[2~\u{1B}b"))
    #expect(Self.characters([0x1B, nil, 0x5B]) == Self.typed("\u{1B}["))
    #expect(Self.characters("\u{1B}\u{1B}[200~x\u{1B}[201~") == Self.typed("\u{1B}") + [.paste("x")])
    #expect(Self.characters("\u{1B}[\u{3}") == Self.typed("\u{1B}[") + [.interrupt])
  }

  @Test func pasteThatStopsEnds() {
    #expect(Self.characters([0x1B] + Array("[200~ab".utf8) + [nil, nil, 0x63]) == [.paste("ab"), .codePoint(0x63)])
  }

  @Test(
    arguments: [
      ("a\rb", "a\nb"), ("a\n\rb", "a\nb"), ("a\r\nb", "a\nb"), ("a\n\nb", "a\n\nb"), ("a\r\rb", "a\n\nb"),
      ("a\n\r\n\rb", "a\n\nb"), ("a\n", "a"), ("\u{1B}[1mx\u{0}", "[1mx"), ("\tx", "\tx"),
    ] as [(String, ByteString)])
  func pastedTextIsNormalized(_ text: String, _ expected: ByteString) {
    #expect(KeyInput.normalized(Array(text.utf8)) == expected)
  }
}
