import ByteStrings

/// What `history`, `fc`, `bind` and `read -e` need of the line editor. The executable implements it, since `ShellRuntime` does not
/// import `LineEditing`.
package protocol LineEditingServices: AnyObject {
  /// The entries, oldest first, with their numbers.
  var history: [(number: Int, text: ByteString)] { get }
  /// The number of the line that runs; `nil` where it is not in the history.
  var numberOfTypedLine: Int? { get }
  func clearHistory()
  func addHistory(_ text: ByteString)
  /// `false` if there is no such entry.
  func deleteHistory(number: Int) -> Bool
  /// Copies between the history and a file, that of the history where none is named; the problem where that fails.
  func transferHistory(_ transfer: HistoryTransfer, file: ByteString?) -> String?
  /// Reads a line that begins with `initialText`. Blocks the thread as the prompt does: nothing else moves meanwhile.
  func readLine(prompt: ByteString, initialText: ByteString) -> EditedLine
  /// Performs `bind` with the line editor's own syntax; returns its output and whether it succeeded.
  func bind(_ arguments: [ByteString]) -> (output: ByteString, isSuccess: Bool)
}

/// What came of a line that a command has had edited.
package enum EditedLine: Sendable {
  case line(ByteString)
  case endOfInput
  case interrupted
  /// The prompt's own line is being edited, and this one belongs to a trap.
  case isInUse
}

/// What is copied between the history and a file.
package enum HistoryTransfer: Sendable {
  /// What this session has typed is added to the file.
  case append
  /// All of the file is added to the list.
  case read
  /// What of the file is not in the list is added.
  case readNew
  /// The list becomes the content of the file.
  case write
}
