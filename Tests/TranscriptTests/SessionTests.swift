import TestSupport
import Testing

@Suite struct SessionTests {
  private static let executed = ExecutedCases(of: "SessionTests.session", expected: Corpus.sessions.count)
  private static let executedOfDocuments = ExecutedCases(
    of: "SessionTests.documentedSession", expected: Corpus.documentSessions.count)

  @Test(arguments: Corpus.sessions)
  func session(_ session: Session) async throws {
    Self.executed.count()
    try await onOwnThread { try SessionRunner(shell: .meanwhile).run(session) }
  }

  @Test(arguments: Corpus.documentSessions)
  func documentedSession(_ session: Session) async throws {
    Self.executedOfDocuments.count()
    try await onOwnThread { try SessionRunner(shell: .meanwhile).run(session) }
  }
}

/// The runner itself, against a shell that is known to work.
@Suite struct SessionRunnerTests {
  private func run(_ text: String) async throws {
    let sessions = try Session.read(text, name: "text")
    try await onOwnThread {
      for session in sessions { try SessionRunner(shell: .zsh, leftoverLimit: .milliseconds(300)).run(session) }
    }
  }

  /// What the failure says when a session does not go as written.
  private func failure(of text: String) async -> String {
    await #expect(throws: TranscriptFailure.self) { try await run(text) }?.description ?? ""
  }

  @Test func sessionThatGoesAsWrittenPasses() async throws {
    try await run(
      """
      # A comment before the first section.
      === one
      environment: GREETING=good day
      file: notes
      | first
      | second
      % echo "$GREETING"
      good day
      % cat notes
      first
      second
      % printf abc
      abc<no newline>
      % echo $$
      <number>
      % for i in 1 2
      > do echo $i
      > done
      1
      2

      === two
      % nothere
      zsh: command not found: nothere
      % echo $?
      127
      % ^D

      """)
  }

  @Test func differencesAreShownWithTheirLine() async {
    let report = await failure(of: "=== a\n% echo 1; echo 2\n1\n3\n")
    #expect(report.contains("text:1: they part at line 3; expected:"))
    #expect(report.contains("→ 3\n"))
    #expect(report.contains("→ 2"))
  }

  @Test func missingAndSurplusOutputFail() async {
    #expect(await failure(of: "=== a\n% echo 1\n1\n2\n").contains("→ (ends here)"))
    #expect(await failure(of: "=== a\n% echo 1\n").contains("→ 1"))
  }

  @Test func aSecondPromptThatIsNotExpectedFails() async {
    #expect(await failure(of: "=== a\n% if true\n% fi\n").contains("> fi"))
    #expect(await failure(of: "=== a\n% if true\n").contains("the shell waits for more at the end"))
  }

  @Test func aShellThatEndsTooEarlyFails() async {
    #expect(await failure(of: "=== a\n% exit\n% echo\n").contains("the shell ended before \"echo\" could be typed"))
  }

  @Test func aShellThatHangsFails() async throws {
    let sessions = try Session.read("=== a\n% sleep 1000\n", name: "text")
    let failure = await #expect(throws: TranscriptFailure.self) {
      try await onOwnThread { try SessionRunner(shell: .zsh, limit: .seconds(1)).run(sessions[0]) }
    }
    #expect(failure?.description.contains("the shell does not go on") == true)
  }

  @Test func processesThatAreLeftAreReported() async {
    #expect(await failure(of: "=== a\n% sleep 1000 >/dev/null 2>&1 &!\n").contains("left behind: [\"sleep"))
  }

  @Test func descriptorsThatAreLeftAreReported() async throws {
    #expect(await failure(of: "=== a\n% exec 7</dev/zero\n").contains("left open: 7 → /dev/zero"))
    try await run("=== a\nkeeps-descriptors\n% exec 7</dev/zero\n")
  }

  @Test func blocksOfDocumentsAreSessions() throws {
    let page = "text\n```session\n% a\nb\n```\n```\n% not one\n```\n```session real-time continued\n% c\n```\n"
    let sessions = try Session.read(markdown: page, name: "page")
    #expect(sessions.map(\.lines) == [["% a", "b"], ["% a", "b", "% c"]])
    #expect(sessions.map(\.isRealTime) == [false, true])
    #expect(sessions.map(\.place) == ["page:2", "page:9"])
  }

  @Test func unknownOptionsAreErrors() {
    #expect(throws: FormatError.self) { try Session.read("=== a\nreal time\n% a\n", name: "text") }
    #expect(throws: FormatError.self) { try Session.read(markdown: "```session fast\n```\n", name: "text") }
  }
}
