import Meanwhile

/// What a machine or a builtin waits for: the loop's side of it, and the events that end it.
package struct WaitRequest: Sendable {
  package var wait: Wait
  package var events: [WakeEvent.Ticket]
  /// Whether a signal with a trap ends the wait with 128 and its number, as `wait` and `read` do.
  package var isInterruptible = true
  /// Whether jobs are waited for: those that the waiting job started itself are terminated with it.
  package var isForJobs = false

  package init(_ wait: Wait, events: [WakeEvent.Ticket] = []) {
    self.wait = wait
    self.events = events
  }
}
