/// One that a worker thread runs.
final class WorkerTask<Success: Sendable>: ScheduledTask<Success>, @unchecked Sendable {
  private var storage: Result<Success, any Error>?

  override var outcome: Result<Success, any Error>? { storage }

  /// The worker thread is through.
  func endOutside(_ outcome: Result<Success, any Error>) {
    storage = outcome
    endOutside()
  }
}
