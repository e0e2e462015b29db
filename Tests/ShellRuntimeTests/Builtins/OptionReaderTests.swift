import ByteStrings
import ShellRuntime
import Testing

@testable import ShellBuiltins

@Suite struct OptionReaderTests {
  /// The options as text, then the operands.
  private func read(_ fields: [ByteString], _ letters: StaticString) throws(BuiltinError) -> [String] {
    var reader = OptionReader(Arguments(["utility"] + fields), letters)
    var result: [String] = []
    while let option = try reader.next() {
      result.append(option.argument.isEmpty ? "\(option.letter)" : "\(option.letter)=\(option.argument)")
    }
    return result + ["|"] + reader.operands.map(\.description)
  }

  @Test func lettersCanBeGrouped() throws {
    #expect(try read(["-ab", "-c", "x"], "abc") == ["a", "b", "c", "|", "x"])
  }

  @Test func anArgumentIsTheRestOrTheNextField() throws {
    #expect(try read(["-ovalue", "-o", "next", "x"], "o:") == ["o=value", "o=next", "|", "x"])
    #expect(try read(["-ao", "next"], "ao:") == ["a", "o=next", "|"])
  }

  @Test func anArgumentMayLookLikeAnOption() throws {
    #expect(try read(["-o", "--", "-a"], "ao:") == ["o=--", "a", "|"])
  }

  @Test func twoDashesEndTheOptions() throws {
    #expect(try read(["-a", "--", "-b", "--"], "ab") == ["a", "|", "-b", "--"])
  }

  @Test func theFirstOperandEndsTheOptions() throws {
    #expect(try read(["x", "-a"], "a") == ["|", "x", "-a"])
    #expect(try read(["-", "-a"], "a") == ["|", "-", "-a"])
    #expect(try read(["", "-a"], "a") == ["|", "", "-a"])
    #expect(try read([], "a") == ["|"])
  }

  @Test func anUnknownLetterIsAnError() {
    #expect(throws: BuiltinError.usage(.noSuchOption(UInt8(ascii: "x")))) { try read(["-ax"], "a") }
    #expect(throws: BuiltinError.usage(.noSuchOption(UInt8(ascii: ":")))) { try read(["-:"], "o:") }
    #expect(throws: BuiltinError.usage(.noSuchOption(0xc3))) { try read(["-é"], "a") }
  }

  @Test func aMissingArgumentIsAnError() {
    #expect(throws: BuiltinError.usage(.optionWithoutArgument(UInt8(ascii: "o")))) { try read(["-o"], "o:") }
  }
}
