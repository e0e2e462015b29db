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
