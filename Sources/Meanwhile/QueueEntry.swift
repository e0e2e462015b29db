/// What can stand in the ready queue, at most once, and in the timer queue, at most once.
///
/// The subclasses: a task (`TaskRecord`) or a child task (`ParkedChild`) that goes on, a step that the Swift runtime
/// asked for (`RuntimeStep`), a callback (`Callback`).
package class QueueEntry {
  enum Phase: UInt8 {
    /// It waits for nothing that the loop knows: it runs, or has not begun, or is over.
    case idle
    /// It waits to be woken.
    case parked
    /// It stands in the ready queue.
    case ready
    /// It left the ready queue while its task was stopped; it goes on when the task is continued.
    case held
  }

  // The order of the stored properties of this class and its subclasses leaves no holes.

  // The next one in the ready queue, which keeps alive what stands in it.
  final var nextInQueue: Unmanaged<QueueEntry>?
  /// Its place in the timer queue; negative: none.
  final var timerIndex: Int32 = -1
  final var phase = Phase.idle
  final var cause = WakeCause.step

  /// Runs it; called by the loop, which has removed it from the ready queue.
  func runFromQueue(in loop: EventLoop) {
    preconditionFailure("a entry without a meaning")
  }

  /// Whether it is a step of this task or of one of its child tasks.
  func belongs(to task: TaskRecord) -> Bool { false }

  /// Called when the deadline is over; the loop has removed it from the timer queue.
  func deadlineIsOver(in loop: EventLoop) {
    preconditionFailure("a deadline without a meaning")
  }
}

// Only the thread that drives the loop touches an entry; others only hold it, to name it in a post to the loop's inbox.
extension QueueEntry: @unchecked Sendable {}
