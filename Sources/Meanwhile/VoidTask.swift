/// One without a value, which is what most are: kept small, and its body needs no adapter.
final class VoidTask: ScheduledTask<Void>, @unchecked Sendable {
  private var operation: (() async throws -> Void)?

  init(name: String?, loop: EventLoop, _ operation: @escaping () async throws -> Void) {
    self.operation = operation
    super.init(name: name, loop: loop)
  }

  override var outcome: Result<Void, any Error>? {
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
