/// Which of several tasks were done when the wait for them ended.
public struct WaitOutcome<Success: Sendable>: Sendable {
  /// Those that are done, in the order in which they were given.
  public let done: [BackgroundTask<Success>]
  /// Those that are not, in the order in which they were given; they go on.
  public let pending: [BackgroundTask<Success>]
}
