import ByteStrings
import Testing

@testable import LineEditing

@Suite struct CompletionContextTests {
  private typealias Context = CompletionContext

  @Test(
    arguments: [
      ("", Context(start: 0, word: "", role: .command)),
      ("ec", Context(start: 0, word: "ec", role: .command)),
      ("echo ", Context(start: 5, word: "", role: .argument(of: "echo"))),
      ("echo a b", Context(start: 7, word: "b", role: .argument(of: "echo"))),
      ("echo a; l", Context(start: 8, word: "l", role: .command)),
      ("a && b || c | d", Context(start: 14, word: "d", role: .command)),
      ("a & b", Context(start: 4, word: "b", role: .command)),
      ("a\nb", Context(start: 2, word: "b", role: .command)),
      ("(l", Context(start: 1, word: "l", role: .command)),
      ("{ l", Context(start: 2, word: "l", role: .command)),
      ("if l", Context(start: 3, word: "l", role: .command)),
      ("! time l", Context(start: 7, word: "l", role: .command)),
      ("while a; do b c", Context(start: 14, word: "c", role: .argument(of: "b"))),
      ("call f", Context(start: 5, word: "f", role: .command)),
    ] as [(ByteString, CompletionContext)])
  func commandsAndArguments(_ text: ByteString, _ expected: CompletionContext) {
    #expect(CompletionContext(textBeforeCursor: text) == expected)
  }

  @Test(
    arguments: [
      ("ls my\\ f", Context(start: 3, word: "my f", role: .argument(of: "ls"))),
      ("ls 'my f", Context(start: 3, word: "my f", quoting: .single, role: .argument(of: "ls"))),
      ("ls \"my f", Context(start: 3, word: "my f", quoting: .double, role: .argument(of: "ls"))),
      ("ls \"a\\\"b\\c", Context(start: 3, word: "a\"b\\c", quoting: .double, role: .argument(of: "ls"))),
      ("ls $'my f", Context(start: 3, word: "my f", quoting: .dollarSingle, role: .argument(of: "ls"))),
      ("ls a'b 'c", Context(start: 3, word: "ab c", role: .argument(of: "ls"))),
      ("'if' x", Context(start: 5, word: "x", role: .argument(of: "if"))),
      ("ls a\\\nb", Context(start: 3, word: "ab", role: .argument(of: "ls"))),
    ] as [(ByteString, CompletionContext)])
  func quoting(_ text: ByteString, _ expected: CompletionContext) {
    #expect(CompletionContext(textBeforeCursor: text) == expected)
  }

  @Test(
    arguments: [
      ("echo $HO", Context(start: 6, word: "HO", role: .variable(isBraced: false))),
      ("echo ${HO", Context(start: 7, word: "HO", role: .variable(isBraced: true))),
      ("echo \"x $HO", Context(start: 9, word: "HO", quoting: .double, role: .variable(isBraced: false))),
      ("echo $", Context(start: 6, word: "", role: .variable(isBraced: false))),
      ("echo '$HO", Context(start: 5, word: "$HO", quoting: .single, role: .argument(of: "echo"))),
      ("echo \\$HO", Context(start: 5, word: "$HO", role: .argument(of: "echo"))),
      (
        "echo $HOME/x",
        Context(
          start: 5, word: "$HOME/x", role: .argument(of: "echo"), parameters: [.init(name: "HOME", range: 0..<5)])
      ),
      (
        "echo a${HOME}x",
        Context(
          start: 5, word: "a${HOME}x", role: .argument(of: "echo"), parameters: [.init(name: "HOME", range: 1..<8)])
      ),
    ] as [(ByteString, CompletionContext)])
  func variables(_ text: ByteString, _ expected: CompletionContext) {
    #expect(CompletionContext(textBeforeCursor: text) == expected)
  }

  @Test(
    arguments: [
      ("echo $(l", Context(start: 7, word: "l", role: .command)),
      ("echo \"$(ls a", Context(start: 11, word: "a", role: .argument(of: "ls"))),
      ("echo `l", Context(start: 6, word: "l", role: .command)),
      ("echo `a` b", Context(start: 9, word: "b", role: .argument(of: "echo"))),
      ("echo $(a) b", Context(start: 10, word: "b", role: .argument(of: "echo"))),
      ("echo \"$(a) b", Context(start: 10, word: " b", quoting: .double, role: .argument(of: "echo"))),
    ] as [(ByteString, CompletionContext)])
  func substitutions(_ text: ByteString, _ expected: CompletionContext) {
    #expect(CompletionContext(textBeforeCursor: text) == expected)
  }

  @Test(
    arguments: [
      ("cat <f", Context(start: 5, word: "f", role: .file)),
      ("cat >> f", Context(start: 7, word: "f", role: .file)),
      ("cat 2>f", Context(start: 6, word: "f", role: .file)),
      (">f ec", Context(start: 3, word: "ec", role: .command)),
      ("a >f b", Context(start: 5, word: "b", role: .argument(of: "a"))),
      ("x=f", Context(start: 2, word: "f", role: .file)),
      ("x=a:f", Context(start: 4, word: "f", role: .file)),
      ("x=a ec", Context(start: 4, word: "ec", role: .command)),
      ("echo x=f", Context(start: 5, word: "x=f", role: .argument(of: "echo"), valueStart: 2)),
      ("cat ~/f", Context(start: 4, word: "~/f", role: .argument(of: "cat"), beginsWithTilde: true)),
      ("x=~/f", Context(start: 2, word: "~/f", role: .file, beginsWithTilde: true)),
      ("cat '~/f", Context(start: 4, word: "~/f", quoting: .single, role: .argument(of: "cat"))),
    ] as [(ByteString, CompletionContext)])
  func files(_ text: ByteString, _ expected: CompletionContext) {
    #expect(CompletionContext(textBeforeCursor: text) == expected)
  }

