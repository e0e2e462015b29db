/// A child task, of a task group or an `async let`, while it is parked.
final class ParkedChild: Waiter, @unchecked Sendable {
  private let record: TaskRecord
  private var continuation: UnsafeContinuation<Void, Never>?
  /// Its place among the parked children of its task.
  var index = 0

  init(of record: TaskRecord) {
    self.record = record
    super.init(isChild: true)
  }

  /// Suspends the child, after `park`, until the loop runs it from the ready queue; its parent's cancel ends the wait.
  override func suspendChild() async {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation = $0 }
    } onCancel: {
      record.loop.perform(.cancelChild(self))
    }
    record.remove(self)
  }

  override func belongs(to task: TaskRecord) -> Bool { record === task }

  override func runFromQueue(in loop: EventLoop) {
    if record.isStopped {
      phase = .held
      return record.hold(self)
    }
    phase = .idle
    let job = loop.captureJob { continuation.take()?.resume() }
    loop.run(job, of: record, isStep: true)
  }
}
