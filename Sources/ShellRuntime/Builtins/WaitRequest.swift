import Meanwhile

/// What a machine waits for.
///
/// `wait` tells the loop whether and when it can end: a timer, a descriptor, other tasks, something outside the loop.
/// `events` are what the loop does not watch by itself. The first of all these to happen ends the wait; so does a
/// signal.
package struct WaitRequest: Sendable {
  package var wait: Wait
  package var events: [WakeEvent.Ticket]
  /// Which signals end the wait early, with status 128 plus the signal's number.
  package var interruption = SignalInterruption.asProgram
  /// Whether it is for jobs. A signal that ends the waiting coroutine then ends the jobs that it started too.
  package var isForJobs = false

  /// Which signals end a wait. A signal that does not is acted on when the command that waits has ended.
  package enum SignalInterruption: Sendable {
    /// None that the shell survives, as of a program in the foreground.
    case none
    /// Those that would end a program in the builtin's place. Not one for which the shell's own environment has a trap:
    /// that is sent to the shell's process alone.
    case asProgram
    /// One with a trap too: `wait`, `read`.
    case byTraps
  }

  package init(_ wait: Wait, events: [WakeEvent.Ticket] = []) {
    self.wait = wait
    self.events = events
  }
}
