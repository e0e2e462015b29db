/// A child task, of a task group or an `async let`, while it is parked.
final class ChildWaiter: Waiter, @unchecked Sendable {
  private let record: TaskRecord
  private var continuation: UnsafeContinuation<Void, Never>?
  /// Its place among the parked children of its task.
  var index = 0

  init(of record: TaskRecord) {
    self.record = record
    super.init(isChild: true)
  }

  /// Suspends the child until its turn, after `park`; where its parent cancels it, its wait ends.
  override func suspendChild() async {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation = $0 }
    } onCancel: {
      record.loop.perform(.cancelChild(self))
    }
    record.remove(self)
  }

  override func belongs(to task: TaskRecord) -> Bool { record === task }

  override func take(in loop: EventLoop) {
    if record.isStopped {
      phase = .held
      return record.hold(self)
    }
    phase = .idle
    let job = loop.captureJob { continuation.take()?.resume() }
    loop.run(job, of: record, isStep: true)
  }
}
