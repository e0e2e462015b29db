import Platform
import Synchronization

/// The one flag of a loop that the machine tests at every turn: a signal or a request from another thread is pending.
///
/// Raised when a signal arrives (on the main thread's loop), or when another thread asks for work on this one, such as
/// to stop a job. The flag does not say which: the machine returns `.attention`, and `Coroutine.run` calls
/// `Shell.attend`, which lowers the flag and then does all that is pending.
///
/// Raised from any thread, lowered on the thread of the loop only. A raise is never lost: `attend` lowers the flag
/// *before* it reads what is pending, so what arrives while it works raises the flag again.
package final class Attention: Sendable {
  private let flag = Atomic<Bool>(false)
  /// Whether the process's signals are for this loop.
  private let watchesSignals: Bool

  package init(watchesSignals: Bool) { self.watchesSignals = watchesSignals }

  @inline(__always) package var isRaised: Bool {
    flag.load(ordering: .relaxed) || (watchesSignals && PendingSignals.areThere)
  }

  package func raise() { flag.store(true, ordering: .releasing) }
  func lower() { flag.store(false, ordering: .relaxed) }
}
