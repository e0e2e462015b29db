import TestSupport
import Testing

/// One sequence of bytes, what it leaves on a screen of ten columns and four rows, and where the cursor stands.
struct SequenceCase: CustomTestStringConvertible {
  var testDescription: String
  var bytes: String
  var text: String
  var cursor: Screen.Position

  init(_ name: String, _ bytes: String, _ text: String, _ row: Int, _ column: Int) {
    testDescription = name
    self.bytes = bytes
    self.text = text
    cursor = Screen.Position(row: row, column: column)
  }
}

/// The emulator by values: bytes in, rows and cursor out.
@Suite struct ScreenTests {
  private func screen(_ bytes: String, columns: Int = 10, rows: Int = 4) -> Screen {
    var screen = Screen(columns: columns, rows: rows)
    screen.receive(bytes)
    return screen
  }

  @Test(
    arguments: [
      SequenceCase("plain", "abc", "abc", 0, 3),
      SequenceCase("newline keeps the column", "ab\nc", "ab\n  c", 1, 3),
      SequenceCase("return and newline", "ab\r\nc", "ab\nc", 1, 1),
      SequenceCase("overwriting", "abc\rX", "Xbc", 0, 1),
      SequenceCase("backspace", "abc\u{8}\u{8}X", "aXc", 0, 2),
      SequenceCase("tab", "a\tb", "a       b", 0, 9),
      SequenceCase("the last column waits before it wraps", "0123456789", "0123456789", 0, 9),
      SequenceCase("then wraps", "0123456789a", "0123456789\na", 1, 1),
      SequenceCase("a return cancels the wrap", "0123456789\rX", "X123456789", 0, 1),
      SequenceCase("no wrap", "\u{1B}[?7l0123456789ab", "012345678b", 0, 9),
      SequenceCase("scrolls at the bottom", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5", 3, 1),
      SequenceCase("place", "\u{1B}[2;3Hx", "\n  x", 1, 3),
      SequenceCase("place is clipped", "\u{1B}[99;99H", "", 3, 9),
      SequenceCase("relative motion", "\u{1B}[3;5H\u{1B}[A\u{1B}[2D\u{1B}[B\u{1B}[Cx", "\n\n   x", 2, 4),
      SequenceCase("column and row alone", "\u{1B}[3G\u{1B}[2dx", "\n  x", 1, 3),
      SequenceCase("next and previous line", "abc\u{1B}[2Ex\u{1B}[Fy", "abc\ny\nx", 1, 1),
      SequenceCase("erase to the end of the line", "abcdef\u{1B}[3G\u{1B}[K", "ab", 0, 2),
      SequenceCase("erase to its beginning", "abcdef\u{1B}[3G\u{1B}[1K", "   def", 0, 2),
      SequenceCase("erase below", "a\r\nb\r\nc\u{1B}[2;1H\u{1B}[J", "a", 1, 0),
      SequenceCase("erase above", "aa\r\nbb\r\ncc\u{1B}[2;1H\u{1B}[1J", "\n b\ncc", 1, 0),
      SequenceCase("erase all", "a\r\nb\u{1B}[2J", "", 1, 1),
      SequenceCase("insert characters", "abc\u{1B}[2G\u{1B}[2@", "a  bc", 0, 1),
      SequenceCase("delete characters", "abcdef\u{1B}[2G\u{1B}[2P", "adef", 0, 1),
      SequenceCase("erase characters", "abcdef\u{1B}[2G\u{1B}[2X", "a  def", 0, 1),
      SequenceCase("insert mode", "abc\r\u{1B}[4hX\u{1B}[4lY", "XYbc", 0, 2),
      SequenceCase("insert lines", "1\r\n2\r\n3\u{1B}[2;1H\u{1B}[L", "1\n\n2\n3", 1, 0),
      SequenceCase("delete lines", "1\r\n2\r\n3\u{1B}[1;1H\u{1B}[M", "2\n3", 0, 0),
      SequenceCase("scroll region", "1\r\n2\r\n3\r\n4\u{1B}[2;3r\u{1B}[3;1H\nx", "1\n3\nx\n4", 2, 1),
      SequenceCase("reverse line feed", "1\r\n2\u{1B}[1;1H\u{1B}M0", "0\n1\n2", 0, 1),
      SequenceCase("scroll up and down", "1\r\n2\r\n3\u{1B}[S\u{1B}[2T", "\n\n2\n3", 2, 1),
      SequenceCase("save and restore", "ab\u{1B}7cd\u{1B}8X", "abXd", 0, 3),
      SequenceCase("wide characters take two cells", "日本x", "日本x", 0, 5),
      SequenceCase("a wide character does not split at the edge", "012345678日", "012345678\n日", 1, 2),
      SequenceCase("overwriting half of a wide character", "日\rx", "x", 0, 1),
      SequenceCase("combining marks join", "e\u{301}x", "e\u{301}x", 0, 2),
      SequenceCase("repeat", "a\u{1B}[3bx", "aaaax", 0, 5),
      SequenceCase("line drawing", "\u{1B}(0qx\u{1B}(Bq", "─│q", 0, 3),
      SequenceCase("tab stops", "\u{1B}[4G\u{1B}H\r\tx", "   x", 0, 4),
      SequenceCase("styles leave no text", "\u{1B}[1;31mab\u{1B}[0mc", "abc", 0, 3),
      SequenceCase("titles leave no text", "\u{1B}]0;name\u{7}a\u{1B}]2;b\u{1B}\\c", "ac", 0, 2),
      SequenceCase("queries leave no text", "\u{1B}P+q544e\u{1B}\\\u{1B}[>4;2m\u{1B}[?12$pa", "a", 0, 1),
      SequenceCase("bytes that are not UTF-8", "\u{FFFD}", "\u{FFFD}", 0, 1),
      SequenceCase("soft hyphens and marks have no width", "a\u{200D}b", "a\u{200D}b", 0, 2),
    ])
  func sequence(_ sequence: SequenceCase) {
    let screen = screen(sequence.bytes)
    #expect(screen.text == sequence.text)
    #expect(screen.cursor == sequence.cursor)
    #expect(screen.unknown == [])
  }

  @Test func sequencesMayBeCutAnywhere() {
    let bytes = Array("a\u{1B}[1;31m日\u{1B}]0;t\u{1B}\\e\u{301}\u{1B}[2;2Hz".utf8)
    var cut = Screen(columns: 10, rows: 4)
    for byte in bytes { cut.receive([byte]) }
    let whole = screen(String(decoding: bytes, as: UTF8.self))
    #expect(cut.cells == whole.cells)
    #expect(cut.text == "a日e\u{301}\n z")
    #expect(cut.title == "t")
  }

  @Test func invalidBytesShowAsReplacementCharacters() {
    var screen = Screen(columns: 10, rows: 2)
    screen.receive([0x61, 0xFF, 0xC3, 0x62, 0x80])
    #expect(screen.text == "a\u{FFFD}\u{FFFD}b\u{FFFD}")
  }

  @Test func stylesStayWithTheirCells() {
    let screen = screen("\u{1B}[1;4;31ma\u{1B}[7;38;5;200mb\u{1B}[0;102mc\u{1B}[38;2;1;2;3md\u{1B}[39;49me")
    #expect(screen.style(row: 0, column: 0) == Screen.Style(bold: true, underlined: true, foreground: 1))
    #expect(
      screen.style(row: 0, column: 1)
        == Screen.Style(bold: true, underlined: true, inverse: true, foreground: 200))
    #expect(screen.style(row: 0, column: 2) == Screen.Style(background: 10))
    #expect(screen.style(row: 0, column: 3).foreground == 256 + 0x010203)
    #expect(screen.style(row: 0, column: 4) == .plain)
  }

