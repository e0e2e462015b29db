import Foundation
import TestSupport
import Testing

/// The probe at a terminal of its own: `% ` is its prompt.
private struct Session {
  let home: TemporaryDirectory
  let terminal: PseudoTerminal

  init(
    prompt: String = "% ", environment changes: [String: String] = [:], columns: Int = 40, rows: Int = 12,
    prepare: (TemporaryDirectory) throws -> Void = { _ in }
  ) throws {
    home = try TemporaryDirectory()
    try prepare(home)
    mkfifo(home.path + "/wake", 0o600)
    var environment = ShellUnderTest.meanwhile.environment(home: home.path)
    environment["PS1"] = prompt
    environment["PROBE_WAKE"] = home.path + "/wake"
    environment["PROBE_HISTORY"] = home.path + "/history"
    environment.merge(changes) { $1 }
    let folder = (ShellUnderTest.meanwhilePath as NSString).deletingLastPathComponent
    terminal = try PseudoTerminal(
      [folder + "/LineEditorProbe"], environment: environment.filter { !$0.value.isEmpty }, directory: home.path,
      columns: columns, rows: rows)
  }

  /// Runs a test with a session at whose prompt one can type, and ends the session.
  static func run(
    prompt: String = "% ", shown: String = "%", environment: [String: String] = [:], columns: Int = 40,
    rows: Int = 12, prepare: @escaping @Sendable (TemporaryDirectory) throws -> Void = { _ in },
    _ body: @escaping @Sendable (Session, PseudoTerminal) throws -> Void
  ) async throws {
    try await onOwnThread {
      let session = try Session(
        prompt: prompt, environment: environment, columns: columns, rows: rows, prepare: prepare)
      try session.terminal.waitForScreen(shown)
      try session.terminal.waitForModes(canonical: false)
      try body(session, session.terminal)
      try session.terminal.waitForModes(canonical: false)
      try session.terminal.press(.controlC)
      try session.terminal.waitFor("given up\n")
      try session.terminal.press(.controlD)
      #expect(try session.terminal.waitForEnd() == .exited(0))
      try session.terminal.finish()
    }
  }

  /// Sends text to the probe's wake-up descriptor.
  func wake(_ text: String) throws {
    let fifo = try FileHandle(forWritingTo: URL(fileURLWithPath: home.path + "/wake"))
    try fifo.write(contentsOf: Data(text.utf8))
    try fifo.close()
  }

  func history() -> String { (try? String(contentsOfFile: home.path + "/history", encoding: .utf8)) ?? "" }
}

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

// MARK: - Drawing

@Suite struct LineEditorDrawingTests {
  @Test func reportGoesAboveTheLine() async throws {
    try await Session.run { session, terminal in
      try terminal.type("abc")
      try terminal.press(.left)
      try terminal.waitForScreen("% abc")
      try session.wake("[1]+  Done  x\n")
      try terminal.waitForScreen("[1]+  Done  x\n% abc")
      try terminal.type("X")
      try terminal.waitUntil("the text goes on") {
        $0.text == "[1]+  Done  x\n% abXc" && $0.cursor == .init(row: 1, column: 5)
      }
    }
  }

  @Test(arguments: [0, 5, 12, 25])
  func reportGoesAboveAWrappedLine(_ stepsLeft: Int) async throws {
    try await Session.run(columns: 10) { session, terminal in
      try terminal.type("abcdefghijklmnopqrstuvwxy")
      for _ in 0..<stepsLeft { try terminal.press(.left) }
      try terminal.waitUntil("the cursor is there") {
        $0.cursor == .init(row: (27 - stepsLeft) / 10, column: (27 - stepsLeft) % 10)
      }
      try session.wake("report")
      try terminal.waitUntil("the line and the cursor are there again") {
        $0.text == "report\n% abcdefgh\nijklmnopqr\nstuvwxy"
          && $0.cursor == .init(row: 1 + (27 - stepsLeft) / 10, column: (27 - stepsLeft) % 10)
      }
    }
  }

  @Test func reportsScrollTheScreen() async throws {
    try await Session.run(rows: 4) { session, terminal in
      try terminal.type("abc")
      try terminal.waitForScreen("% abc")
      try session.wake("1\n2\n3\n4\n5\n")
      try terminal.waitForScreen("3\n4\n5\n% abc")
      #expect(terminal.screen.scrollback == ["1", "2"])
    }
  }

  @Test func wideCharactersKeepTheirPlaces() async throws {
    try await Session.run(columns: 10) { session, terminal in
      try terminal.type("日本語日本")
      try terminal.waitForScreen("% 日本語日\n本")
      try session.wake("é")
      try terminal.waitForScreen("é\n% 日本語日\n本")
      try terminal.press(.left, .left, .backspace)
      try terminal.type("x")
      try terminal.waitForScreen("é\n% 日本x日\n本")
      try terminal.press(.enter)
      try terminal.waitFor("got: 日本x\n日本")
    }
  }

