import ByteStrings

/// What `history` and `bind` want of the line editor. The executable joins them.
package protocol LineEditingServices: AnyObject {
  /// The entries, oldest first, with their numbers.
  var history: [(number: Int, text: ByteString)] { get }
  func clearHistory()
  /// `false` if there is no such entry.
  func deleteHistory(number: Int) -> Bool
  /// Does what `bind` was asked for, in the line editor's own words; its output and whether it succeeded.
  func bind(_ arguments: [ByteString]) -> (output: ByteString, isSuccess: Bool)
}
