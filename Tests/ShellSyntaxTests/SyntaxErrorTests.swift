import ByteStrings
import Testing

@testable import ShellSyntax

@Suite struct SyntaxErrorTests {
  @Test(arguments: [
    ("a\n  'b", "2:3: the single quote is not closed"),
    ("a \"b\n c", "1:3: the double quote is not closed"),
    ("a \"b $(c", "1:9: `)` is expected to close the `$(` of line 1"),
    ("a $'b", "1:3: the quote `$'` is not closed"),
    ("a `b", "1:3: the backquote is not closed"),
    ("a ${b", "1:3: the parameter expansion `${` is not closed"),
    ("a ${b[1", "1:6: the subscript `[` is not closed"),
    ("a $((1 + 2", "1:3: the arithmetic expansion `$((` is not closed"),
    ("a $((1 + 2)", "1:3: the arithmetic expansion `$((` is not closed"),
    ("if a\nthen b\n", "3:1: `fi` is expected to close the `if` of line 1"),
    ("\nif a\n", "3:1: `then` is expected for the `if` of line 2"),
    ("while a; do b", "1:14: `done` is expected to close the `while` of line 1"),
    ("{ a", "1:4: `}` is expected to close the `{` of line 1"),
    ("(a; b", "1:6: `)` is expected to close the `(` of line 1"),
    ("case a in", "1:10: `esac` is expected to close the `case` of line 1"),
    ("case a", "1:7: `in` is expected for the `case` of line 1"),
    ("a &&", "1:5: unexpected end of input; expected a command"),
    ("a; done", "1:4: unexpected `done`; expected the end of the command"),
    ("done", "1:1: unexpected `done`; expected a command"),
    ("a )", "1:3: unexpected `)`; expected the end of the command"),
    ("a ;; b", "1:3: unexpected `;;`; expected the end of the command"),
    ("; a", "1:1: unexpected `;`; expected a command"),
    ("a | \n | b", "2:2: unexpected `|`; expected a command"),
    ("if a; then b; done", "1:15: unexpected `done`; expected `fi` to close the `if` of line 1"),
    ("if a; fi", "1:7: unexpected `fi`; expected `then` for the `if` of line 1"),
    ("if\nthen", "2:1: unexpected `then`; expected a command"),
    ("(a }", "1:5: `)` is expected to close the `(` of line 1"),
    ("{ a; )", "1:6: unexpected `)`; expected `}` to close the `{` of line 1"),
    ("for 1 in a; do b; done", "1:5: unexpected `1`; expected the name of a variable"),
    ("for i in a; b", "1:13: unexpected `b`; expected `do` for the `for` of line 1"),
    ("case a in b c) d;; esac", "1:13: unexpected `c`; expected `)` or `|` after the pattern"),
    ("case a in b) c;; ;; esac", "1:18: unexpected `;;`; expected a pattern or `esac`"),
    ("a > \n", "1:5: unexpected end of line; expected a file name"),
    ("a <<;", "1:5: unexpected `;`; expected the delimiter of a here-document"),
    ("a <<'x\ny'", "1:5: unexpected `'x\\ny'`; expected the delimiter of a here-document"),
    ("f( a", "1:4: unexpected `a`; expected `)` after the name of the function"),
    ("f() a", "1:5: unexpected `a`; expected a compound command as the body of the function `f`"),
    ("a $(b; fi)", "1:8: unexpected `fi`; expected `)` to close the `$(` of line 1"),
    ("a `b\nc )`", "2:3: unexpected `)`; expected the end of the command"),
    ("a <<E\nx\n ${y\nE", "3:2: the parameter expansion `${` is not closed"),
    ("a ${", "1:3: the parameter expansion `${` is not closed"),
    ("a ${(x", "1:3: the parameter expansion `${` is not closed"),
    ("x=(1 2", "1:7: `)` is expected to close the `(` of line 1"),
    ("x=(1 ; 2)", "1:6: unexpected `;`; expected `)` to close the `(` of line 1"),
    ("a <(b", "1:6: `)` is expected to close the `<(` of line 1"),
    ("a > (b)", "1:5: process substitution is not part of this language"),
    ("select x in a b; c", "1:18: unexpected `c`; expected `do` for the `select` of line 1"),
    ("((a", "1:4: `)` is expected to close the `(` of line 1"),
    ("for ((a;b)); do c; done", "1:5: unexpected `((`; expected three expressions with `;` between them"),
    ("[[ a b ]]", "1:6: unexpected `b`; expected an operator, `&&`, `||` or `]]`"),
    ("[[ a == ]]", "1:9: unexpected `]]`; expected an expression or `]]`"),
    ("[[ ( a ]]", "1:8: unexpected `]]`; expected `)` to close the `(` of line 1"),
    ("[[ a", "1:5: `]]` is expected to close the `[[` of line 1"),
    ("[[ a =~ ]]", "1:9: unexpected `]]`; expected an expression or `]]`"),
    ("function ;", "1:10: unexpected `;`; expected the name of a function"),
    ("a\0b", "1:2: a NUL byte cannot be part of a command"),
    ("a\n'b\0'", "2:3: a NUL byte cannot be part of a command"),
    ("a <<E\nb\0\nE", "2:2: a NUL byte cannot be part of a command"),
    ("\u{1b}[1m; )", "1:7: unexpected `)`; expected the end of the command"),
    ("a (\u{7}", "1:4: unexpected `\\a`; expected `)` after the name of the function"),
    ("if \u{1b} ; )", "1:8: unexpected `)`; expected `then` for the `if` of line 1"),
    ("{ a; } \u{1b}x", "1:8: unexpected `\\ex`; expected the end of the command"),
  ])
  func messageSaysWhereAndWhat(_ source: String, _ message: String) {
    let lines = TreeDump.parse(source).split(separator: "\n")
    #expect(lines.last ?? "" == "error " + message, "\(source)")
  }

