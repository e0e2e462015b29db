// Meanwhile runs Swift tasks on the calling thread, in a promised order, and only while something is waited for.
//
// It knows timers, descriptors, worker threads and signals; it knows nothing of shells.
// The one rule: nothing advances unless a synchronous caller waits in the foreground, and only one function drives
// the loop: `EventLoop.runInForeground(_:isNew:while:)` in `EventLoop+Driving.swift`. Start reading there.
// Everything that suspends is built on one primitive, `park`, in `Park.swift`; what takes turns in the ready queue is
// a `Turn`; a scheduled task is a `TaskRecord`, which is also the executor of its steps.

/// Which clock a loop goes by.
public enum LoopClockKind: Sendable {
  /// The system's monotonic clock.
  case system
  /// A clock that stands still until it is advanced, or until the loop has nothing ready: then it jumps to the next
  /// deadline. While the foreground waits for a process, a worker thread or a descriptor it follows the real clock.
  case virtual
}
