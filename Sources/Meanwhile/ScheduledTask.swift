/// A scheduled task with a result. The subclasses say where its body runs and hold what comes of it.
class ScheduledTask<Success: Sendable>: TaskRecord, @unchecked Sendable {
  /// What came of it; nil until it is done. May be asked on any thread.
  final var result: Result<Success, any Error>? { isDone ? outcome : nil }

  // Written on the loop's thread before the task is marked as done, read only after that.
  var outcome: Result<Success, any Error>? { nil }
}