  @Test(arguments: ["# x", "echo a # b", "ls a\\", "cat <<E", "ls \"a\\"] as [ByteString])
  func nothingToComplete(_ text: ByteString) {
    #expect(CompletionContext(textBeforeCursor: text) == nil)
  }

  @Test func commentEndsWithItsLine() {
    #expect(CompletionContext(textBeforeCursor: "# x\nec") == Context(start: 4, word: "ec", role: .command))
    #expect(CompletionContext(textBeforeCursor: "a#b") == Context(start: 0, word: "a#b", role: .command))
  }

  /// Whatever stands before the cursor, the scanner ends and its word begins within the text.
  @Test func anyTextIsScanned() {
    let parts: [ByteString] = [
      "a", " ", "'", "\"", "\\", "$", "(", ")", "`", "{", "}", "<", ">", "|", "&", ";", "\n", "#", "=", "~", "x=", "$(",
      "${", "$'", "if", "é",
    ]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<5_000 {
      let text = (0..<8).map { _ in parts.randomElement(using: &random)! }.reduce("", +)
      if let context = CompletionContext(textBeforeCursor: text) { #expect(context.start <= text.count, "\(text)") }
    }
  }
}

@Suite struct CompletionInsertionTests {
  private static func insertion(
    _ before: ByteString, _ texts: [ByteString], after: ByteString = "", suffix: CompletionCandidate.Suffix = .space
  ) -> ByteString? {
    guard let context = CompletionContext(textBeforeCursor: before) else { return nil }
    let completions = texts.map { CompletionCandidate(text: $0, suffix: suffix) }
    return CompletionInsertion(of: completions, in: context, textAfterCursor: after)?.text
  }

  @Test func onlyCompletionIsFinished() {
    #expect(Self.insertion("ec", ["echo"]) == "ho ")
    #expect(Self.insertion("ls su", ["sub"], suffix: .slash) == "b/")
    #expect(Self.insertion("fg ", ["%1"]) == "%1 ")
  }

  @Test func commonBeginningIsInserted() {
    #expect(Self.insertion("m", ["mode", "modes", "modify"]) == "od")
    #expect(Self.insertion("mod", ["mode", "modes", "modify"]) == "")
    #expect(Self.insertion("x", ["mode"]) == nil)
  }

  @Test func characterIsNotDivided() {
    #expect(Self.insertion("ls ", ["né", "nè"]) == "n")
  }

  @Test(
    arguments: [
      ("ls my", "\\ file "), ("ls my\\ f", "ile "), ("ls 'my", " file' "), ("ls \"my f", "ile\" "),
      ("ls $'my", " file' "),
    ] as [(ByteString, ByteString)])
  func remainderIsQuotedAsTheWordIs(_ before: ByteString, _ inserted: ByteString) {
    #expect(Self.insertion(before, ["my file"]) == inserted)
  }

  @Test func specialCharactersAreQuoted() {
    #expect(Self.insertion("ls ", ["#a'b$c\n"]) == "\\#a\\'b\\$c$'\\x0a' ")
    #expect(Self.insertion("ls \"", ["a'b$c\""]) == "a'b\\$c\\\"\" ")
    #expect(Self.insertion("ls '", ["a'b"]) == "a'\\''b' ")
    #expect(Self.insertion("ls $'", ["a'\n"]) == "a\\'\\x0a' ")
  }

  @Test func whatFollowsIsNotRepeated() {
    #expect(Self.insertion("ls \"my", ["my file"], after: "\"") == " file")
    #expect(Self.insertion("ec", ["echo"], after: " x") == "ho")
    #expect(Self.insertion("ls su", ["sub"], after: "/x", suffix: .slash) == "b")
  }

  @Test func bracedVariableIsClosed() {
    #expect(Self.insertion("echo ${HO", ["HOME"]) == "ME}")
    #expect(Self.insertion("echo $HO", ["HOME"], suffix: .none) == "ME")
  }
}

@Suite struct CandidateListTests {
  private static func rows(_ displays: [ByteString], columns: Int) -> [ByteString] {
    CandidateList(displays.map { CompletionCandidate(text: $0) }) { $0 == 0x65E5 ? 2 : 1 }.rows(columns: columns)
  }

  @Test func columnsAreReadDownwards() {
    #expect(Self.rows(["a", "bb", "c", "d", "e"], columns: 10) == ["a   d", "bb  e", "c"])
    #expect(Self.rows(["a", "bb", "c"], columns: 3) == ["a", "bb", "c"])
    #expect(Self.rows(["日", "b"], columns: 20) == ["日  b"])
    #expect(Self.rows([], columns: 20) == [])
  }

  @Test func controlCharactersAreNotPrinted() {
    #expect(Self.rows(["a\u{1B}[2Jb"], columns: 20) == ["a?[2Jb"])
  }

  @Test func eachIsListedOnce() {
    #expect(Self.rows(["a", "a"], columns: 20) == ["a"])
  }
}
