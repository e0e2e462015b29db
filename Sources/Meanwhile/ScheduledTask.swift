/// A scheduled task with a result: one object for the record, the body and what came of it.
final class ScheduledTask<Success: Sendable>: TaskRecord, @unchecked Sendable {
  private var operation: (() async throws -> Success)?
  // Written on the loop's thread before the task is marked as done, read only after that.
  private var outcome: Result<Success, any Error>?

  init(name: String?, loop: EventLoop, _ operation: @escaping () async throws -> Success) {
    self.operation = operation
    super.init(name: name, loop: loop)
  }

  /// Makes one that a worker thread runs.
  override init(outsideNamed name: String?, loop: EventLoop) {
    super.init(outsideNamed: name, loop: loop)
  }

  override func run() async {
    guard let operation = operation.take() else { return }
    do {
      outcome = .success(try await operation())
    } catch {
      outcome = .failure(error)
    }
  }

  override func neverRuns() {
    operation = nil
    outcome = .failure(CancellationError())
  }

  /// The worker thread is through.
  func endOutside(_ outcome: Result<Success, any Error>) {
    self.outcome = outcome
    endOutside()
  }

  /// What came of it; nil until it is done. May be asked on any thread.
  var result: Result<Success, any Error>? {
    isDone ? outcome : nil
  }
}
