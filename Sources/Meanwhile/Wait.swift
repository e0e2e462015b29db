import SystemPackage

/// What a parked task waits for: it decides what can wake the loop, how virtual time goes, and what messages say.
package struct Wait: Sendable {
  /// The kinds of waiting.
  package enum Kind: Sendable {
    /// A deadline.
    case timer
    /// Nothing but the steps of the others that are ready: the single step.
    case step
    /// Nothing: the task computes, and lets the others go on for one pass. As `step`, but where only such tasks are
    /// ready, virtual time jumps as if none were.
    case pass
    /// A descriptor that becomes ready.
    case descriptor(FileDescriptor, Readiness)
    /// Something outside of the loop that is known to be alive: a process, a worker thread.
    case external
    /// Other tasks of this loop.
    case tasks([TaskRecord])
    /// A signal to this process.
    case signal
    /// Nothing: it waits until it is cancelled. Never a deadlock.
    case forever
    /// Something that another task does: a future, a message, a lock.
    case event
  }

  /// The kind of waiting.
  package var kind: Kind
  /// When the waiting ends at the latest.
  package var deadline: LoopInstant?
  /// What is waited for, in words, after "waits for"; empty: the kind says it.
  package var subject: Words
  /// A number that belongs to the words (a process, a job); negative: none.
  package var number: Int32

  /// Describes a wait.
  package init(_ kind: Kind, until deadline: LoopInstant? = nil, subject: Words = .none, number: Int32 = -1) {
    self.kind = kind
    self.deadline = deadline
    self.subject = subject
    self.number = number
  }

  /// A wait for a deadline; for ever, where that never comes.
  package static func timer(_ deadline: LoopInstant) -> Wait {
    deadline == .distantFuture ? Wait(.forever) : Wait(.timer, until: deadline)
  }

  /// The single step: a wait for the steps of the others that are ready.
  package static var step: Wait { Wait(.step) }

  /// One pass of the loop: the wait of a task that computes.
  package static var pass: Wait { Wait(.pass) }
}
