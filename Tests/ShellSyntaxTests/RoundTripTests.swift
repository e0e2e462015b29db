import ByteStrings
import TestSupport
import Testing

@testable import ShellSyntax

@Suite struct RoundTripTests {
  static let treeCount: UInt64 = 2000

  @Test(arguments: [SyntaxPrinter.Style.oneLine, .indented])
  func printedTreeParsesToTheSameTree(_ style: SyntaxPrinter.Style) {
    for seed in 0..<Self.treeCount {
      var generator = TreeGenerator(seed: seed)
      generator.hasPatternGroups = seed % 2 == 0
      let tree = generator.completeCommand()
      let text = SyntaxPrinter.text(of: tree, style: style)
      var parser = Parser(text)
      parser.hasPatternGroups = generator.hasPatternGroups
      let result = parser.parseCompleteCommand()
      guard result == .command(tree) else {
        Issue.record("seed \(seed): \(text.visible)\nparses to \(description(of: result))")
        return
      }
      #expect(parser.parseCompleteCommand() == .endOfInput, "seed \(seed)")
    }
  }

  /// What the generator of trees does not make, found by the fuzzer.
  @Test(
    arguments: [
      "echo ${x/}", "echo ${x//} ${x///y}", "S\\\n[1\\\n]=5", "a << -b\nc\n-b\n", "a=([b\n]=c [d]=e)",
      "`(alias)\n\\`a\\``", "$((alias);\nb)", "$( (alias a=b)\na)", "cat <(alias a=b; # c\na)",
    ] as [ByteString])
  func printedTextParsesToTheSameTree(_ text: ByteString) {
    var parser = Parser(text)
    guard case .command(let tree) = parser.parseCompleteCommand() else {
      Issue.record("no command: \(text)")
      return
    }
    var again = Parser(SyntaxPrinter.text(of: tree))
    #expect(again.parseCompleteCommand() == .command(tree))
  }

  @Test func listedFunctionParsesToTheSameFunction() {
    for seed in 0..<Self.treeCount / 4 {
      var generator = TreeGenerator(seed: seed)
      let definition = generator.function()
      let text = SyntaxPrinter.text(of: definition)
      var parser = Parser(text)
      let pipeline = Pipeline([.function(definition)])
      let expected = CompleteCommand(List([ListItem(AndOrList(pipeline))]))
      let result = parser.parseCompleteCommand()
      guard result == .command(expected) else {
        Issue.record("seed \(seed): \(text)\nparses to \(description(of: result))")
        return
      }
    }
  }

  @Test func jobTextHasNoHereDocumentBodies() {
    let text: ByteString = "{ cat <<E; b & } && f <<-'x y'\nbody\nE\nx y\n"
    #expect(jobText(of: text) == "{ cat <<E; b & } && f <<-'x y'")
  }

  @Test func jobTextOfSubstitutionStaysOnOneLine() {
    #expect(jobText(of: "echo $(a\nb &\nc)\n") == "echo $(a; b & c)")
  }

  private func jobText(of source: ByteString) -> ByteString? {
    var parser = Parser(source)
    guard case .command(let command) = parser.parseCompleteCommand() else { return nil }
    return SyntaxPrinter.text(of: command, style: .jobText)
  }

  private func description(of result: ParseResult) -> String {
    switch result {
    case .command(let command): SyntaxPrinter.text(of: command).visible.description
    case .error(let error): error.messageWithPosition.description
    case .endOfInput, .needsMoreInput: "\(result)"
    }
  }
}
