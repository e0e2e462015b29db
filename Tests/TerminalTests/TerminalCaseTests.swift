import Foundation
import TestSupport
import Testing

/// The cases that lie in files. A part of a title in `MEANWHILE_CASE` chooses among them.
private enum Cases {
  static let all: [TerminalCase] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    let part = ProcessInfo.processInfo.environment["MEANWHILE_CASE"]
    return names.flatMap { name in
      do {
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        return try TerminalCase.read(text, name: name)
      } catch { fatalError("\(name): \(error)") }
    }.filter { part == nil || $0.title.contains(part!) }
  }()

  static func of(_ shell: ShellUnderTest) -> [TerminalCase] { all.filter { $0.isAsked(of: shell) } }

  /// Whether the executable is a shell yet.
  static let areForMeanwhile: Bool = {
    if ProcessInfo.processInfo.environment["MEANWHILE_CASE"] != nil { return true }
    let builtins = ["bg", "exit", "fg", "jobs", "kill", "read", "test", "trap", "wait"]
    let script = builtins.map { "command -v \($0) >/dev/null && " }.joined() + "echo yes"
    let result = try? Captured.run(
      [ShellUnderTest.meanwhilePath, "-c", script], environment: ["PATH": "/usr/bin:/bin"], directory: "/")
    return result?.output == Array("yes\n".utf8)
  }()
}

@Suite struct TerminalCaseTests {
  @Test(.enabled(if: Cases.areForMeanwhile), arguments: Cases.of(.meanwhile))
  func inMeanwhile(_ terminalCase: TerminalCase) async throws {
    try await onOwnThread { try terminalCase.run(in: .meanwhile) }
  }

  @Test(arguments: Cases.of(.bash))
  func inBash(_ terminalCase: TerminalCase) async throws {
    try await onOwnThread { try terminalCase.run(in: .bash) }
  }

  @Test(arguments: Cases.of(.zsh))
  func inZsh(_ terminalCase: TerminalCase) async throws {
    try await onOwnThread { try terminalCase.run(in: .zsh) }
  }

  @Test func titlesAreUnique() {
    let titles = Dictionary(grouping: Cases.all, by: \.title).filter { $0.value.count > 1 }
    #expect(titles.keys.sorted() == [])
  }

  @Test func readingRefusesWhatItDoesNotKnow() {
    #expect(throws: FormatError.self) { try TerminalCase.read("> echo\n", name: "text") }
    #expect(throws: FormatError.self) { try TerminalCase.read("=== a\nwait 1\n", name: "text") }
    #expect(throws: FormatError.self) { try TerminalCase.read("=== a\npress F99\n", name: "text") }
    #expect(throws: FormatError.self) { try TerminalCase.read("=== a\nscreen zsh\n| %\n", name: "text") }
  }

  @Test func aScreenThatDoesNotAppearFailsWithBoth() async throws {
    let wrong = try TerminalCase.read("=== a\n> echo 1\nscreen\n| % echo 1\n| 2\n| %\n", name: "text")[0]
    let failure = await #expect(throws: TranscriptFailure.self) {
      try await onOwnThread { try wrong.run(in: .bash, limit: .seconds(1)) }
    }
    #expect(failure?.description.contains("text:3: bash: waited until the screen is exactly\n% echo 1\n2\n%") == true)
    #expect(failure?.description.contains("% echo 1\n1\n%") == true)
  }
}
