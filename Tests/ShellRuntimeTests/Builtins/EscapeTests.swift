import ByteStrings
import Testing

@testable import ShellBuiltins

@Suite struct EscapeTests {
  private func text(_ dialect: EscapeDialect, _ source: ByteString) -> (bytes: [UInt8], goesOn: Bool) {
    var output = ByteString()
    let goesOn = dialect.append(source, to: &output)
    return (output.bytes, goesOn)
  }

  @Test(arguments: [EscapeDialect.format, .argument, .echo])
  func letters(dialect: EscapeDialect) {
    #expect(text(dialect, "\\a\\b\\e\\f\\n\\r\\t\\v\\\\").bytes == [7, 8, 27, 12, 10, 13, 9, 11, 92])
  }

  @Test func octalNumbersDifferBetweenDialects() {
    #expect(text(.format, "\\0101\\1011").bytes == Array("\u{8}1A1".utf8))
    #expect(text(.argument, "\\0101\\1011").bytes == Array("AA1".utf8))
    #expect(text(.echo, "\\0101\\101").bytes == Array("A\\101".utf8))
  }

  @Test func backslashCEndsTheTextOfArguments() {
    #expect(text(.argument, "a\\cb").bytes == Array("a".utf8))
    #expect(!text(.argument, "a\\cb").goesOn)
    #expect(!text(.echo, "\\c").goesOn)
    #expect(text(.format, "a\\cb").bytes == Array("a\\cb".utf8))
  }

  @Test func hexadecimalNumbersAndCharacters() {
    #expect(text(.argument, "\\x41\\x4\\xg").bytes == Array("A\u{4}\\xg".utf8))
    #expect(text(.argument, "\\u00e9\\U1F600").bytes == Array("é😀".utf8))
    #expect(text(.argument, "\\ud800").bytes == Array("\\ud800".utf8))
  }

  @Test func whatIsNoEscapeStays() {
    #expect(text(.echo, "\\q\\").bytes == Array("\\q\\".utf8))
    #expect(text(.echo, "\\\"").bytes == Array("\\\"".utf8))
    #expect(text(.format, "\\\"").bytes == Array("\"".utf8))
  }
}
