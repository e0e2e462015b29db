import CPlatform
import SystemPackage

/// Suspends the current task of the current loop until what it waits for is there, or it is woken or cancelled.
///
/// The one suspension primitive of this library; everything that waits is built on it. Returns at once where a wake or
/// a cancel has come before. A child task (of a task group, an `async let`) may park too; cancelling it from its
/// parent wakes it.
package func park(_ wait: Wait) async -> WakeCause {
  switch EventLoop.beginPark(wait) {
  case .already(let cause): return cause
  case .suspends(let suspension):
    await suspension.suspend()
    return suspension.cause
  }
}

extension EventLoop {
  enum BegunWait {
    case already(WakeCause)
    case suspends(Suspension)
  }

  fileprivate static func beginPark(_ wait: Wait) -> BegunWait {
    withRunningTask("park") { loop, task in
      guard task.isCurrent(platform_current_swift_task()) else {
        if Task.isCancelled { return .already(.cancelled) }
        return .suspends(loop.parkChild(wait, of: task))
      }
      if let cause = task.consumePendingCause() { return .already(cause) }
      task.park(wait, of: task, in: loop)
      return .suspends(Suspension(task))
    }
  }

  /// Begins a wait of the task that runs now, for what people call.
  ///
  /// Everything that needs no suspension is done here, so that the frames of tasks that wait stay small.
  ///
  /// - Throws: Where the task is cancelled; and again, at each wait, until the task ends.
  static func beginWait(_ wait: Wait, _ caller: StaticString) throws -> Suspension {
    let suspension: Suspension? = withRunningTask(caller) { loop, task in
      guard task.isCurrent(platform_current_swift_task()) else {
        return Task.isCancelled ? nil : loop.parkChild(wait, of: task)
      }
      if task.checkCancelled() { return nil }
      task.park(wait, of: task, in: loop)
      return Suspension(task)
    }
    guard let suspension else { throw CancellationError() }
    return suspension
  }

  /// Begins the single step of the task that runs now; nil where nothing is ready or due, and it goes on at once.
  static func beginStep() throws -> Suspension? {
    let begun: BegunWait = withRunningTask("yield()") { loop, task in
      guard task.isCurrent(platform_current_swift_task()) else {
        return Task.isCancelled ? .already(.cancelled) : .suspends(loop.parkChild(.step, of: task))
      }
      if task.checkCancelled() { return .already(.cancelled) }
      loop.poll()
      if loop.ready.isEmpty, loop.skipsEmptyYields, !loop.stopsAfterPass, !task.isStopped {
        task.count(ticks: 0)
        return .already(.step)
      }
      task.parkBehindReady(of: task, in: loop)
      return .suspends(Suspension(task))
    }
    switch begun {
    case .suspends(let suspension): return suspension
    case .already(.cancelled): throw CancellationError()
    case .already: return nil
    }
  }

  private func parkChild(_ wait: Wait, of task: TaskRecord) -> Suspension {
    let child = ParkedChild(of: task)
    task.add(child)
    child.park(wait, of: task, in: self)
    return Suspension(child)
  }

  /// Calls `body` with the loop and the task that run now; stops the program where there are none.
  @inline(__always)
  static func withRunningTask<Result>(_ caller: StaticString, _ body: (EventLoop, TaskRecord) -> Result) -> Result {
    guard let pointer = platform_current_loop() else { Misuse.outsideOfLoop(caller) }
    return Unmanaged<EventLoop>.fromOpaque(pointer)._withUnsafeGuaranteedRef { loop in
      guard let task = loop.running else { Misuse.outsideOfLoop(caller) }
      return task._withUnsafeGuaranteedRef { body(loop, $0) }
    }
  }

  /// The task whose step runs now.
  package var currentTask: TaskRecord? { running?.takeUnretainedValue() }

  /// The loop and the task that run now; stops the program where there are none.
  static func runningTask(_ caller: StaticString) -> (EventLoop, TaskRecord) {
    withRunningTask(caller) { ($0, $1) }
  }
}
