import ByteStrings
import ShellRuntime
import Testing

@Suite struct ReadFieldsTests {
  private func fields(
    _ line: ByteString, _ count: Int, separators: ByteString? = nil, escaped: [Int] = []
  ) -> [ByteString] {
    FieldSeparators(separators).readFields(of: line, escaped: escaped, count: count)
  }

  @Test func theLastVariableGetsTheRest() {
    #expect(fields("a b c  d ", 2) == ["a", "b c  d"])
    #expect(fields("  a  ", 1) == ["a"])
    #expect(fields("a", 3) == ["a", "", ""])
    #expect(fields("", 2) == ["", ""])
  }

  @Test func aSeparatorEndsAFieldAndIsNoneOfItsOwnAtTheEnd() {
    #expect(fields("1:2:", 2, separators: ":") == ["1", "2"])
    #expect(fields("1:2:3:", 2, separators: ":") == ["1", "2:3:"])
    #expect(fields("1:2::", 2, separators: ":") == ["1", "2::"])
    #expect(fields(":1", 2, separators: ":") == ["", "1"])
    #expect(fields(":", 1, separators: ":") == [""])
    #expect(fields("::", 1, separators: ":") == ["::"])
  }

  @Test func whiteSpaceAroundASeparatorBelongsToIt() {
    #expect(fields(" 1 : 2  3 : ", 3, separators: " :") == ["1", "2", "3"])
    #expect(fields("1 :: 2", 3, separators: " :") == ["1", "", "2"])
  }

  @Test func withoutSeparatorsALineIsOneField() {
    #expect(fields(" a b ", 2, separators: "") == [" a b ", ""])
  }

  @Test func escapedBytesDoNotSeparate() {
    #expect(fields("a b c", 2, escaped: [1]) == ["a b", "c"])
    #expect(fields("a ", 1, escaped: [1]) == ["a "])
    #expect(fields(" a", 1, escaped: [0]) == [" a"])
  }

  @Test func separatorsOfSeveralBytes() {
    #expect(fields("aéb", 2, separators: "é") == ["a", "b"])
    #expect(fields("aèb", 2, separators: "é") == ["aèb", ""])
  }
}
