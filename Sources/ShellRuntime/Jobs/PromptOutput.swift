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

  /// Accepts bytes for the terminal while a line is being typed; the line editor prints them. `false` if no line is
  /// being typed, and the caller may write to the terminal itself.
  func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let isAccepted = state.withLock { state in
      if state.isTyping { state.bytes.append(contentsOf: bytes) }
      return state.isTyping
    }
    if isAccepted { Signals.raisePending([]) }
    return isAccepted
  }

  /// The line editor begins to read a line.
  package func begin() { state.withLock { $0.isTyping = true } }

  /// The line editor has read the line.
  ///
  /// - Returns: Output that was not printed yet, because it does not end with a newline.
  package func end() -> ByteString {
    state.withLock { state in
      state.isTyping = false
      defer { state.bytes = [] }
      return ByteString(state.bytes)
    }
  }

  /// Returns and removes the whole lines that have been written; what follows the last newline stays.
  package func takeLines() -> ByteString {
    state.withLock { state in
      guard let end = state.bytes.lastIndex(of: UInt8(ascii: "\n")) else { return ByteString() }
      let lines = ByteString(state.bytes[...end])
      state.bytes.removeFirst(end + 1)
      return lines
    }
  }
}
