import ByteStrings
import Foundation
import ShellBuiltins
import ShellRuntime
import Testing

/// The manual has the builtins as `help` has them: one that is added or changed changes its page too.
@Suite struct ManualTests {
  private static let manual: Set<String> = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = (try? String(contentsOf: root.appendingPathComponent("Docs/Manual.md"), encoding: .utf8)) ?? ""
    return Set(text.split(separator: "\n").map(String.init))
  }()

  @Test func everyBuiltinHasItsUsageLine() {
    let missing = BuiltinTable.standard.builtins.map { builtin in
      let usage = builtin.synopsis.isEmpty ? "\(builtin.name)" : "\(builtin.name) \(builtin.synopsis)"
      return "`\(usage)`" + (builtin.kind == .special ? " \\*" : "")
    }
    .filter { !Self.manual.contains($0) }
    #expect(missing == [])
  }

  @Test func everyTableOfOptionsIsThatOfHelp() {
    var missing: [String] = []
    for builtin in BuiltinTable.standard.builtins {
      // The prose above the first empty line may be wrapped otherwise.
      let lines = builtin.help.split(separator: "\n", omittingEmptySubsequences: false)
      let table = lines.drop { !$0.isEmpty }.map(String.init)
      missing += table.filter { !$0.isEmpty && !Self.manual.contains($0) }.map { "\(builtin.name): \($0)" }
    }
    #expect(missing == [])
  }
}
