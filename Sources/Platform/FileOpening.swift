import ByteStrings
import CPlatform
import Synchronization
import SystemPackage

/// A file that a thread opens and waits for; another thread can call that off. Safe from any thread.
package final class FileOpening: Sendable {
  /// The thread that may be waiting in the kernel; 0: none.
  private let thread = Atomic<Int32>(0)
  private let isCancelled = Atomic<Bool>(false)
  private let result = Mutex<Result<FileDescriptor, Errno>?>(nil)

  package init() {}

  /// What came of it; `nil` while it waits. Who asks has the descriptor, once.
  package func takeResult() -> Result<FileDescriptor, Errno>? { result.withLock { $0.take() } }

  /// Opens the file on the calling thread, which lives for this alone; for as long as it takes, or until `cancel`.
  package func run(_ path: ByteString, in directory: FileDescriptor?, _ flags: OpenFlags) {
    thread.store(platform_accept_interruption(), ordering: .sequentiallyConsistent)
    let opened = open(path, in: directory, flags)
    result.withLock { $0 = opened }
    // Whoever calls it off from here on finds the result.
    if isCancelled.load(ordering: .sequentiallyConsistent) { closeResult() }
    thread.store(0, ordering: .sequentiallyConsistent)
  }

  /// There is no thread to open it on.
  package func fail(_ error: Errno) { result.withLock { $0 = .failure(error) } }

  private func open(
    _ path: ByteString, in directory: FileDescriptor?, _ flags: OpenFlags
  ) -> Result<FileDescriptor, Errno> {
    while !isCancelled.load(ordering: .sequentiallyConsistent) {
      do throws(Errno) {
        return .success(try Files.open(path, in: directory, flags, interruption: .report))
      } catch {
        if error != .interrupted { return .failure(error) }
      }
    }
    return .failure(.canceled)
  }

  private func closeResult() {
    if case .success(let descriptor) = takeResult() { try? descriptor.closeDescriptor() }
  }

  /// Nobody wants the file any more: the thread leaves the kernel, and what it may have opened is closed.
  ///
  /// The signal may come before the thread is in the kernel and would then be lost, so it is sent until it has
  /// arrived; that takes a few turns of the scheduler.
  package func cancel() {
    isCancelled.store(true, ordering: .sequentiallyConsistent)
    closeResult()
    for _ in 0..<Self.attempts {
      let waiting = thread.load(ordering: .sequentiallyConsistent)
      if waiting == 0 { return }
      platform_interrupt_thread(waiting)
    }
  }

  private static let attempts = 10_000
}
