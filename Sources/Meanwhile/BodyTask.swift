/// A task that only runs.
final class BodyTask: TaskRecord, @unchecked Sendable {
  private var body: (() async -> Void)?

  init(name: String?, loop: EventLoop, _ body: @escaping () async -> Void) {
    self.body = body
    super.init(name: name, loop: loop)
  }

  override func run() async {
    guard let body = body.take() else { return }
    await body()
  }

  override func neverRuns() {
    body = nil
  }
}

extension EventLoop {
  /// Schedules a task without a result: it makes its first step when the loop next runs. Safe from any thread.
  package func start(name: String? = nil, _ body: sending @escaping () async -> Void) -> TaskRecord {
    let task = BodyTask(name: name, loop: self, body)
    perform(.start(task))
    return task
  }
}
