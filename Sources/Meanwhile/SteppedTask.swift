/// A task whose steps are calls of a function: it waits by returning what it waits for.
///
/// It has no Swift task and no continuation, which cost more than 2 KB while it waits; the loop, and code that
/// stops, wakes, counts or observes it, treat it like the others.
package final class SteppedTask: TaskRecord, @unchecked Sendable {
  /// What makes the steps, until the end.
  package private(set) var stepper: (any Stepper)?

  fileprivate init(_ stepper: any Stepper, on loop: EventLoop) {
    self.stepper = stepper
    super.init(name: nil, loop: loop)
  }

  override func runStep(in loop: EventLoop) {
    var cause = cause
    markStarted()
    loop.runStep(of: self) {
      while let wait = stepper?.step(cause) {
        guard let pending = consumePendingCause() else { return park(wait, of: self, in: loop) }
        cause = pending
      }
      stepper = nil
      finish()
    }
  }
}

extension EventLoop {
  /// Schedules a task whose steps are calls: the first one when the loop next runs. Safe from any thread.
  package func start(_ stepper: any Stepper) -> SteppedTask {
    let task = SteppedTask(stepper, on: self)
    perform(.start(task))
    return task
  }
}
