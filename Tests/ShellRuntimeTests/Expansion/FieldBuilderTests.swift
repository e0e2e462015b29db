import ByteStrings
import Testing

@testable import ShellRuntime

@Suite struct FieldBuilderTests {
  /// A part of a word.
  enum Part {
    case quoted(ByteString)
    case literal(ByteString)
    case split(ByteString)
    case between
  }

  private func fields(_ parts: [Part], ifs: ByteString? = nil, decoder: CharacterDecoder = .utf8) -> [ByteString] {
    var builder = FieldBuilder(separators: FieldSeparators(ifs, decoder: decoder))
    add(parts, to: &builder)
    return builder.finish()
  }

  private func add(_ parts: [Part], to builder: inout FieldBuilder) {
    for part in parts {
      switch part {
      case .quoted(let bytes): builder.appendQuoted(bytes)
      case .literal(let bytes): builder.appendLiteral(bytes)
      case .split(let bytes): builder.appendSplittable(bytes)
      case .between: builder.breakField()
      }
    }
  }

  @Test(
    arguments: [
      ("", []), (" ", []), ("a", ["a"]), ("a b", ["a", "b"]), ("  a \t\n b  ", ["a", "b"]), ("a:b", ["a:b"]),
      (
        "a value that is longer than fifteen bytes", ["a", "value", "that", "is", "longer", "than", "fifteen", "bytes"]
      ),
    ] as [(ByteString, [ByteString])])
  func unsetIFSSplitsAtWhiteSpace(_ value: ByteString, _ expected: [ByteString]) {
    #expect(fields([.split(value)]) == expected)
    #expect(fields([.split(value)], ifs: " \t\n") == expected)
  }

  @Test(
    arguments: [
      ("", []), (":", [""]), ("::", ["", ""]), ("a:", ["a"]), (":a", ["", "a"]), ("a::b", ["a", "", "b"]),
      ("a b:c", ["a b", "c"]), ("a::", ["a", ""]), (" : ", [" ", " "]),
    ] as [(ByteString, [ByteString])])
  func otherCharactersEndAField(_ value: ByteString, _ expected: [ByteString]) {
    #expect(fields([.split(value)], ifs: ":") == expected)
  }

  @Test(
    arguments: [
      (" a : b ", ["a", "b"]), (":a", ["", "a"]), (" : a", ["", "a"]), ("a : : b", ["a", "", "b"]),
      ("a b", ["a", "b"]),
      ("a :", ["a"]), ("a : ", ["a"]), ("a :: ", ["a", ""]), ("  ", []), (" : ", [""]), ("a\tb", ["a\tb"]),
    ] as [(ByteString, [ByteString])])
  func whiteSpaceBelongsToItsSeparator(_ value: ByteString, _ expected: [ByteString]) {
    #expect(fields([.split(value)], ifs: ": ") == expected)
  }

  @Test func emptyIFSSplitsNothing() {
    #expect(fields([.split(" a b ")], ifs: "") == [" a b "])
    #expect(fields([.split("")], ifs: "") == [])
  }

  @Test func partsOfAWordJoin() {
    #expect(fields([.quoted("b"), .split(" a")]) == ["b", "a"])
    #expect(fields([.split("a "), .quoted("b")]) == ["a", "b"])
    #expect(fields([.literal("x"), .split("a b"), .literal("y")]) == ["xa", "by"])
    #expect(fields([.literal("a b")]) == ["a b"])
    #expect(fields([.quoted("b"), .split(" "), .quoted("c")]) == ["b", "c"])
    #expect(fields([.split("a"), .split("b")]) == ["ab"])
  }

  @Test func separatorsOfNeighbouringExpansionsAreOne() {
    #expect(fields([.literal("x"), .split(" "), .split(":"), .literal("y")], ifs: ": ") == ["x", "y"])
    #expect(fields([.split(":"), .split(":")], ifs: ":") == ["", ""])
    #expect(fields([.literal("x"), .split(":"), .split(" "), .split(":")], ifs: ": ") == ["x", ""])
  }

  @Test func quotesKeepEmptyFields() {
    #expect(fields([.quoted("")]) == [""])
    #expect(fields([.split("a "), .quoted("")]) == ["a", ""])
    #expect(fields([.quoted(""), .split(" a")]) == ["", "a"])
    #expect(fields([.split(""), .split(" ")]) == [])
  }

  @Test func breaksSeparateParameters() {
    #expect(fields([.quoted("a"), .between, .quoted(""), .between, .quoted("b")]) == ["a", "", "b"])
    #expect(fields([.split("a"), .between, .split(""), .between, .split("b c")]) == ["a", "b", "c"])
    #expect(fields([.split("a:"), .between, .split(":b")], ifs: ":") == ["a", "", "b"])
  }

  @Test func charactersOfSeveralBytesSeparateAsAWhole() {
    #expect(fields([.split("1é2è3")], ifs: "é") == ["1", "2è3"])
    #expect(fields([.split("1é2è3")], ifs: "é", decoder: .singleByte) == ["1", "", "2", ByteString([0xa8, 0x33])])
    #expect(fields([.split(ByteString([0x61, 0xc3, 0x62]))], ifs: ByteString([0xc3])) == ["a", "b"])
    #expect(fields([.split("aéb")], ifs: ByteString([0xc3])) == ["aéb"])
  }

  @Test func joinerIsTheFirstCharacter() {
    #expect(FieldSeparators(nil).joiner == " ")
    #expect(FieldSeparators("").joiner == "")
    #expect(FieldSeparators("é:").joiner == "é")
    #expect(FieldSeparators(":é").joiner == ":")
  }

  @Test func patternsKnowWhatWasQuoted() {
    var builder = FieldBuilder(separators: FieldSeparators(nil))
    add([.quoted("a*"), .literal("*.c"), .split("x y? \\*"), .quoted("[q]")], to: &builder)
    builder.endWord()
    builder.appendQuoted("***")
    builder.endWord()
    builder.appendField("?")
    #expect(builder.patternFields.map(\.index) == [0, 1, 2])
    #expect(builder.patternFields.map(\.text.source) == ["a\\**.cx", "y?", "\\*\\[q\\]"])
    #expect(builder.finish() == ["a**.cx", "y?", "\\*[q]", "***", "?"])
  }
}
