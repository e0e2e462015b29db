import ByteStrings
import Meanwhile
import ShellSyntax

extension Shell {
  /// Which job waits for what when nothing can wake the loop, and the circle of jobs that wait for each other, if any.
  func message(of error: DeadlockError) -> String {
    func name(_ task: TaskRecord, _ otherwise: String) -> String {
      guard let job = Coroutine.of(task)?.job?.outermost else { return otherwise }
      return job.number > 0 ? "job \(job.number) (\(job.text.visible))" : "\(job.text.visible)"
    }
    var text = "deadlock: nothing can wake the shell"
    for task in error.waiting { text += "; \(name(task.task, task.name)) waits for \(task.waitsFor)" }
    let circle = error.cycleTasks.map { name($0, $0.name) }
    if let first = circle.first { text += "; circle: " + (circle + [first]).joined(separator: " -> ") }
    return text
  }
}