  @Test func bytesThatAreNotUTF8AreKept() async throws {
    try await Session.run { _, terminal in
      try terminal.send([0x61, 0xFF, 0x62, 0x0D])
      try terminal.waitFor("got: a?b")
    }
  }

  @Test func upperRowsOfThePromptAreDrawnAgain() async throws {
    try await Session.run(prompt: "\\[\\e[1m\\]top\\[\\e[0m\\]\\n% ", shown: "top\n%") { session, terminal in
      try terminal.type("abc")
      try terminal.waitForScreen("top\n% abc")
      try session.wake("report")
      try terminal.waitForScreen("report\ntop\n% abc")
      try terminal.press(.control("L"))
      try terminal.waitForScreen("top\n% abc")
      #expect(terminal.screen.style(row: 0, column: 0).bold)
      #expect(!terminal.screen.style(row: 1, column: 0).bold)
    }
  }

  @Test func colourEndsWithThePrompt() async throws {
    try await Session.run(prompt: "\\e[31m%\\e[0m", shown: "%") { _, terminal in
      try terminal.type("abc")
      try terminal.waitForScreen("%abc")
      #expect(terminal.screen.style(row: 0, column: 0).foreground == 1)
      #expect(terminal.screen.style(row: 0, column: 1) == .plain)
      try terminal.press(.home)
      try terminal.type("x")
      try terminal.waitForScreen("%xabc")
      #expect(terminal.screen.style(row: 0, column: 1) == .plain)
    }
  }

  @Test func newSizeIsUsed() async throws {
    try await Session.run(environment: ["XTERM_VERSION": "XTerm(379)"], columns: 20) { _, terminal in
      try terminal.type("abcdefghijklmnopqrstuvwxyz")
      try terminal.waitForScreen("% abcdefghijklmnopqr\nstuvwxyz")
      terminal.resize(columns: 30, rows: 12)
      try terminal.waitForScreen("% abcdefghijklmnopqrstuvwxyz")
      terminal.resize(columns: 10, rows: 12)
      try terminal.waitUntil("the line is wrapped anew") { $0.text.hasSuffix("% abcdefgh\nijklmnopqr\nstuvwxyz") }
      try terminal.type("!")
      try terminal.waitUntil("the line goes on") { $0.text.hasSuffix("% abcdefgh\nijklmnopqr\nstuvwxyz!") }
      terminal.resize(columns: 40, rows: 12)
    }
  }

  @Test func oneColumnIsEnough() async throws {
    try await onOwnThread {
      let session = try Session(columns: 1)
      try session.terminal.waitFor("%")
      try session.terminal.type("modes\r")
      try session.terminal.waitUntil("the line was read") { $0.history.replacing("\n", with: "").contains("modessame") }
      session.terminal.resize(columns: 40, rows: 12)
      try session.terminal.type("x\r")
      try session.terminal.waitFor("got: x")
      try session.terminal.press(.controlD)
      #expect(try session.terminal.waitForEnd() == .exited(0))
      try session.terminal.finish()
    }
  }

  @Test func lineLongerThanTheScreenCanBeEdited() async throws {
    try await Session.run(columns: 10, rows: 4) { session, terminal in
      try terminal.type(String(repeating: "abcdefghij", count: 6))
      try terminal.waitUntil("the end is shown") { $0.text.hasSuffix("\nij") }
      try session.wake("report")
      try terminal.type("\r")
      try terminal.waitUntil("the line was read") {
        $0.history.replacing("\n", with: "").contains("got: " + String(repeating: "abcdefghij", count: 6))
      }
    }
  }
}

/// What libedit does wrong by itself, as far as writing beyond its buffers.
@Suite struct LineEditorSafetyTests {
  @Test func lineTallerThanTheScreenCanBeEdited() async throws {
    try await Session.run(rows: 6) { session, terminal in
      try terminal.paste((1...20).map { "line \($0)" }.joined(separator: "\r"))
      try terminal.waitUntil("the end is shown") { $0.text.hasSuffix("line 19\nline 20") }
      try terminal.type("!")
      try terminal.waitUntil("the text goes on") { $0.text.hasSuffix("line 19\nline 20!") }
      try session.wake("report\n")
      try terminal.press(.home, .end, .home)
      try terminal.type("?")
      try terminal.press(.enter)
      try terminal.waitUntil("the line was read") {
        $0.history.replacing("\n", with: "").contains("got: ?line 1\\nline 2\\n")
      }
      try terminal.type("short\r")
      try terminal.waitFor("% short\ngot: short\n%")
    }
  }

