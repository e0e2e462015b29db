// LineEditing: reads one line from a person or from a stream.
//
// `LineEditor` edits at a terminal through libedit: keys, history, completion, pasted text, reports above the line.
// `PlainLineReader` reads from anything else, and consumes no byte beyond the line. Nothing here knows the shell's
// language beyond what completion must see of quoting; what can be completed comes from the caller.
// Start with `LineEditor.readLine`; the pure parts are `Prompt`, `ScreenLayout`, `CompletionContext`, `HistoryCoding`.

import ByteStrings

/// The result of reading a line.
package enum LineResult: Sendable, Equatable {
  /// The line without its newline. Pasted text and entries of the history may have newlines within.
  case line(ByteString)
  /// The input ended, or the end-of-file key was typed on an empty line.
  case endOfFile
  /// The interrupt key was typed, or the caller asked for it on a wake-up. What had been typed is dropped.
  case interrupted
  /// The input cannot be read. The error was reported already.
  case unreadable
}
