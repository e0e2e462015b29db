import ByteStrings
import TestSupport
import Testing

@testable import ShellSyntax

@Suite struct IncrementalTests {
  @Test(arguments: [
    ("", ""),
    ("a", "needs the rest of the line"),
    ("a\n", "[a]"),
    ("a \\\n", "needs the rest of the line"),
    ("a \\", "needs the rest of the line"),
    ("a &&\n", "needs a command"),
    ("a |\n\n", "needs a command"),
    ("if a\n", "needs fi for if at 1:1"),
    ("if a; then\nwhile b\n", "needs done for while at 2:1"),
    ("case a in\n", "needs esac for case at 1:1"),
    ("for i in a b\n", "needs done for for at 1:1"),
    ("f() {\n", "needs } for { at 1:5"),
    ("f()\n", "needs a command"),
    ("( a\n", "needs ) for ( at 1:1"),
    ("a 'b\n", "needs ' for ' at 1:3"),
    ("{ a \"b $(c\n", "needs ) for $( at 1:8"),
    ("a `b\n", "needs ` for ` at 1:3"),
    ("a ${b-\n", "needs } for ${ at 1:3"),
    ("a ${b\n", "needs } for ${ at 1:3"),
    ("a $((1 +\n", "needs )) for $(( at 1:3"),
    ("a <<E\n", "needs here-document E"),
    ("a <<E\nx\nE\n", "[a <<E(x\n)]"),
    ("a <<E <<F\nx\nE\n", "needs here-document F"),
    ("if a <<E\n", "needs here-document E"),
    ("a $(b <<E\n", "needs here-document E"),
    ("a\n)\n", "[a]\nerror 2:1: unexpected `)`; expected a command"),
    ("if )\n", "error 1:4: unexpected `)`; expected a command"),
  ])
  func unfinishedCommandSaysWhatItNeeds(_ source: String, _ result: String) {

    #expect(TreeDump.parse(source, isComplete: false) == result, "\(source)")
  }

  /// Feeds a text line by line, and collects the commands.
  private func parseByLines(_ text: ByteString) -> [CompleteCommand] {
    var parser = Parser(ByteString(), isComplete: false)
    var commands: [CompleteCommand] = []
    var rest = text.bytes[...]
    while true {
      switch parser.parseCompleteCommand() {
      case .command(let command): commands.append(command)
      case .error(let error):
        Issue.record("\(error.messageWithPosition)")
        return commands
      case .endOfInput, .needsMoreInput:
        if rest.isEmpty {
          if parser.isComplete { return commands }
          parser.isComplete = true
          continue
        }
        let end = rest.firstIndex(of: Byte.newline).map { $0 + 1 } ?? rest.endIndex
        parser.append(ByteString(rest[..<end]))
        rest = rest[end...]
      }
    }
  }

  @Test func linesParseToWhatTheWholeParsesTo() {
    for seed: UInt64 in 0..<400 {
      var generator = TreeGenerator(seed: seed)
      generator.budget = 8
      let trees = [generator.completeCommand(), generator.completeCommand()]
      let style: SyntaxPrinter.Style = seed % 2 == 0 ? .indented : .oneLine
      var text = ByteString()
      for tree in trees {
        text += SyntaxPrinter.text(of: tree, style: style)
        if text.last != Byte.newline { text += "\n" }
      }
      guard parseByLines(text) == trees else {
        Issue.record("seed \(seed): \(text)")
        return
      }
    }
  }

  @Test func offsetAndPositionFollowTheCommand() {
    var parser = Parser(ByteString("a\n\n if b\nthen c; fi # d\ne"), at: SourcePosition(line: 10, column: 3))
    #expect(parser.position.isSamePlace(as: SourcePosition(line: 10, column: 3)))
    _ = parser.parseCompleteCommand()
    #expect(parser.offset == 2)
    #expect(parser.position.isSamePlace(as: SourcePosition(line: 11, column: 1)))
    _ = parser.parseCompleteCommand()
    #expect(parser.offset == 24)
    #expect(parser.position.isSamePlace(as: SourcePosition(line: 14, column: 1)))
    #expect(parser.hasInput)
    _ = parser.parseCompleteCommand()
    #expect(parser.offset == 25)
    #expect(!parser.hasInput)
  }

  @Test func hereDocumentIsReadUpToTheNextCommand() {
    var parser = Parser(ByteString("a <<E\nx\nE\nb\n"), isComplete: false)
    _ = parser.parseCompleteCommand()
    #expect(parser.offset == 10)
  }

  @Test func hereDocumentsDelimiterIsRecognised() {
    var parser = Parser(ByteString("a <<-E\n"), isComplete: false)
    guard case .needsMoreInput(let need) = parser.parseCompleteCommand() else {
      Issue.record("no need")
      return
    }
    #expect(need.isDelimiter("E\n") && need.isDelimiter("\t\tE"))
    #expect(!need.isDelimiter("E \n") && !need.isDelimiter(" E\n") && !need.isDelimiter("\n"))
  }

  /// Parsed again for each of its lines, it would take hours.
  @Test(.timeLimit(.minutes(2))) func longCommandInManyLinesCostsNoSquare() {
    var text = ByteString("f() {\n")
    for _ in 0..<20_000 { text += "  echo some words and $more\n" }
    text += "}\n"
    #expect(parseByLines(text).count == 1)
  }

  @Test func positionsOfCommandsAreKept() {
    var parser = Parser(ByteString("a |\n  b=1 c <d; for i do\n ${e?}\ndone"))
    guard case .command(let command) = parser.parseCompleteCommand(),
      case .simple(let second) = command.list.items[0].andOr.first.elements[1],
      case .compound(.forLoop(let loop), _, let forPosition) = command.list.items[1].andOr.first.elements[0],
      case .simple(let inner) = loop.body.items[0].andOr.first.elements[0],
      case .parameter(let parameter) = inner.words[0].units[0]
    else {
      Issue.record("another tree")
      return
    }
    let places = [
      second.position, second.assignments[0].value.position, second.words[0].position,
      second.redirections[0].position, second.redirections[0].target.position, forPosition, loop.position,
      parameter.position,
    ]
    #expect(places.map(\.text) == ["2:3", "2:5", "2:7", "2:9", "2:10", "2:13", "2:17", "3:2"])
  }
}
