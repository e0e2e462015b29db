/// Waits for so long on the loop's clock. A duration that is not positive is the single step, as ``yield()``.
///
/// Only for code that a loop runs.
///
/// - Throws: `CancellationError` where the task is cancelled.
public func sleep(for duration: Duration) async throws {
  if EventLoop.runsElsewhere() { return try await sleepAside(for: duration) }
  let deadline = duration > .zero ? EventLoop.deadline(after: duration) : nil
  repeat {
    let suspension = try EventLoop.beginWait(.sleep(until: deadline), "sleep(for:)")
    try await suspension.suspendCheckingCancellation()
    if suspension.cause != .woken { return }
  } while true
}

/// Waits until the loop's clock shows `deadline`; ``LoopInstant/distantFuture``: until the task is cancelled. A
/// deadline that is over is the single step, as ``yield()``.
///
/// Only for code that a loop runs.
///
/// - Throws: `CancellationError` where the task is cancelled.
public func sleep(until deadline: LoopInstant) async throws {
  if EventLoop.runsElsewhere() { return try await sleepAside(until: deadline) }
  let deadline = EventLoop.isInTheFuture(deadline) ? deadline : nil
  repeat {
    let suspension = try EventLoop.beginWait(.sleep(until: deadline), "sleep(until:)")
    try await suspension.suspendCheckingCancellation()
    if suspension.cause != .woken { return }
  } while true
}

/// The single step: due timers and ready descriptors move to the ready queue, and the caller behind them; each of
/// those makes exactly one step before the caller goes on.
///
/// Only for code that a loop runs.
///
/// - Throws: `CancellationError` where the task is cancelled.
public func yield() async throws {
  if EventLoop.runsElsewhere() { return try await leavingTheActor("yield()") { try await yield() } }
  try await EventLoop.beginStep()?.suspendCheckingCancellation()
}

// Away from the actor whose code runs, as `leavingTheActor` does it. Functions and not closures, whose contexts would
// be allocated at each sleep, needed or not.

@concurrent
@inline(never)
private func sleepAside(for duration: Duration) async throws {
  EventLoop.requireOwnTask("sleep(for:)")
  try await sleep(for: duration)
}

@concurrent
@inline(never)
private func sleepAside(until deadline: LoopInstant) async throws {
  EventLoop.requireOwnTask("sleep(until:)")
  try await sleep(until: deadline)
}

extension Wait {
  /// A sleep; without a deadline the single step.
  fileprivate static func sleep(until deadline: LoopInstant?) -> Wait {
    deadline.map(Wait.timer) ?? .step
  }
}

extension EventLoop {
  fileprivate static func deadline(after duration: Duration) -> LoopInstant {
    withRunningTask("sleep(for:)") { loop, _ in loop.now.advanced(by: duration) }
  }

  fileprivate static func isInTheFuture(_ deadline: LoopInstant) -> Bool {
    withRunningTask("sleep(until:)") { loop, _ in deadline > loop.now }
  }

  /// What the loop's clock shows. Safe from any thread.
  public var now: LoopInstant { LoopInstant(nanoseconds: time.now) }

  /// Whether the loop goes by a virtual clock.
  package var isVirtual: Bool { time.isVirtual }

  /// Moves the virtual clock, as time passes for a person who thinks: nothing runs, deadlines become overdue.
  /// Does nothing to the system clock. For the loop's own thread, or before the loop is driven.
  public func advance(by duration: Duration) {
    requireItsThread("advance(by:)")
    time.jump(to: now.advanced(by: duration).nanoseconds)
  }

  /// The loop's clock, for code that asks for a `Clock`.
  public var clock: LoopClock { LoopClock(loop: self) }
}
