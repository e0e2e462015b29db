import ByteStrings
import Testing

@testable import ShellRuntime

@Suite struct PatternTests {
  private func pattern(_ source: ByteString, _ decoder: CharacterDecoder = .utf8) -> Pattern {
    Pattern(PatternText(unquoted: source), decoder: decoder)
  }

  /// Pattern, what it matches, what it does not match.
  static let table: [(ByteString, [ByteString], [ByteString])] = [
    ("", [""], ["a"]),
    ("abc", ["abc"], ["", "ab", "abcd", "xabc"]),
    ("*", ["", "a", "a b\n"], []),
    ("**", ["", "abc"], []),
    ("?", ["a", "?"], ["", "ab"]),
    ("a*", ["a", "abc"], ["", "ba"]),
    ("*c", ["c", "abc"], ["", "ca"]),
    ("*b*", ["b", "abc"], ["", "ac"]),
    ("a*c", ["ac", "abc", "abcc"], ["a", "c", "acb"]),
    ("a*b*c", ["abc", "aXbYc", "abbcc"], ["acb", "ab"]),
    ("?*?", ["ab", "abc"], ["", "a"]),
    ("[abc]", ["a", "c"], ["", "d", "ab"]),
    ("[!abc]", ["d", "!"], ["a", "", "dd"]),
    ("[^abc]", ["d", "^"], ["a", ""]),
    ("[a-c]x", ["ax", "bx"], ["dx", "-x"]),
    ("[a-]", ["a", "-"], ["b"]),
    ("[-a]", ["a", "-"], ["b"]),
    ("[]a]", ["]", "a"], ["[", ""]),
    ("[!]a]", ["b"], ["]", "a"]),
    ("[a", ["[a"], ["a"]),
    ("[]", ["[]"], ["]"]),
    ("[!]", ["[!]"], ["a"]),
    ("a[b*", ["a[b", "a[bcd"], ["ab"]),
    ("[c-a]", [], ["a", "b", "c", "-"]),
    ("[a-c-e]", ["a", "b", "c", "-", "e"], ["d"]),
    ("[--/]", ["-", ".", "/"], [",", "0"]),
    ("[[:digit:]]", ["0", "9"], ["a", ":", ""]),
    ("[[:alpha:]_]*", ["a", "_1", "Zx"], ["1a", "", "[a"]),
    ("[![:space:]]", ["a"], [" ", "\t", "\n"]),
    ("[[:upper:][:digit:]]", ["A", "5"], ["a", "-"]),
    ("[[:nothing:]]", [], ["n", ":", "["]),
    ("[[:alpha]", ["[", ":", "a", "h"], ["b"]),
    ("[[:alpha:]", ["[:", "[a", "[h"], ["a", "[b"]),
    ("[[=a=]b]", ["a", "b"], ["=", "c"]),
    ("[[.a.]-c]", ["a", "b", "c"], [".", "d"]),
    ("[[.hyphen.]-/]", ["-", ".", "/"], ["h"]),
    ("[[.].]x]", ["]", "x"], ["."]),
    ("[[.nothing.]x]", ["x"], ["n"]),
    ("[a[.-.]z]", ["a", "-", "z"], ["b"]),
    ("\\*", ["*"], ["", "a", "\\*"]),
    ("\\a", ["a"], ["\\a"]),
    ("a\\", ["a\\"], ["a"]),
    ("[\\]]", ["]"], ["\\"]),
    ("[a\\-c]", ["a", "-", "c"], ["b", "\\"]),
    ("[\\!a]", ["!", "a"], ["b"]),
    ("*.[ch]", ["a.c", ".h"], ["a.o", "c"]),
  ]

