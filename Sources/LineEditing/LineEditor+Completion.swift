import ByteStrings
import CLibedit

/// Tab: inserts what all completions have in common; a second time, lists them.
extension LineEditor {
  /// From so many on, the list is shown only after asking.
  private static let manyCompletions = 100

  func complete() -> Int32 {
    let (before, after) = line()
    guard let completer, let context = CompletionContext(textBeforeCursor: before) else {
      return Int32(CLIBEDIT_REFUSED)
    }
    let completions = completer(context).filter { $0.text.hasPrefix(context.word) }
    guard let insertion = CompletionInsertion(of: completions, in: context, textAfterCursor: after) else {
      return Int32(CLIBEDIT_REFUSED)
    }
    let wasAmbiguous = lastAmbiguousLine.map { $0 == (before, after) } ?? false
    lastAmbiguousLine = insertion.isAmbiguous ? (before + insertion.text, after) : nil
    if insert(insertion.text) {
      if insertion.isAmbiguous { clibedit_beep(editor) }
      return Int32(CLIBEDIT_LINE_CHANGED)
    }
    guard wasAmbiguous else { return Int32(CLIBEDIT_REFUSED) }
    list(completions)
    return Int32(CLIBEDIT_NOTHING_CHANGED)
  }

  /// The line before and after the cursor.
  private func line() -> (before: ByteString, after: ByteString) {
    var count: Int32 = 0
    var cursor: Int32 = 0
    let start = clibedit_line(editor, &count, &cursor)
    let text = UnsafeBufferPointer(start: start, count: Int(count))
    return (WideText.encode(text[..<Int(cursor)]), WideText.encode(text[Int(cursor)...]))
  }

  private func list(_ completions: [CompletionCandidate]) {
    let candidates = CandidateList(completions, width: width)
    if candidates.count > Self.manyCompletions, !confirm(candidates.count) { return printBelow([]) }
    printBelow(candidates.rows(columns: size.columns))
  }

  private func confirm(_ count: Int) -> Bool {
    clibedit_flush(editor)
    let place = places()
    port.write(
      TerminalControl.down(place.end.row - place.cursor.row) + "\r\nshow all " + ByteString(decimal: count)
        + " possibilities? (y or n) ")
    guard case .byte(let byte) = nextByte(-1) else { return false }
    return byte == UInt8(ascii: "y") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
