import Platform
import Synchronization

/// The one flag of a loop that the interpreter looks at in every loop turn and call.
///
/// Raised when a signal arrives (on the main thread's loop), or when another thread wants one of the loop's jobs to
/// stop or to end. Whoever drives the machine finds out which.
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
