/// Waits for so long on the loop's clock. A duration that is not positive is the single step, as ``yield()``.
///
/// Only for code that a loop runs.
public func sleep(for duration: Duration) async throws(CancellationError) {
  let (loop, task) = EventLoop.runningTask("sleep(for:)")
  guard duration > .zero else { return try await yield() }
  try await sleep(until: loop.now.advanced(by: duration), of: task, in: loop)
}

/// Waits until the loop's clock shows `deadline`; ``LoopInstant/distantFuture``: until the task is cancelled. A
/// deadline that is over is the single step, as ``yield()``.
///
/// Only for code that a loop runs.
public func sleep(until deadline: LoopInstant) async throws(CancellationError) {
  let (loop, task) = EventLoop.runningTask("sleep(until:)")
  guard deadline > loop.now else { return try await yield() }
  try await sleep(until: deadline, of: task, in: loop)
}

private func sleep(
  until deadline: LoopInstant, of task: TaskRecord, in loop: EventLoop
) async throws(CancellationError) {
  let wait = deadline == .distantFuture ? Wait(.forever) : Wait.timer(deadline)
  while try await parkUnlessCancelled(wait, of: task, in: loop) != .deadline {}
}

/// The single step: due timers and ready descriptors move to the ready queue, and the caller behind them; each of
/// those takes exactly one step before the caller goes on.
///
/// Only for code that a loop runs.
public func yield() async throws(CancellationError) {
  let (loop, task) = EventLoop.runningTask("yield()")
  _ = try await parkUnlessCancelled(.step, of: task, in: loop)
}

extension EventLoop {
  /// The loop and the task that run now; stops the program where there are none.
  static func runningTask(_ caller: StaticString) -> (EventLoop, TaskRecord) {
    guard let loop = current, let task = loop.running else { Misuse.outsideOfLoop(caller) }
    return (loop, task)
  }

  /// The loop's clock, for code that asks for a `Clock`.
  public var clock: LoopClock { LoopClock(loop: self) }
}

/// A loop's clock: the system's, or a virtual one.
public struct LoopClock: Clock {
  let loop: EventLoop

  /// What the clock shows.
  public var now: LoopInstant { loop.now }

  /// The smallest difference between two instants.
  public var minimumResolution: Duration { .nanoseconds(1) }

  /// Waits until `deadline`. Only for code that the loop runs; the tolerance is not used.
  public func sleep(until deadline: LoopInstant, tolerance: Duration?) async throws {
    try await Meanwhile.sleep(until: deadline)
  }
}
