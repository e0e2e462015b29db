import Meanwhile

/// What a machine waits for.
///
/// `wait` tells the loop whether and when it can end: a timer, a descriptor, other tasks, something outside the loop.
/// `events` are what the loop does not watch by itself. The first of all these to happen ends the wait; so does a
/// signal.
package struct WaitRequest: Sendable {
  package var wait: Wait
  package var events: [WakeEvent.Ticket]
  /// Whether a signal with a trap ends the wait with status 128 plus its number, as in `wait` and `read`.
  package var isInterruptible = true
  /// Whether it is for jobs. A signal that ends the waiting coroutine then ends the jobs that it started too.
  package var isForJobs = false

  package init(_ wait: Wait, events: [WakeEvent.Ticket] = []) {
    self.wait = wait
    self.events = events
  }
}
