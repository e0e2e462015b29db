import Foundation
import TestSupport
import Testing

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