  @Test func alternateScreenGivesTheMainOneBack() {
    var screen = screen("main\u{1B}[?1049h\u{1B}[Hother")
    #expect(screen.isAlternate)
    #expect(screen.text == "other")
    screen.receive("\u{1B}[?1049l!")
    #expect(screen.text == "main!")
  }

  @Test func linesThatLeaveTheMainScreenAreKept() {
    let screen = screen("1\r\n2\r\n3\r\n4\r\n5\r\n6")
    #expect(screen.scrollback == ["1", "2"])
    #expect(screen.history == "1\n2\n3\n4\n5\n6")
  }

  @Test func modesAreSeen() {
    let screen = screen("\u{1B}[?2004h\u{1B}[?1h\u{1B}[?25l\u{7}")
    #expect(screen.isBracketedPaste)
    #expect(screen.hasApplicationCursorKeys)
    #expect(!screen.isCursorVisible)
    #expect(screen.bells == 1)
  }

  @Test func reportsAreAnswered() {
    var screen = screen("ab\u{1B}[6n\u{1B}[5n\u{1B}[c")
    #expect(String(decoding: screen.takeAnswers(), as: UTF8.self) == "\u{1B}[1;3R\u{1B}[0n\u{1B}[?1;2c")
    #expect(screen.takeAnswers() == [])
  }

  @Test func resizingKeepsTheCursorsLine() {
    var screen = screen("1\r\n2\r\n3\r\n4")
    screen.resize(columns: 5, rows: 2)
    #expect(screen.text == "3\n4")
    #expect(screen.cursor == Screen.Position(row: 1, column: 1))
    #expect(screen.scrollback == ["1", "2"])
    screen.resize(columns: 20, rows: 3)
    screen.receive("\r\nlonger than before")
    #expect(screen.text == "3\n4\nlonger than before")
  }

  @Test func keysSendWhatXtermSends() {
    #expect(Key.controlC.bytes() == [3])
    #expect(Key.controlBackslash.bytes() == [0x1C])
    #expect(Key.up.bytes() == Array("\u{1B}[A".utf8))
    #expect(Key.up.bytes(applicationCursorKeys: true) == Array("\u{1B}OA".utf8))
    #expect(Key.alt("b").bytes() == Array("\u{1B}b".utf8))
  }
}
