import ByteStrings
import TestSupport
import Testing

@testable import ShellSyntax

@Suite struct QuotingTests {
  @Test(
    arguments: [
      ("", "''"), ("abc", "abc"), ("/a/b-c.d_e:f,g@h%i+j", "/a/b-c.d_e:f,g@h%i+j"), ("é", "é"), ("--a=b", "--a=b"),
      ("a=b", "'a=b'"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("~", "'~'"), ("#", "'#'"), ("*", "'*'"),
      ("if", "'if'"),
      ("{", "'{'"), ("!", "'!'"), ("$x", "'$x'"), ("a\nb", "$'a\\nb'"), ("\t'\\", "$'\\t\\'\\\\'"),
      ("\u{1}7", "$'\\0017'"),
      ("\u{9b}1m", "$'\\302\\2331m'"), ("\u{7f}", "$'\\177'"),
    ] as [(ByteString, ByteString)])
  func wordIsQuotedWhereItMustBe(_ bytes: ByteString, _ quoted: ByteString) {
    #expect(bytes.shellQuoted == quoted)
  }

  @Test func bytesThatAreNoCharactersAreEscaped() {
    #expect(ByteString([0x61, 0xff, 0x37]).shellQuoted == "$'a\\3777'")
    #expect(ByteString([0xe2, 0x82]).visible == "\\xe2\\x82")
    #expect(ByteString([0xed, 0xa0, 0x80]).visible == "\\xed\\xa0\\x80")
  }

  @Test(
    arguments: [
      ("a b", "a b"), ("é\u{1F600}", "é\u{1F600}"), ("a\tb\nc", "a\\tb\\nc"), ("\u{1b}[1m", "\\e[1m"),
      ("\u{1}", "\\x01"),
      ("\u{7f}", "\\x7f"), ("\u{85}", "\\xc2\\x85"),
    ] as [(ByteString, ByteString)])
  func controlBytesAreMadeVisible(_ bytes: ByteString, _ visible: ByteString) {
    #expect(bytes.visible == visible)
  }

  @Test func quotedBytesParseToTheSameBytes() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<5_000 {
      let bytes = ByteString(
        (0..<random.below(12)).map { _ in
          random.once(in: 2) ? UInt8(1 + random.below(255)) : random.pick([UInt8](" '\"$`\\\n=~#{}!ifaE;".utf8))
        })
      let quoted = bytes.shellQuoted
      var parser = Parser(quoted)
      guard case .command(let command) = parser.parseCompleteCommand(),
        case .simple(let simple) = command.list.items[0].andOr.first.elements[0], simple.words.count == 1,
        simple.assignments.isEmpty, simple.redirections.isEmpty
      else {
        Issue.record("\(quoted)")
        return
      }
      #expect(simple.words[0].textAfterQuoteRemoval == bytes)
    }
  }

  @Test(
    arguments: [
      ("", ""), ("a", "a"), ("\\a\\b\\e\\f\\n\\r\\t\\v", "\u{7}\u{8}\u{1b}\u{c}\n\r\t\u{b}"), ("\\\\\\'\\\"", "\\'\""),
      ("\\x41\\x4g\\x4", "A\u{4}g\u{4}"), ("\\101\\0601\\7", "A01\u{7}"), ("\\cA\\c?\\c\\\\", "\u{1}\u{7f}\u{1c}"),
      ("\\u00e9\\U1F600", "é\u{1F600}"), ("\\q\\x", "\\q\\x"), ("a\\x00b", "a"), ("a\\0b", "a"), ("a\\c@b", "a"),
    ] as [(ByteString, ByteString)])
  func dollarQuotesAreDecoded(_ source: ByteString, _ decoded: ByteString) {
    #expect(DollarQuoting.decode(source) == decoded)
  }
}
