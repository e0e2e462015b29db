/// Code that keeps its own state between its steps, such as an interpreter.
package protocol Stepper: AnyObject {
  /// Takes a step, on the loop's thread; `cause` says why it goes on.
  ///
  /// - Returns: What to wait for before the next step; `nil` at the end.
  func step(_ cause: WakeCause) -> Wait?
}

/// A task whose steps are calls of a function: it waits by returning what it waits for.
///
/// It has no Swift task and no continuation, which cost more than 2 KB while it waits; for the loop, and for whoever
/// stops, wakes, counts or observes it, it is a task like the others.
package final class SteppedTask: TaskRecord, @unchecked Sendable {
  /// What takes the steps, until the end.
  package private(set) var stepper: (any Stepper)?

  fileprivate init(_ stepper: any Stepper, on loop: EventLoop) {
    self.stepper = stepper
    super.init(name: nil, loop: loop)
  }

  override func takeStep(in loop: EventLoop) {
    var cause = cause
    markStarted()
    loop.runStep(of: self) {
      while let wait = stepper?.step(cause) {
        guard let pending = takePending() else { return park(wait, of: self, in: loop) }
        cause = pending
      }
      stepper = nil
      finish()
    }
  }
}

extension EventLoop {
  /// Schedules a task that takes its steps by calls: the first one when the loop next runs. Safe from any thread.
  package func start(_ stepper: any Stepper) -> SteppedTask {
    let task = SteppedTask(stepper, on: self)
    perform(.start(task))
    return task
  }
}