  @Test func endOfAnEmptyLineInViMode() async throws {
    try await Session.run { _, terminal in
      try terminal.type("mode vi\r")
      try terminal.waitForScreen("% mode vi\n%")
      try terminal.press(.escape)
      try terminal.type("$")
      try terminal.type("D$xs")
      try terminal.type("abc")
      try terminal.waitForScreen("% mode vi\n% abc")
      try terminal.press(.enter)
      try terminal.waitFor("got: abc")
    }
  }

  @Test func emptyCommandOfLibedit() async throws {
    try await Session.run { _, terminal in
      try terminal.press(.alt("x"), .enter)
      try terminal.waitFor("got:\n%")
    }
  }

  @Test func terminalBecomesTooNarrowAndWideAgain() async throws {
    try await Session.run(environment: ["XTERM_VERSION": "XTerm(379)"]) { session, terminal in
      try terminal.type("abc日def")
      try terminal.waitForScreen("% abc日def")
      for columns in [3, 1, 2, 7] {
        terminal.resize(columns: columns, rows: 3)
        try session.wake("x\n")
      }
      terminal.resize(columns: 40, rows: 12)
      try terminal.waitFor("% abc日def")
      try terminal.type("g\r")
      try terminal.waitFor("got: abc日defg")
    }
  }

  @Test func marksAreKeptInTheLine() async throws {
    try await Session.run { _, terminal in
      try terminal.type("ne\u{301}e")
      try terminal.press(.left)
      try terminal.type("x")
      try terminal.waitUntil("the line is drawn") { $0.text.hasSuffix("xe") && $0.cursor.column == 5 }
      try terminal.press(.enter)
      try terminal.waitFor("got: ne\u{301}xe")
    }
  }
}

// MARK: - Pasting

@Suite struct LineEditorPasteTests {
  @Test func pastedLinesAreOneText() async throws {
    try await Session.run { _, terminal in
      try terminal.paste("one\r\ttwo\rthree\r")
      try terminal.waitForScreen("% one\n        two\nthree")
      try terminal.press(.enter)
      try terminal.waitFor("three\ngot: one\\n\\ttwo\\nthree\n%")
    }
  }

  @Test func textIsPastedAtTheCursor() async throws {
    try await Session.run { _, terminal in
      try terminal.type("ad")
      try terminal.press(.left)
      try terminal.paste("bc")
      try terminal.waitForScreen("% abcd")
      try terminal.press(.enter)
      try terminal.waitFor("got: abcd")
    }
  }

  @Test func controlCharactersAreText() async throws {
    try await Session.run { _, terminal in
      try terminal.paste("a\u{3}\u{4}\u{1B}b")
      try terminal.waitForScreen("% a^C^Db")
    }
  }

  @Test func longPasteIsTaken() async throws {
    try await Session.run(columns: 80) { _, terminal in
      let text = String(repeating: "0123456789", count: 600)
      try terminal.paste(text)
      try terminal.type("\r")
      try terminal.waitUntil("the line was read") { $0.history.replacing("\n", with: "").contains("got: " + text) }
    }
  }

  @Test func bracketsAreOffBetweenLines() async throws {
    try await Session.run { session, terminal in
      #expect(terminal.screen.isBracketedPaste)
      try terminal.type("busy\r")
      try terminal.waitFor("busy now")
      #expect(!terminal.screen.isBracketedPaste)
      try session.wake("go on")
      try terminal.waitFor("busy no more\n%")
    }
  }

  @Test func pasteWorksInViMode() async throws {
    try await Session.run { _, terminal in
      try terminal.type("mode vi\r")
      try terminal.waitForScreen("% mode vi\n%")
      try terminal.paste("a\rb")
      try terminal.waitForScreen("% mode vi\n% a\nb")
      try terminal.press(.enter)
      try terminal.waitFor("got: a\\nb")
    }
  }
}

// MARK: - Completing

@Suite struct LineEditorCompletionTests {
  private static func files(_ home: TemporaryDirectory) throws {
    try home.write("", to: "my file")
    try home.write("", to: "mything")
    try home.write("", to: "sub/inner")
  }

  @Test func secondTabLists() async throws {
    try await Session.run { _, terminal in
      try terminal.type("mo\t")
      try terminal.waitForScreen("% mod")
      try terminal.press(.tab)
      try terminal.waitForScreen("% mod\nmode    modes   modify\n% mod")
      try terminal.type("i\t\r")
      try terminal.waitFor("got: modify\n%")
    }
  }

