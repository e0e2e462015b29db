import ByteStrings

/// What `history`, `fc` and `bind` need of the line editor. The executable implements it, since `ShellRuntime` does not
/// import `LineEditing`.
package protocol LineEditingServices: AnyObject {
  /// The entries, oldest first, with their numbers.
  var history: [(number: Int, text: ByteString)] { get }
  func clearHistory()
  func addHistory(_ text: ByteString)
  /// `false` if there is no such entry.
  func deleteHistory(number: Int) -> Bool
  /// Performs `bind` with the line editor's own syntax; returns its output and whether it succeeded.
  func bind(_ arguments: [ByteString]) -> (output: ByteString, isSuccess: Bool)
}
