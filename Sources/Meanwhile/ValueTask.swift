/// One with a value.
final class ValueTask<Success: Sendable>: ScheduledTask<Success>, @unchecked Sendable {
  private var operation: (() async throws -> Success)?
  private var storage: Result<Success, any Error>?

  init(name: String?, loop: EventLoop, _ operation: @escaping () async throws -> Success) {
    self.operation = operation
    super.init(name: name, loop: loop)
  }

  override var outcome: Result<Success, any Error>? { storage }

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
