import ByteStrings
import CPlatform
import Synchronization
import SystemPackage

/// A file that a thread opens and waits for; another thread can call that off. Safe from any thread.
package final class FileOpening: Sendable {
  private struct State {
    /// The thread that waits in the kernel.
    var thread: Int32?
    var isCancelled = false
    var result: Result<FileDescriptor, Errno>?
  }

  private let state = Mutex(State())

  package init() {}

  /// What came of it; `nil` while it waits. Who asks has the descriptor, once.
  package func takeResult() -> Result<FileDescriptor, Errno>? { state.withLock { $0.result.take() } }

  package var isFinished: Bool { state.withLock { $0.result != nil } }

  /// Opens the file on the calling thread, which lives for this alone; for as long as it takes, or until `cancel`.
  package func run(_ path: ByteString, in directory: FileDescriptor?, _ flags: OpenFlags) {
    state.withLock { $0.thread = platform_accept_interruption() }
    let result = open(path, in: directory, flags)
    let unwanted = state.withLock { state -> FileDescriptor? in
      state.thread = nil
      if state.isCancelled, case .success(let descriptor) = result { return descriptor }
      state.result = result
      return nil
    }
    try? unwanted?.closeDescriptor()
  }

  /// There is no thread to open it on.
  package func fail(_ error: Errno) { state.withLock { $0.result = .failure(error) } }

  private func open(
    _ path: ByteString, in directory: FileDescriptor?, _ flags: OpenFlags
  ) -> Result<FileDescriptor, Errno> {
    while !state.withLock({ $0.isCancelled }) {
      do throws(Errno) {
        return .success(try Files.open(path, in: directory, flags, interruption: .report))
      } catch {
        if error != .interrupted { return .failure(error) }
      }
    }
    return .failure(.canceled)
  }

  /// Nobody wants the file any more: the thread leaves the kernel, and what it may have opened is closed.
  ///
  /// The signal may come before the thread is in the kernel and would then be lost, so it is sent until it has
  /// arrived; that takes a few turns of the scheduler.
  package func cancel() {
    let opened = state.withLock { state -> FileDescriptor? in
      state.isCancelled = true
      if case .success(let descriptor) = state.result.take() { return descriptor }
      return nil
    }
    try? opened?.closeDescriptor()
    for _ in 0..<Self.attempts {
      let isWaiting = state.withLock { state in
        if let thread = state.thread { platform_interrupt_thread(thread) }
        return state.thread != nil
      }
      if !isWaiting { return }
    }
  }

  private static let attempts = 10_000
}
