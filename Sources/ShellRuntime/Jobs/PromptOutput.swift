import ByteStrings
import Platform
import Synchronization

/// What worker threads write to the terminal while a line is being typed: it goes above that line, in whole lines.
/// Safe from any thread.
package final class PromptOutput: Sendable {
  private struct State {
    var isTyping = false
    var bytes: [UInt8] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Takes bytes for the terminal if a line is being typed, and has the line editor show them; `false` if the caller
  /// may write by itself.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let isAccepted = state.withLock { state in
      if state.isTyping { state.bytes.append(contentsOf: bytes) }
      return state.isTyping
    }
    if isAccepted { Signals.raisePending([]) }
    return isAccepted
  }

  /// A line begins to be typed.
  package func begin() { state.withLock { $0.isTyping = true } }

  /// The line has been typed.
  ///
  /// - Returns: What was left of an unfinished line; the terminal is the caller's again.
  package func end() -> ByteString {
    state.withLock { state in
      state.isTyping = false
      defer { state.bytes = [] }
      return ByteString(state.bytes)
    }
  }

  /// The whole lines that have been written; what follows the last newline stays.
  package func takeLines() -> ByteString {
    state.withLock { state in
      guard let end = state.bytes.lastIndex(of: UInt8(ascii: "\n")) else { return ByteString() }
      let lines = ByteString(state.bytes[...end])
      state.bytes.removeFirst(end + 1)
      return lines
    }
  }
}