  /// Scripts keep such things for other shells in branches that are not taken.
  @Test(arguments: [("${}", "${}"), ("a ${#x[1]y}", "${#"), ("${(M)x}", "${(")] as [(ByteString, ByteString)])
  func foreignExpansionIsASyntaxErrorOnlyUnderPosix(_ source: ByteString, _ shown: ByteString) {
    var parser = Parser(source)
    guard case .command(let command) = parser.parseCompleteCommand() else {
      Issue.record("\(source) is refused")
      return
    }
    #expect(SyntaxPrinter.text(of: command) == source)
    var posix = Parser(source)
    posix.isPosix = true
    guard case .error(let error) = posix.parseCompleteCommand() else {
      Issue.record("\(source) is accepted")
      return
    }
    #expect(error.reason == .badParameterExpansion(shown))
  }

  @Test(arguments: [
    ("function f { a; }", "1:1: `function` is not part of this language; write `name() { …; }`"),
    ("! ! a", "1:3: unexpected `!`; expected a command"),
    ("x=(1 2)", "1:1: array variables are not part of this language"),
    ("a <<<b", "1:5: `<<<` is not part of this language; write a here-document"),
    ("for ((i=0;i<3;i++)); do a; done", "1:1: `for ((…))` is not part of this language; write a `while` loop"),
    ("select x in a b; do c; done", "1:1: `select` is not part of this language"),
    ("a |& b", "1:3: `|&` is not part of this language; write `2>&1 |`"),
    ("case a in a) b;;& c) d;; esac", "1:15: `;;&` is not part of this language"),
  ])
  func underPosixWhatBashHasIsNamed(_ source: String, _ message: String) {
    let lines = TreeDump.parse(source, isPosix: true).split(separator: "\n")
    #expect(lines.last ?? "" == "error " + message, "\(source)")
  }

  @Test func longTokensAreShortened() {
    let message = TreeDump.parse("{ a; } " + String(repeating: "x", count: 1000))
    let shown = String(repeating: "x", count: 60)
    #expect(message == "error 1:8: unexpected `\(shown)…`; expected the end of the command")
  }

  @Test func commandsBeforeAnErrorAreReturned() {
    #expect(TreeDump.parse("a\nb\n)\n") == "[a]\n[b]\nerror 3:1: unexpected `)`; expected a command")
  }

  @Test func droppedInputCountsLines() {
    var parser = Parser(ByteString("a )\nb\n"), isComplete: false)
    guard case .error = parser.parseCompleteCommand() else {
      Issue.record("no error")
      return
    }
    parser.dropInput()
    #expect(parser.parseCompleteCommand() == .endOfInput)
    parser.append(ByteString("(;\n"))
    guard case .error(let error) = parser.parseCompleteCommand() else {
      Issue.record("no error")
      return
    }
    #expect(error.messageWithPosition == "3:2: unexpected `;`; expected a command")
  }
}
