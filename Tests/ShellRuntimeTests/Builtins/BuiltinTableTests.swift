import ByteStrings
import ShellRuntime
import Testing

@testable import ShellBuiltins

@Suite struct BuiltinTableTests {
  @Test func specialBuiltinsAreThoseOfPOSIX() {
    let names = BuiltinTable.standard.builtins.filter { $0.kind == .special }.map(\.name).sorted()
    let posix: [ByteString] = [
      ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times",
      "trap", "unset",
    ]
    #expect(names == posix)
  }

  @Test func everyBuiltinIsFoundByItsName() {
    for builtin in BuiltinTable.standard.builtins {
      #expect(BuiltinTable.standard[builtin.name]?.synopsis == builtin.synopsis)
    }
    #expect(BuiltinTable.standard["nosuchbuiltin"] == nil)
  }

  @Test func everyBuiltinHasHelpThatFitsATerminal() {
    for builtin in BuiltinTable.standard.builtins {
      #expect(!builtin.help.isEmpty, "\(builtin.name)")
      let lines = builtin.help.split(separator: "\n").map(String.init) + [builtin.usageLine.description]
      #expect(lines.filter { $0.count > 118 } == [], "\(builtin.name)")
    }
  }
}
