import ByteStrings
import CLibedit

/// What is drawn beside libedit's own drawing. libedit is told to draw everything anew afterwards, from where the
/// cursor then stands.
extension LineEditor {
  /// With fewer columns libedit goes wrong: it takes one for 80, and does not stay within its buffers for others.
  static let fewestColumns = 8

  /// Where the cursor and the end of the line are, counted from the prompt's last row.
  func places() -> (cursor: ScreenLayout, end: ScreenLayout) { places(columns: size.columns) }

  private func places(columns: Int) -> (cursor: ScreenLayout, end: ScreenLayout) {
    var count: Int32 = 0
    var cursor: Int32 = 0
    let start = clibedit_line(editor, &count, &cursor)
    let text = UnsafeBufferPointer(start: start, count: Int(count))
    var layout = ScreenLayout(columns: max(columns, Self.fewestColumns), width: width)
    prompt.placeLastRow(in: &layout)
    layout.place(text[..<Int(cursor)])
    let cursorLayout = layout
    layout.place(text[Int(cursor)...])
    return (cursorLayout, layout)
  }

  /// Goes to the prompt's first row and clears everything from there on.
  private func eraseFromPrompt(columns: Int) {
    clibedit_flush(editor)
    let rows =
      places(columns: columns).cursor.row + prompt.upperRowCount(columns: columns, width: width)
    port.write(TerminalControl.up(min(rows, size.rows - 1)) + "\r" + TerminalControl.clearBelow)
  }

  /// Lends the terminal to whoever writes to it or starts a program while a line is typed, with the modes that it had
  /// before; then draws the line again below. To be called from `onWake`.
  ///
  /// - Parameter body: `false` if the line is given up.
  /// - Returns: Whether the line goes on.
  package func lendTerminal(_ body: () -> Bool) -> Bool {
    eraseFromPrompt(columns: size.columns)
    port.write(Self.pasteBrackets(on: false))
    clibedit_prepare_terminal(editor, false)
    port.restoreModes()
    guard outsideUTF8(body), port.saveModes() else {
      isLineGivenUp = true
      return false
    }
    clibedit_prepare_terminal(editor, true)
    port.write(Self.pasteBrackets(on: true) + newRow)
    windowSizeDidChange()
    drawAgain()
    return true
  }

  /// Goes to the beginning of a row without asking where the cursor is: this many spaces go on to the next row,
  /// unless the cursor is at the beginning already, since a terminal wraps a full row only with the next character.
  var newRow: ByteString {
    ByteString(repeating: UInt8(ascii: " "), count: size.columns) + "\r" + TerminalControl.clearBelow
  }

  private func drawAgain() {
    port.write(prompt.upperRows)
    clibedit_draw_again(editor)
  }

  /// Prints text above the line being typed.
  func printAbove(_ text: ByteString) {
    guard let last = text.last else { return }
    eraseFromPrompt(columns: size.columns)
    port.write(last == UInt8(ascii: "\n") ? text : text + "\n")
    drawAgain()
  }

  /// Looks at the size of the terminal, and draws the line for the new one if it has changed. Called by itself
  /// whenever waiting for a key was interrupted or `wakeDescriptor` was readable.
  package func windowSizeDidChange() {
    let new = port.size
    guard new != size else { return }
    let former = size
    size = new
    eraseFromPrompt(columns: wrapsRowsAnew ? new.columns : former.columns)
    clibedit_size_changed(editor)
    believedRows = new.rows
    if new.columns < Self.fewestColumns { believe() }
    drawAgain()
  }

  /// libedit goes wrong, as far as writing beyond its buffers, where a line has more rows than the terminal. So it is
  /// made to believe in more rows; the terminal scrolls what does not fit.
  func makeRoomForLine() {
    let needed = places().end.row + 2
    guard needed > believedRows else { return }
    eraseFromPrompt(columns: size.columns)
    believedRows = 2 * needed
    believe()
    drawAgain()
  }

  private func believe() {
    clibedit_believe_size(editor, Int32(max(size.columns, Self.fewestColumns)), Int32(believedRows))
  }

  func clearAndRedraw() -> Int32 {
    clibedit_flush(editor)
    port.write(TerminalControl.clearScreen)
    drawAgain()
    return Int32(CLIBEDIT_NOTHING_CHANGED)
  }

  /// Prints rows below the line and draws the line again below them.
  func printBelow(_ rows: [ByteString]) {
    clibedit_flush(editor)
    let place = places()
    var text = TerminalControl.down(place.end.row - place.cursor.row) + "\r\n"
    for row in rows { text += row + "\r\n" }
    port.write(text)
    drawAgain()
  }
}
