import ByteStrings
import ShellSyntax
import Testing

struct KeywordTests {
  @Test(arguments: Keyword.allCases) func isFoundByItsText(_ keyword: Keyword) {
    #expect(Keyword(keyword.text) == keyword)
  }

  /// POSIX.1-2024 XCU 2.4.
  @Test func areThoseOfTheStandard() {
    let words: [ByteString] = [
      "!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until", "while", "{", "}",
    ]
    let texts = Keyword.allCases.filter { !$0.isExtension }.map(\.text)
    #expect(Set(texts) == Set(words))
    #expect(texts.count == words.count)
  }

  @Test func othersAreKnownWithoutPosixOnly() {
    #expect(Keyword.allCases.filter(\.isExtension).map(\.text) == ["function", "select", "[[", "coproc"])
    var parser = Parser("function f { :; }")
    parser.isPosix = true
    guard case .error = parser.parseCompleteCommand() else {
      Issue.record("a reserved word of bash is one under posix")
      return
    }
  }

  @Test(arguments: ["", "i", "If", "dones", "whil", "functions", "time"] as [ByteString])
  func noOtherWordIsReserved(_ text: ByteString) { #expect(Keyword(text) == nil) }
}
