import Foundation
import TestSupport
import Testing

/// The cases that lie in files. A part of a title in `MEANWHILE_CASE` chooses among them.
private enum Cases {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")

  /// A file that cannot be read is a mistake in the tests: it stops them, with its place.
  static let all: [TerminalCase] = {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().flatMap { name in
        try TerminalCase.read(text(name), name: name)
      }
    } catch { fatalError("\(folder.path): \(error)") }
  }()

  static func of(_ shell: ShellUnderTest) -> [TerminalCase] {
    let part = ProcessInfo.processInfo.environment["MEANWHILE_CASE"]
    return all.filter { $0.isAsked(of: shell) && (part == nil || $0.title.contains(part!)) }
  }

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// How many lines of the files begin a section, whatever the parser makes of them.
  static func sections() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).map { name in
      try text(name).split(separator: "\n").count { $0.hasPrefix("=== ") }
    }.reduce(0, +)
  }
}

@Suite struct TerminalCaseTests {
  private static let inMeanwhile = ExecutedCases(of: "inMeanwhile", expected: Cases.of(.meanwhile).count)
  private static let inBash = ExecutedCases(of: "inBash", expected: Cases.of(.bash).count)
  private static let inZsh = ExecutedCases(of: "inZsh", expected: Cases.of(.zsh).count)

  @Test(arguments: Cases.of(.meanwhile))
  func inMeanwhile(_ terminalCase: TerminalCase) async throws {
    Self.inMeanwhile.count()
    try await onOwnThread { try terminalCase.run(in: .meanwhile) }
  }

  @Test(arguments: Cases.of(.bash))
  func inBash(_ terminalCase: TerminalCase) async throws {
    Self.inBash.count()
    try await Self.ask(.bash, terminalCase)
  }

  @Test(arguments: Cases.of(.zsh))
  func inZsh(_ terminalCase: TerminalCase) async throws {
    Self.inZsh.count()
    try await Self.ask(.zsh, terminalCase)
  }

  /// Asks a shell that is a witness and not under test. On a busy machine bash and zsh lose a key now and then between a
  /// program that stops and the prompt, or between `fg` and the program; so they are asked up to three times. Ours is
  /// asked once.
  private static func ask(_ shell: ShellUnderTest, _ terminalCase: TerminalCase) async throws {
    for _ in 0..<2 where (try? await onOwnThread { try terminalCase.run(in: shell) }) != nil { return }
    try await onOwnThread { try terminalCase.run(in: shell) }
  }

  /// Fewer than these were never there: cases that are gone were lost, not tidied up.
  @Test func everySectionOfTheFilesIsACase() throws {
    let sections = try Cases.sections()
    #expect(Cases.all.count == sections && sections >= 200)
    #expect(Cases.all.count { $0.isAsked(of: .meanwhile) } >= 200)
    #expect(Cases.all.count { $0.isAsked(of: .bash) } >= 120)
    #expect(Cases.all.count { $0.isAsked(of: .zsh) } >= 80)
  }

  @Test func titlesAreUnique() {
    let titles = Dictionary(grouping: Cases.all, by: \.title).filter { $0.value.count > 1 }
    #expect(titles.keys.sorted() == [])
  }

  @Test func readingRefusesWhatItDoesNotKnow() {
    #expect(throws: FormatError.self) { try TerminalCase.read("> echo\n", name: "text") }
    #expect(throws: FormatError.self) { try TerminalCase.read("=== a\nwait 1\n", name: "text") }
    #expect(throws: FormatError.self) { try TerminalCase.read("=== a\npress F99\n", name: "text") }
    #expect(throws: FormatError.self) { try TerminalCase.read("=== a\n> f\nline g\n> h\ncanonical\n", name: "text") }
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

  @Test func whatStoodAboveTheTypedLineIsNoAnswer() async throws {
    for step in ["line 1", "see 1"] {
      let stale = try TerminalCase.read("=== a\n> echo 1\n\(step)\nprompt\n> :\n\(step)\n", name: "text")[0]
      let failure = await #expect(throws: TranscriptFailure.self) {
        try await onOwnThread { try stale.run(in: .bash, limit: .seconds(1)) }
      }
      #expect(failure?.description.hasPrefix("text:6: bash: waited until") == true)
    }
  }
}
