/// A scheduled task with a result. The subclasses say where its body runs and hold what comes of it.
class ScheduledTask<Success: Sendable>: TaskRecord, @unchecked Sendable {
  /// What came of it; nil until it is done. May be asked on any thread.
  final var result: Result<Success, any Error>? { isDone ? outcome : nil }

  // Written on the loop's thread before the task is marked as done, read only after that.
  fileprivate var outcome: Result<Success, any Error>? { nil }
}

/// One with a value.
final class ValueTask<Success: Sendable>: ScheduledTask<Success>, @unchecked Sendable {
  private var operation: (() async throws -> Success)?
  private var storage: Result<Success, any Error>?

  init(name: String?, loop: EventLoop, _ operation: @escaping () async throws -> Success) {
    self.operation = operation
    super.init(name: name, loop: loop)
  }

  override fileprivate var outcome: Result<Success, any Error>? { storage }

  override func run() async {
    guard let operation = operation.take() else { return }
    do {
      storage = .success(try await operation())
    } catch {
      storage = .failure(error)
    }
  }

  override func neverRuns() {
    operation = nil
    storage = .failure(CancellationError())
  }
}

/// One without a value, which is what most are: kept small, and its body needs no adapter.
final class VoidTask: ScheduledTask<Void>, @unchecked Sendable {
  private var operation: (() async throws -> Void)?

  init(name: String?, loop: EventLoop, _ operation: @escaping () async throws -> Void) {
    self.operation = operation
    super.init(name: name, loop: loop)
  }

  override fileprivate var outcome: Result<Void, any Error>? {
    error.map { .failure($0) } ?? .success(())
  }

  override func run() async {
    guard let operation = operation.take() else { return }
    do {
      try await operation()
    } catch {
      self.error = error
    }
  }

  override func neverRuns() {
    operation = nil
    error = CancellationError()
  }
}

/// One that a worker thread runs.
final class WorkerTask<Success: Sendable>: ScheduledTask<Success>, @unchecked Sendable {
  private var storage: Result<Success, any Error>?

  override fileprivate var outcome: Result<Success, any Error>? { storage }

  /// The worker thread is through.
  func endOutside(_ outcome: Result<Success, any Error>) {
    storage = outcome
    endOutside()
  }
}
