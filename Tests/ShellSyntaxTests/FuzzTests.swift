import ByteStrings
import TestSupport
import Testing

@testable import ShellSyntax

@Suite struct FuzzTests {
  /// Inserts, removes and doubles pieces of a text.
  private func mutate(_ text: ByteString, _ random: inout SeededRandom) -> ByteString {
    var bytes = text.bytes
    for _ in 0..<1 + random.below(4) {
      let start = random.below(bytes.count + 1)
      let end = min(bytes.count, start + random.below(8))
      switch random.below(4) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(contentsOf: bytes[start..<end], at: random.below(bytes.count + 1))
      default: bytes.insert(contentsOf: random.pick(SyntaxFragments.all), at: start)
      }
    }
    return ByteString(bytes)
  }

  /// Parses to the end or to the first error; whatever is a command must survive printing.
  private func check(_ text: ByteString, _ aliases: AliasTable) {
    var parser = Parser(text, aliases: aliases)
    var parsed = 0
    while case .command(let tree) = parser.parseCompleteCommand() {
      parsed += 1
      #expect(parser.offset <= text.count)
      let printed = SyntaxPrinter.text(of: tree)
      var again = Parser(printed)
      if again.parseCompleteCommand() != .command(tree) {
        Issue.record("\(text.visible)\nprinted as\n\(printed.visible)")
        return
      }
      if parsed > text.count {
        Issue.record("the parser stands still: \(text.visible)")
        return
      }
    }
    var unfinished = Parser(text, aliases: aliases, isComplete: false)
    while case .command = unfinished.parseCompleteCommand() {}
  }

  @Test func mutatedScriptsAreParsedOrRefused() {
    var random = SeededRandom(seed: 20_241)
    for seed: UInt64 in 0..<1_000 {
      var generator = TreeGenerator(seed: seed)
      generator.budget = 6
      check(mutate(SyntaxPrinter.text(of: generator.completeCommand()), &random), AliasTable())
    }
  }

  @Test func randomFragmentsAreParsedOrRefused() {
    var random = SeededRandom(seed: 7)
    for _ in 0..<6_000 {
      var text = ByteString()
      for _ in 0..<random.below(24) { text += random.pick(SyntaxFragments.all) }
      check(text, AliasTable())
    }
  }

  @Test func randomAliasesDoNotStopTheParser() {
    var random = SeededRandom(seed: 11)
    for _ in 0..<3_000 {
      var aliases = AliasTable()
      for name: ByteString in ["x", "a", "if", "xx"] {
        var text = ByteString()
        for _ in 0..<random.below(6) { text += random.pick(SyntaxFragments.all) }
        aliases[name] = text
      }
      var text = ByteString()
      for _ in 0..<random.below(12) { text += random.pick(SyntaxFragments.all + ["x ", "a ", "xx\n"]) }
      var parser = Parser(text, aliases: aliases)
      var count = 0
      while case .command = parser.parseCompleteCommand(), count < 1000 { count += 1 }
      #expect(count < 1000, "\(text.visible)")
    }
  }
}