  @Test(arguments: PatternTests.table)
  func matchesWholeStrings(_ source: ByteString, _ matching: [ByteString], _ others: [ByteString]) {
    for decoder in [CharacterDecoder.utf8, .singleByte] {
      let pattern = pattern(source, decoder)
      for string in matching { #expect(pattern.matches(string), "\(source) should match \(string)") }
      for string in others { #expect(!pattern.matches(string), "\(source) should not match \(string)") }
    }
  }

  @Test func quotedBytesStandForThemselves() {
    var text = PatternText()
    text.appendQuoted("*")
    text.appendUnquoted("[a")
    text.appendQuoted("-")
    text.appendUnquoted("c]")
    text.appendQuoted("[x]\\")
    let pattern = Pattern(text)
    #expect(pattern.matches("*-[x]\\"))
    #expect(pattern.matches("*a[x]\\"))
    #expect(!pattern.matches("*b[x]\\"))
    #expect(!pattern.matches("-[x]\\"))
  }

  @Test func literalPatternsAreKnown() {
    #expect(pattern("abc").literal == "abc")
    #expect(pattern("a\\*c").literal == "a*c")
    #expect(pattern("[abc").literal == "[abc")
    #expect(pattern("").literal == "")
    #expect(pattern("a*").literal == nil)
    #expect(pattern("[a]").literal == nil)
  }

  @Test(
    arguments: [
      ("*.", "a.b.c", ["b.c", "c", "a.b.c", "a.b.c"]),
      (".*", "a.b.c", ["a.b.c", "a.b.c", "a.b", "a"]),
      ("*/", "/usr/lib/x", ["usr/lib/x", "x", "/usr/lib/x", "/usr/lib/x"]),
      ("a*", "aaa", ["aa", "", "aa", ""]),
      ("*a", "aaa", ["aa", "", "aa", ""]),
      ("*", "abc", ["abc", "", "abc", ""]),
      ("?", "abc", ["bc", "bc", "ab", "ab"]),
      ("abc", "abc", ["", "", "", ""]),
      ("", "abc", ["abc", "abc", "abc", "abc"]),
      ("*b*", "abcbd", ["cbd", "", "abc", ""]),
      ("[0-9]*", "12ab34", ["2ab34", "", "12ab3", ""]),
      ("[!.]*.", "a.b.", ["b.", "", "a.", ""]),
      ("x*", "", ["", "", "", ""]),
      ("?*", "é", ["", "", "", ""]),
      ("?", "éa", ["a", "a", "é", "é"]),
      ("*?", "aé", ["é", "", "a", ""]),
    ] as [(ByteString, ByteString, [ByteString])])
  func removesPrefixesAndSuffixes(_ source: ByteString, _ value: ByteString, _ expected: [ByteString]) {
    let removals: [PatternRemoval] = [.smallestPrefix, .largestPrefix, .smallestSuffix, .largestSuffix]
    #expect(removals.map { pattern(source).removing($0, from: value) } == expected)
  }

  @Test func questionMarkMatchesACharacterOfTheLocale() {
    #expect(pattern("?").matches("é"))
    #expect(!pattern("?", .singleByte).matches("é"))
    #expect(pattern("??", .singleByte).matches("é"))
    #expect(pattern("?").matches("𝄞"))
    #expect(pattern("?").matches(ByteString([0xff])))
    #expect(pattern("??").matches(ByteString([0xc3, 0xc3])))
    #expect(pattern("[é-ü]x").matches("öx"))
    #expect(!pattern("[!é]").matches("é"))
    #expect(pattern("[[:alpha:]]").matches("é"))
    #expect(!pattern("[[:alpha:]]", .singleByte).matches(ByteString([0xe9])))
    #expect(pattern("[[:upper:]]").matches("É"))
    #expect(pattern("[[:space:]]").matches("\u{2003}"))
    #expect(pattern("[[:punct:]]").matches("€"))
  }

  @Test func aPieceOfACharacterIsNoMatch() {
    let lead = ByteString([0xc3])
    let tail = ByteString([0xa9])
    #expect(pattern(lead).removing(.smallestPrefix, from: "éa") == "éa")
    #expect(pattern(tail).removing(.smallestSuffix, from: "aé") == "aé")
    #expect(pattern(lead + "*").matches("é") == false)
    #expect(pattern(lead + "*").matches(lead + "x"))
    #expect(pattern(lead, .singleByte).removing(.smallestPrefix, from: "éa") == tail + "a")
  }

  @Test func noPatternIsExponential() {
    let text = ByteString(repeating: UInt8(ascii: "a"), count: 2_000)
    var short = ByteString()
    for _ in 0..<30 { short.append("a*") }
    short.append("b")
    var long = ByteString()
    for _ in 0..<300 { long.append("?*a") }
    long.append("b")
    for source in [short, long] {
      let pattern = pattern(source)
      #expect(!pattern.matches(text))
      for removal in [PatternRemoval.smallestPrefix, .largestPrefix, .smallestSuffix, .largestSuffix] {
        #expect(pattern.removing(removal, from: text) == text)
      }
      #expect(pattern.matches(text + "b"))
    }
    var unclosed = ByteString()
    for _ in 0..<300 { unclosed.append("[[:a:") }
    #expect(pattern(unclosed).literal == unclosed)
  }
}
