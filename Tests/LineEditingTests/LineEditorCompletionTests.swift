import Foundation
import TestSupport
import Testing

@Suite struct LineEditorCompletionTests {
  private static let files = ["my file": "", "mything": "", "sub/inner": ""]

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
    try await Session.run(files: Self.files) { _, terminal in
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
    try await Session.run(files: ["history": "first\nno newline"]) { session, terminal in
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
      files: ["history": "good\nb\u{0}d\n"]
    ) { _, terminal in
      try terminal.press(.up)
      try terminal.waitFor("\n% good")
    }
  }
}
