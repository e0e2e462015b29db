import ByteStrings
import CPlatform
import Synchronization
import SystemPackage

/// A file that a thread opens, which may block; another thread can cancel that. Safe from any thread.
///
/// The descriptor belongs to this object until `takeResult` returns it, and then to the caller.
package final class FileOpening: Sendable {
  /// The thread that may be waiting in the kernel; 0: none.
  private let thread = Atomic<Int32>(0)
  private let isCancelled = Atomic<Bool>(false)
  private let result = Mutex<Result<FileDescriptor, Errno>?>(nil)

  package init() {}

  /// Returns the result once, with the descriptor, which the caller then owns; `nil` while there is none.
  package func takeResult() -> Result<FileDescriptor, Errno>? { result.withLock { $0.take() } }

  /// Opens the file on the calling thread, which lives for this alone; for as long as it takes, or until `cancel`.
  package func run(_ path: ByteString, in directory: FileDescriptor?, _ flags: OpenFlags) {
    thread.store(platform_accept_interruption(), ordering: .sequentiallyConsistent)
    let opened = open(path, in: directory, flags)
    result.withLock { $0 = opened }
    // A `cancel` after this line finds the result and closes it.
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

  /// Cancels: interrupts the system call of the thread, and closes what it may have opened.
  ///
  /// A signal that arrives before the thread is in the system call is lost, so it is sent repeatedly until the thread
  /// has left.
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
