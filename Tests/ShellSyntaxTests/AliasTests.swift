import ByteStrings
import Testing

@testable import ShellSyntax

@Suite struct AliasTests {
  @Test(arguments: [
    ("ll x", ["ll": "ls -l"], "[ls -l x]"),
    ("x; ll && ll | ll", ["ll": "ls -l"], "[x]; [ls -l] && [ls -l] | [ls -l]"),
    ("echo ll; \\ll; 'll'; l\"l\"", ["ll": "ls -l"], "[echo ll]; [{\\l}l]; [{'ll}]; [l{\"l}]"),
    ("a=1 >f ll", ["ll": "ls -l"], "[a:=1 ls -l >(f)]"),
    ("ls; { ls; }", ["ls": "ls --color"], "[ls --color]; group([ls --color])"),
    ("a", ["a": "b", "b": "a 1"], "[a 1]"),
    ("a 2", ["a": "b 1", "b": "c"], "[c 1 2]"),
    ("sudo ll ll", ["sudo": "sudo ", "ll": "ls -l"], "[sudo ls -l ll]"),
    ("sudo ll ll", ["sudo": "sudo\t", "ll": "ls -l "], "[sudo ls -l ls -l]"),
    ("sudo ll", ["sudo": "sudo", "ll": "ls -l"], "[sudo ll]"),
    ("sudo sudo x", ["sudo": "sudo "], "[sudo sudo x]"),
    ("foreach i in a; do b; done", ["foreach": "for"], "for(i in a ? [b])"),
    ("begin a; end", ["begin": "{", "end": "}"], "group([a])"),
    ("none", ["none": ""], ""),
    ("none\na", ["none": " "], "[a]"),
    ("none a", ["none": ""], "[a]"),
    ("two", ["two": "a\nb c"], "[a]\n[b c]"),
    ("two d; e", ["two": "a\nb c"], "[a]\n[b c d]; [e]"),
    ("q b'", ["q": "echo 'a"], "[echo {'a  b}]"),
    ("c a b\nd", ["c": "echo #"], "[echo]\n[d]"),
    ("h\nx\nE", ["h": "cat <<E"], "[cat <<E(x\n)]"),
    ("h", ["h": "cat <<E\nx\nE\n"], "[cat <<E(x\n)]"),
    ("if ll; then ll; fi", ["ll": "ls -l", "if": "no", "then": "no"], "if([ls -l] ? [ls -l])"),
    ("f() { ll; }", ["ll": "ls -l"], "function(f group([ls -l]))"),
    ("$(ll) `ll` \"$(ll)\"", ["ll": "ls -l"], "[{$( [ls -l]} {` [ls -l]} {\"{$( [ls -l]}}]"),
    ("case ll in ll) ll;; esac", ["ll": "ls -l"], "case(ll ll) [ls -l];;)"),
    ("a;a", ["a": "b;"], "error 1:1: unexpected `;;`; expected the end of the command"),
    ("x\n  bad y", ["bad": "a )"], "[x]\nerror 2:3: unexpected `)`; expected the end of the command"),
    ("a >f", ["a": "echo 2"], "[echo 2 >(f)]"),
  ])
  func aliasStandsForItsText(_ source: String, _ aliases: [String: String], _ tree: String) {
    #expect(TreeDump.parse(source, aliases: aliases) == tree, "\(source)")
  }

  @Test func aliasesMayChangeBetweenCommands() {
    var parser = Parser(ByteString("a\na\n"))
    #expect(parser.parseCompleteCommand() == tree("a"))
    parser.aliases["a"] = "b"
    #expect(parser.parseCompleteCommand() == tree("b"))
  }

  @Test func restOfAnAliasIsKeptWhenMoreInputIsNeeded() {
    var parser = Parser(ByteString("two\n"), isComplete: false)
    parser.aliases["two"] = "a\n{ b"
    #expect(parser.parseCompleteCommand() == tree("a"))
    guard case .needsMoreInput = parser.parseCompleteCommand() else {
      Issue.record("no need")
      return
    }
    parser.append(ByteString("}\n"))
    #expect(parser.parseCompleteCommand() == tree("{ b\n}"))
    #expect(parser.parseCompleteCommand() == .endOfInput)
  }

  @Test func tableIsSortedByName() {
    var table = AliasTable()
    table["b"] = "2"
    table["a"] = "1"
    #expect(table.sorted.map(\.name) == ["a", "b"])
    table["b"] = nil
    #expect(table.sorted.map(\.text) == ["1"])
    table.removeAll()
    #expect(table.isEmpty)
  }

  private func tree(_ source: ByteString) -> ParseResult {
    var parser = Parser(source)
    return parser.parseCompleteCommand()
  }
}
