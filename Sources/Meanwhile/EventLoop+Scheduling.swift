extension EventLoop {
  /// Puts a coroutine in the background: it makes its first step when something is next waited for in the foreground.
  ///
  /// Safe from any thread; a sleeping loop wakes.
  public func schedule<Success: Sendable>(
    name: String? = nil, _ operation: sending @escaping () async throws -> Success
  ) -> BackgroundTask<Success> {
    let task = ValueTask(name: name, loop: self, operation)
    perform(.start(task))
    return BackgroundTask(record: task)
  }

  /// Puts a coroutine without a value in the background: it makes its first step when something is next waited for in
  /// the foreground.
  ///
  /// Safe from any thread; a sleeping loop wakes.
  @discardableResult
  public func schedule(
    name: String? = nil, _ operation: sending @escaping () async throws -> Void
  ) -> BackgroundTask<Void> {
    let task = VoidTask(name: name, loop: self, operation)
    perform(.start(task))
    return BackgroundTask(record: task)
  }

  /// Runs the loop on this thread until the task is done, and returns its value or throws its error.
  ///
  /// Where the task is done already, nothing advances. Not for code that a loop runs: that waits with
  /// ``BackgroundTask/value``.
  ///
  /// - Throws: ``DeadlockError`` where nothing can ever end the wait, ``MeanwhileError/loopStopped`` where
  ///   ``stop()`` did; otherwise what the task throws.
  @discardableResult
  public func runInForeground<Success>(
    _ task: BackgroundTask<Success>, file: StaticString = #fileID, line: UInt = #line
  ) throws -> Success {
    try runToEnd(task.record, as: .scheduled, file, line)
  }

  /// Runs the loop on this thread until `operation` is done, and returns its value or throws its error.
  ///
  /// Its first step comes at once, ahead of all others; if it ends without waiting, nothing else advances.
  ///
  /// The operation ends with this call. Where a ``stop()`` or a deadlock ends the wait first, it is cancelled: its waits
  /// throw `CancellationError` from then on, and it runs on alone, without the other tasks, to clean up. It is left to
  /// later foreground waits only where it then awaits something that is no wait of this library and does not come at
  /// once (an actor, a continuation).
  ///
  /// - Throws: As for a task.
  @discardableResult
  public func runInForeground<Success: Sendable>(
    name: String? = nil, file: StaticString = #fileID, line: UInt = #line,
    _ operation: sending @escaping () async throws -> Success
  ) throws -> Success {
    let task = ValueTask(name: name, loop: self, operation)
    perform(.start(task))
    return try runToEnd(task, as: .ownedByWait, file, line)
  }

  /// Runs the loop on this thread until `operation`, which has no value, is done, or throws its error.
  ///
  /// Its first step comes at once, ahead of all others; if it ends without waiting, nothing else advances.
  ///
  /// The operation ends with this call. Where a ``stop()`` or a deadlock ends the wait first, it is cancelled: its waits
  /// throw `CancellationError` from then on, and it runs on alone, without the other tasks, to clean up. It is left to
  /// later foreground waits only where it then awaits something that is no wait of this library and does not come at
  /// once (an actor, a continuation).
  ///
  /// - Throws: As for a task.
  public func runInForeground(
    name: String? = nil, file: StaticString = #fileID, line: UInt = #line,
    _ operation: sending @escaping () async throws -> Void
  ) throws {
    let task = VoidTask(name: name, loop: self, operation)
    perform(.start(task))
    try runToEnd(task, as: .ownedByWait, file, line)
  }

  private func runToEnd<Success>(
    _ task: ScheduledTask<Success>, as role: ForegroundRole, _ file: StaticString, _ line: UInt
  ) throws -> Success {
    let place = Place(file: file, line: line)
    if task.loop !== self { Misuse.foreignTask(at: place) }
    guard try runInForeground(task, as: role, place), let result = task.result else { throw MeanwhileError.loopStopped }
    return try result.get()
  }

  /// Runs the loop on this thread until ``stop()``. With nothing to do it sleeps: another thread may schedule work.
  public func run(file: StaticString = #fileID, line: UInt = #line) {
    run(as: Placeholder(waiting: Wait(.forever), in: self), file, line)
  }

  /// Runs the loop on this thread until its clock shows `deadline`, or until ``stop()``.
  public func run(until deadline: LoopInstant, file: StaticString = #fileID, line: UInt = #line) {
    run(as: Placeholder(waiting: .timer(deadline), in: self), file, line)
  }

  private func run(as placeholder: Placeholder, _ file: StaticString, _ line: UInt) {
    do {
      try runInForeground(placeholder, file: file, line: line)
    } catch {
      preconditionFailure("a wait for a deadline or for ever is never a deadlock")
    }
    placeholder.end(in: self)
  }

  /// Ends ``run(file:line:)``, or another foreground wait, after the current pass. Safe from any thread.
  ///
  /// Called while the loop stands still, it lets the next wait run one pass.
  public func stop() {
    perform(.call { $0.stopsAfterPass = true })
  }

  // MARK: Callbacks

  /// Calls `perform` from the ready queue when the loop next runs. Safe from any thread.
  @discardableResult
  public func callSoon(_ perform: sending @escaping () -> Void) -> ScheduledCall {
    let call = ScheduledCall(callback: Callback(perform), loop: self)
    self.perform(.call { [callback = call.callback] in callback.makeReady(in: $0) })
    return call
  }

  /// Calls `perform` so much later, while the loop runs. Safe from any thread.
  @discardableResult
  public func call(after delay: Duration, _ perform: sending @escaping () -> Void) -> ScheduledCall {
    call(at: now.advanced(by: delay), perform)
  }

  /// Calls `perform` when the loop's clock shows `deadline`, or later, while the loop runs. Safe from any thread.
  @discardableResult
  public func call(at deadline: LoopInstant, _ perform: sending @escaping () -> Void) -> ScheduledCall {
    let call = ScheduledCall(callback: Callback(perform), loop: self)
    self.perform(.call { [callback = call.callback] in $0.timers.insert(callback, at: deadline.nanoseconds) })
    return call
  }
}

/// What `run` waits for: a task without a body, so that the Swift runtime is not touched.
private final class Placeholder: TaskRecord, @unchecked Sendable {
  init(waiting wait: Wait, in loop: EventLoop) {
    super.init(name: "run", loop: loop, runsOutside: true)
    park(wait, of: self, in: loop)
  }

  override func runFromQueue(in loop: EventLoop) {
    phase = .idle
    markDone()
  }

  /// Leaves the queue in which a `stop()` has left it.
  func end(in loop: EventLoop) {
    if timerIndex >= 0 { loop.timers.remove(self) }
    if phase == .ready { loop.ready.remove(self) }
  }
}
