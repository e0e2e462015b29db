import ByteStrings
import CLibedit

/// Drawing outside of libedit. Afterwards libedit is told to draw the prompt and the line again at the cursor.
extension LineEditor {
  /// With fewer columns libedit fails: it treats one column as 80, and with a few more writes beyond its buffers.
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

  /// Runs `body` with the terminal in the modes from before `readLine`, so that it can write or start programs while a
  /// line is being typed; then draws the line again below. Must be called from `onWake`.
  ///
  /// - Parameter body: Returns `false` to give up the line.
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

  /// Moves to the beginning of a row from an unknown column. As many spaces as there are columns wrap to the next row,
  /// unless the cursor is in the first column: a terminal wraps a full row only at the next character.
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

  /// libedit writes beyond its buffers when a line has more rows than the terminal. So it is told that the terminal has
  /// more rows; what does not fit scrolls.
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
