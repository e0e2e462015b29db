import ByteStrings
import Testing

@testable import ShellSyntax

@Suite struct LimitTests {
  /// What opens a level, what stands in the middle, and what closes it.
  static let nestings: [(open: String, middle: String, close: String)] = [
    ("( ", "a", ")"), ("{ ", "a;", "}; "), ("a $(", "b", ")"), ("\"$(", "a", ")\""), ("${x-", "a", "}"),
    ("\"${x-", "a", "}\""), ("if a; then ", "b;", "fi; "), ("if ", "a;", "then b; fi; "),
    ("case a in b) ", "c;", "esac; "),
    ("f() { ", "a;", "}; "), ("while ", "a;", "do b; done; "), ("for i do ", "a;", "done; "), ("$((", "1", "))"),
    ("$((", "a", ") )"), ("$((1 + $(", "a", ")))"), ("${x[", "1", "]}"), ("a <<E $(", "b", ")"), ("a | (", "b", ")"),
  ]

  @Test(arguments: nestings)
  func deepNestingEndsInAnError(_ open: String, _ middle: String, _ close: String) {
    for depth in [1_000, 100_000] {
      let text = ByteString(String(repeating: open, count: depth) + middle + String(repeating: close, count: depth))
      var parser = Parser(text)
      guard case .error(let error) = parser.parseCompleteCommand() else {
        Issue.record("no error")
        return
      }
      #expect(error.reason == .nestedTooDeeply(limit: 200))
    }
  }

  @Test(arguments: nestings)
  func nestingUpToTheLimitIsParsedPrintedAndCompared(_ open: String, _ middle: String, _ close: String) {
    // Some of these open two or three constructs at once.
    let depth = 60
    let text = ByteString(String(repeating: open, count: depth) + middle + String(repeating: close, count: depth))
    var parser = Parser(text)
    guard case .command(let tree) = parser.parseCompleteCommand() else {
      Issue.record("\(text)")
      return
    }
    for style in [SyntaxPrinter.Style.oneLine, .indented] {
      var again = Parser(SyntaxPrinter.text(of: tree, style: style))
      #expect(again.parseCompleteCommand() == .command(tree))
    }
  }

  @Test func nestingWithinBackquotesEndsInAnError() {
    var parser = Parser(ByteString("`" + String(repeating: "(", count: 300) + "`"))
    guard case .error(let error) = parser.parseCompleteCommand() else {
      Issue.record("no error")
      return
    }
    guard case .nestedTooDeeply = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func longElifChainsAndFlatListsAreNotNested() {
    let units: [(String, String)] = [
      ("a;", "a"), ("a&", "a"), ("a|", "a"), ("a&&", "a"), ("a||", "a"), ("a ", "a"), ("'a'", ""), ("$a", ""),
      ("\\a", "b"), (">a ", "b"), ("a=1 ", "b"), ("{a,}", ""), ("# a\n", "a"), ("a\n", "a"), ("\\\n", "a"),
    ]
    for (unit, end) in units {
      var parser = Parser(ByteString(String(repeating: unit, count: 100_000) + end))
      guard case .command = parser.parseCompleteCommand() else {
        Issue.record("\(unit)")
        return
      }
    }
    let chain = "if a; then b; " + String(repeating: "elif a; then b; ", count: 20_000) + "fi"
    var parser = Parser(ByteString(chain))
    guard case .command(let command) = parser.parseCompleteCommand() else {
      Issue.record("elif")
      return
    }
    #expect(SyntaxPrinter.text(of: command) == ByteString(chain))
  }

  /// Each level can be told to be no arithmetic expansion only at its end, or never: tried twice at each of them, it
  /// would not be done before the universe is.
  @Test(.timeLimit(.minutes(2)), arguments: [(") )", true), ("", false), (")", false), ("; )", false)])
  func ambiguousParenthesesCostNoPowerOfTheirDepth(_ close: String, _ isCommand: Bool) {
    let text = String(repeating: "$((a ", count: 90) + String(repeating: close, count: 90)
    var parser = Parser(ByteString(text))
    let result = parser.parseCompleteCommand()
    if case .command = result { #expect(isCommand) } else { #expect(!isCommand, "\(result)") }
  }

  @Test func hereDocumentMayBeLarge() {
    let line = "some text with $x and `y` in it\n"
    let text = ByteString("a <<E\n" + String(repeating: line, count: 50_000) + "E\nb\n")
    var parser = Parser(text)
    guard case .command(let command) = parser.parseCompleteCommand() else {
      Issue.record("no command")
      return
    }
    #expect(SyntaxPrinter.text(of: command) + "b\n" == text)
  }
}
