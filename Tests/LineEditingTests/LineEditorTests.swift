import TestSupport
import Testing

@Suite struct LineEditorTests {
  @Test func lineIsReturned() async throws {
    try await Session.run { _, terminal in
      try terminal.type("echo one")
      try terminal.press(.left, .left, .left, .backspace, .delete)
      try terminal.type("_w")
      try terminal.press(.enter)
      try terminal.waitForScreen("% echo_wne\ngot: echo_wne\n%")
    }
  }

  @Test func endOfFileOnAnEmptyLineOnly() async throws {
    try await Session.run { _, terminal in
      try terminal.type("ab")
      try terminal.press(.controlD, .left, .controlD, .controlD, .enter)
      try terminal.waitForScreen("% a\ngot: a\n%")
    }
  }

  @Test func modesAreExactlyAsBefore() async throws {
    try await Session.run { _, terminal in
      try terminal.type("modes\r")
      try terminal.waitFor("modes same\n%")
      try terminal.type("x")
      try terminal.press(.controlC)
      try terminal.waitFor("given up\n%")
      try terminal.type("modes\r")
      try terminal.waitForScreen("% modes\nmodes same\n% x^C\ngiven up\n% modes\nmodes same\n%")
    }
  }

  @Test func suspendAndQuitCharactersDoNothing() async throws {
    try await Session.run { _, terminal in
      try terminal.type("a")
      try terminal.press(.controlZ, .controlBackslash)
      try terminal.type("b\r")
      try terminal.waitForScreen("% ab\ngot: ab\n%")
    }
  }

  @Test func textTypedAheadBecomesTheNextLine() async throws {
    try await Session.run { session, terminal in
      try terminal.type("busy\r")
      try terminal.waitFor("busy now")
      try terminal.waitForModes(canonical: true)
      try terminal.type("first\rsec")
      try terminal.waitFor("first\nsec")
      try session.wake("go on")
      try terminal.waitFor("got: first\n% sec")
      try terminal.type("ond\r")
      try terminal.waitFor("got: second\n%")
    }
  }

  @Test func endOfFileTypedAheadCounts() async throws {
    try await onOwnThread {
      let session = try Session()
      let terminal = session.terminal
      try terminal.waitForModes(canonical: false)
      try terminal.type("busy\r")
      try terminal.waitFor("busy now")
      try terminal.waitForModes(canonical: true)
      try terminal.press(.controlD)
      try session.wake("go on")
      try terminal.waitFor("busy no more\n% ^D\nend")
      #expect(try terminal.waitForEnd() == .exited(0))
      try terminal.finish()
    }
  }
}

// MARK: - Interrupting

@Suite struct LineEditorInterruptTests {
  @Test func typedTextStaysOnTheScreen() async throws {
    try await Session.run { _, terminal in
      try terminal.type("abc def")
      try terminal.press(.home, .controlC)
      try terminal.waitForScreen("% abc def^C\ngiven up\n%")
    }
  }

  @Test func wrappedTextStaysOnTheScreen() async throws {
    try await Session.run(columns: 10) { _, terminal in
      try terminal.type("abcdefghijklmnopqrstuvwxyz")
      try terminal.press(.home, .right, .controlC)
      try terminal.waitForScreen("% abcdefgh\nijklmnopqr\nstuvwxyz^C\ngiven up\n%")
    }
  }

  @Test func searchIsGivenUp() async throws {
    try await Session.run { _, terminal in
      try terminal.press(.control("R"))
      try terminal.type("x")
      try terminal.waitFor("?x")
      try terminal.press(.controlC)
      try terminal.waitFor("given up\n%")
      try terminal.type("y\r")
      try terminal.waitFor("got: y\n%")
    }
  }

  @Test func quotedInterruptCharacterIsText() async throws {
    try await Session.run { _, terminal in
      try terminal.press(.control("V"), .controlC)
      try terminal.waitForScreen("% ^C")
      try terminal.press(.backspace)
      try terminal.waitForScreen("%")
    }
  }

  @Test func wakeUpCanGiveTheLineUp() async throws {
    try await Session.run { session, terminal in
      try terminal.type("abc")
      try terminal.waitForScreen("% abc")
      try session.wake("interrupt")
      try terminal.waitForScreen("% abc^C\ngiven up\n%")
    }
  }
}

// MARK: - Keys

@Suite struct LineEditorKeyTests {
  @Test func viKeys() async throws {
    try await Session.run { _, terminal in
      try terminal.type("mode vi\r")
      try terminal.waitForScreen("% mode vi\n%")
      try terminal.type("one éüßñøÿ")
      try terminal.waitFor("one éüßñøÿ")
      try terminal.press(.escape)
      try terminal.type("bcwX")
      try terminal.press(.escape, .enter)
      try terminal.waitFor("got: one X\n%")
    }
  }

  @Test func keysCanBeBound() async throws {
    try await Session.run { _, terminal in
      try terminal.type("bind -s ^G hello\r")
      try terminal.waitFor("bound")
      try terminal.press(.control("G"), .enter)
      try terminal.waitFor("got: hello")
      try terminal.type("bind ^X nonsense\r")
      try terminal.waitFor("refused")
    }
  }

  @Test func startupFileIsRead() async throws {
    try await Session.run(files: [".editrc": "bind -s ^G world\nbind ^R ed-delete-prev-word\n"]) {
      _, terminal in
      try terminal.press(.control("G"))
      try terminal.waitForScreen("% world")
      try terminal.press(.control("R"))
      try terminal.waitForScreen("%")
    }
  }

  @Test func startupFileChoosesViKeys() async throws {
    try await Session.run(files: [".editrc": "bind -v\n"]) { _, terminal in
      try terminal.type("modi\tx")
      try terminal.waitForScreen("% modify x")
      try terminal.press(.escape)
      try terminal.type("0D")
      try terminal.waitForScreen("%")
    }
  }
}

// MARK: - Terminals that cannot be used

@Suite struct LineEditorRefusalTests {
  @Test(arguments: ["dumb", "", "no-such-terminal"])
  func terminalThatCannotMoveIsRefused(_ type: String) async throws {
    try await onOwnThread {
      let session = try Session(environment: ["TERM": type])
      try session.terminal.waitForScreen("no editor: dumbTerminal")
      #expect(try session.terminal.waitForEnd() == .exited(0))
      try session.terminal.finish()
    }
  }

  @Test func localeWithoutUTF8IsReplaced() async throws {
    try await Session.run(prompt: "é% ", shown: "é%", environment: ["LC_ALL": "C", "LANG": "C"]) { _, terminal in
      try terminal.type("日\r")
      try terminal.waitFor("got: 日")
    }
  }

  @Test func closedTerminalEndsTheInput() async throws {
    try await onOwnThread {
      let session = try Session()
      try session.terminal.waitForModes(canonical: false)
      session.terminal.hangUp()
      try session.terminal.finish()
    }
  }
}
