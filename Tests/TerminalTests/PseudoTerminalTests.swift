import TestSupport
import Testing

/// The harness proves itself with shells that are known to work.
@Suite struct PseudoTerminalTests {
  private static func start(_ shell: ShellUnderTest, in home: TemporaryDirectory) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      shell.interactive, environment: shell.environment(home: home.path), directory: home.path)
    try terminal.waitForScreen("%")
    return terminal
  }

  @Test(arguments: [ShellUnderTest.bash, .zsh])
  func controlCEndsTheForegroundProgram(_ shell: ShellUnderTest) async throws {
    try await onOwnThread {
      let home = try TemporaryDirectory()
      let terminal = try Self.start(shell, in: home)
      try terminal.type("sleep 1000\r")
      try terminal.waitForForeground("sleep")
      try terminal.press(.controlC)
      try terminal.waitForScreen("% sleep 1000\n^C\n%")
      try terminal.type("echo status $?\r")
      try terminal.waitFor("\nstatus 130\n%")
      try terminal.press(.controlD)
      #expect(try terminal.waitForEnd() == .exited(0))
      try terminal.finish()
    }
  }

  @Test(arguments: [ShellUnderTest.bash, .zsh])
  func stoppedEditorComesBackWithItsText(_ shell: ShellUnderTest) async throws {
    try await onOwnThread {
      let home = try TemporaryDirectory()
      let terminal = try Self.start(shell, in: home)
      try terminal.type("vi -u NONE letter\r")
      try terminal.waitUntil("the editor is there") { $0.isAlternate && $0.text.contains("~") }
      try terminal.type("ihello from vi")
      try terminal.waitFor("hello from vi")
      try terminal.press(.escape, .controlZ)
      try terminal.waitUntil("the shell is back") { !$0.isAlternate && $0.text.contains("vi -u NONE letter\n%") }
      try terminal.type("fg\r")
      try terminal.waitUntil("the editor is back") { $0.isAlternate && $0.text.contains("hello from vi") }
      try terminal.type(":wq\r")
      try terminal.waitUntil("the shell is back") { !$0.isAlternate && $0.cursorLine == "%" }
      try terminal.type("cat letter\r")
      try terminal.waitFor("cat letter\nhello from vi\n%")
      try terminal.type("exit 3\r")
      #expect(try terminal.waitForEnd() == .exited(3))
      try terminal.finish()
    }
  }

  @Test(arguments: [ShellUnderTest.bash, .zsh])
  func pagerShowsAndLeaves(_ shell: ShellUnderTest) async throws {
    try await onOwnThread {
      let home = try TemporaryDirectory()
      let terminal = try Self.start(shell, in: home)
      try terminal.type("seq 100 | less\r")
      try terminal.waitUntil("the first page") { $0.text.hasSuffix("\n23\n:") }
      try terminal.type(" ")
      try terminal.waitUntil("the second page") { $0.text.hasSuffix("\n46\n:") }
      try terminal.type("q")
      try terminal.waitForScreen("% seq 100 | less\n%")
      terminal.resize(columns: 40, rows: 10)
      try terminal.type("stty size\r")
      try terminal.waitFor("\n10 40\n%")
      try terminal.press(.controlD)
      try terminal.waitForEnd()
      try terminal.finish()
    }
  }

  @Test func processesThatAreLeftAreFoundAndKilled() async throws {
    try await onOwnThread {
      let home = try TemporaryDirectory()
      let terminal = try Self.start(.bash, in: home)
      try terminal.type("(trap '' HUP; exec sleep 1000) & disown; exit\r")
      try terminal.waitForEnd()
      let failure = #expect(throws: TerminalFailure.self) { try terminal.finish(limit: .milliseconds(50)) }
      #expect(failure?.awaited.contains("no process is left (sleep") == true)
      #expect(ProcessTable.drain(session: terminal.process, limit: .seconds(5)) == [])
    }
  }

  @Test func whatDoesNotAppearEndsInAnErrorThatShowsTheScreen() async throws {
    try await onOwnThread {
      let terminal = try PseudoTerminal(["cat"], environment: [:])
      try terminal.type("typed\r")
      try terminal.waitForScreen("typed\ntyped")
      let failure = #expect(throws: TerminalFailure.self) {
        try terminal.waitFor("never", limit: .milliseconds(50))
      }
      #expect(failure?.description.contains("in the foreground: cat") == true)
      #expect(failure?.description.contains("typed\ntyped") == true)
      try terminal.press(.controlD)
      #expect(try terminal.waitForEnd() == .exited(0))
      try terminal.finish()
    }
  }

  @Test func hangUpReachesTheSession() async throws {
    try await onOwnThread {
      let terminal = try PseudoTerminal(["sleep", "1000"], environment: [:])
      terminal.hangUp()
      #expect(try terminal.waitForEnd() == .signaled(1))
      try terminal.finish()
    }
  }
}
