/// A step of a task that the Swift runtime asked for by itself: a child begins, a group's next result is there.
final class RuntimeStep: SelfOwnedEntry, @unchecked Sendable {
  private let job: UnownedJob
  private let record: TaskRecord

  init(_ job: UnownedJob, of record: TaskRecord) {
    self.job = job
    self.record = record
    super.init()
  }

  override func belongs(to task: TaskRecord) -> Bool { record === task }

  override func run(in loop: EventLoop) {
    if record.isStopped { return record.hold(self) }
    loop.run(job, of: record)
  }
}