  @Test func filesAreQuoted() async throws {
    try await Session.run(prepare: Self.files) { _, terminal in
      try terminal.type("ls my\\ \tsu\tin\tx")
      try terminal.waitForScreen("% ls my\\ file sub/inner x")
      try terminal.press(.control("U"))
      try terminal.type("ls \"my \tx")
      try terminal.waitForScreen("% ls \"my file\" x")
    }
  }

  @Test func jobsAreShownWithTheirTexts() async throws {
    try await Session.run { _, terminal in
      try terminal.type("fg %")
      try terminal.press(.tab, .tab)
      try terminal.waitForScreen("% fg %\n%1   sleep 600  %2   vi a.c\n% fg %")
      try terminal.type("s\t")
      try terminal.waitForScreen("% fg %\n%1   sleep 600  %2   vi a.c\n% fg %sleep\\ 600")
    }
  }

  @Test func variablesAreCompleted() async throws {
    try await Session.run { _, terminal in
      try terminal.type("echo \"${P\t/x $HOM\t")
      try terminal.waitForScreen("% echo \"${PATH}/x $HOME")
    }
  }

  @Test func listGoesBelowAWrappedLine() async throws {
    try await Session.run(columns: 20) { _, terminal in
      try terminal.type("mod abcdefghijklmnopqrst")
      try terminal.press(.home, .right, .right, .right, .tab, .tab)
      try terminal.waitUntil("the list and the line again") {
        $0.text == "% mod abcdefghijklmn\nopqrst\nmode    modify\nmodes\n% mod abcdefghijklmn\nopqrst"
          && $0.cursor == .init(row: 4, column: 5)
      }
    }
  }
}

// MARK: - History

@Suite struct LineEditorHistoryTests {
  @Test func earlierLinesComeBack() async throws {
    try await Session.run { session, terminal in
      try terminal.type("one\rtwo\r")
      try terminal.waitFor("got: two\n%")
      try terminal.press(.up, .up)
      try terminal.waitUntil("the older one") { $0.cursorLine == "% one" }
      try terminal.press(.down)
      try terminal.waitUntil("the newer one") { $0.cursorLine == "% two" }
      try terminal.press(.up, .enter)
      try terminal.waitFor("got: one\n%")
      try terminal.type("history\r")
      try terminal.waitFor("2 two\n3 one\n4 history\n%")
      #expect(session.history() == "one\ntwo\none\nhistory\n")
    }
  }

  @Test func entryOfSeveralLinesComesBackWhole() async throws {
    try await Session.run { session, terminal in
      try terminal.paste("for x\rdo y")
      try terminal.press(.enter)
      try terminal.waitFor("got: for x\\ndo y\n%")
      try terminal.press(.up)
      try terminal.waitFor("\n% for x\ndo y")
      try terminal.type("!\r")
      try terminal.waitFor("got: for x\\ndo y!\n%")
      #expect(session.history() == "for x\\ndo y\nfor x\\ndo y!\n")
    }
  }

  @Test func searchFindsWhileTyping() async throws {
    try await Session.run { _, terminal in
      try terminal.type("alpha beta\rgamma\r")
      try terminal.waitFor("got: gamma\n%")
      try terminal.press(.control("R"))
      try terminal.type("bet")
      try terminal.waitFor("% alpha beta\nbck:bet")
      try terminal.press(.enter)
      try terminal.waitUntil("it was run again") { $0.text.components(separatedBy: "got: alpha beta").count == 3 }
    }
  }

  @Test func fileOfAnEarlierSessionIsRead() async throws {
    try await Session.run(prepare: { try $0.write("first\nno newline", to: "history") }) { session, terminal in
      try terminal.press(.up)
      try terminal.waitForScreen("% no newline")
      try terminal.press(.enter)
      try terminal.waitFor("got: no newline")
      try terminal.type("next\r")
      try terminal.waitFor("got: next")
      #expect(session.history() == "first\nno newline\nnext\n")
    }
  }

  @Test func damagedFileIsReportedAndUsed() async throws {
    try await Session.run(
      shown: "history: damaged\n%",
      prepare: { try $0.write("good\nb\u{0}d\n", to: "history") }
    ) { _, terminal in
      try terminal.press(.up)
      try terminal.waitFor("\n% good")
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
    try await Session.run(prepare: { try $0.write("bind -s ^G world\nbind ^R ed-delete-prev-word\n", to: ".editrc") }) {
      _, terminal in
      try terminal.press(.control("G"))
      try terminal.waitForScreen("% world")
      try terminal.press(.control("R"))
      try terminal.waitForScreen("%")
    }
  }

  @Test func startupFileChoosesViKeys() async throws {
    try await Session.run(prepare: { try $0.write("bind -v\n", to: ".editrc") }) { _, terminal in
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
