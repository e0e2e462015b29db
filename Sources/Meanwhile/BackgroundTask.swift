/// A task that a loop runs in the background: it advances only while something is waited for in the foreground.
///
/// A value of this type is a handle; copies name the same task. Everything here is safe from any thread.
public struct BackgroundTask<Success: Sendable>: Sendable {
  let record: ScheduledTask<Success>

  /// The loop that runs it.
  public var loop: EventLoop { record.loop }

  /// What people call it.
  public var name: String { record.name }

  /// Whether it has ended, or will never begin.
  public var isDone: Bool { record.isDone }

  /// Whether it was told to end with ``cancel()``; it may have ended otherwise.
  public var isCancelled: Bool { record.isCancelled }

  /// Whether its steps are held back.
  public var isStopped: Bool { record.isStopped }

  /// How many steps it has made: its beginning, and each time it went on after a wait of this library.
  public var steps: Int { record.steps }

  /// The time that its steps needed on the loop's thread, those of its child tasks included.
  public var processorTime: Duration { record.processorTime }

  /// What came of it: its value, or the error it threw. Never waits.
  ///
  /// - Throws: ``MeanwhileError/notDone`` while it is not done; otherwise what the task threw.
  public var result: Success {
    get throws {
      guard let result = record.result else { throw MeanwhileError.notDone }
      return try result.get()
    }
  }

  /// Waits until it is done and returns its value, or throws the error it threw.
  ///
  /// Cancelling the task that waits here ends its wait, not the awaited task.
  ///
  /// - Throws: ``MeanwhileError/circle(_:)`` where the task waits, directly or through others, for the one that asks.
  public var value: Success {
    get async throws {
      try await record.waitUntilDone()
      return try result
    }
  }

  /// Tells it to end.
  ///
  /// A task that waits goes to the end of the ready queue, and its wait throws `CancellationError` when the loop next
  /// runs. So does the wait of a task that was woken and has not gone on yet, which keeps its place in the queue. A task
  /// that has not begun never runs its body. A callable on a worker thread is only marked: it ends by itself.
  public func cancel() {
    loop.perform(.cancel(record))
  }

  /// Holds back its steps, and those of its child tasks, until ``continue()``.
  public func stop() {
    loop.perform(.stop(record))
  }

  /// Ends a ``stop()``: what was held back goes to the end of the ready queue.
  public func `continue`() {
    loop.perform(.continue(record))
  }

  /// Calls `perform` once it is done, from the ready queue when the loop next runs; callbacks keep their order.
  public func whenDone(_ perform: sending @escaping (BackgroundTask) -> Void) {
    let call = Observer.call { perform(self) }
    loop.perform(.call { _ in record.add(call) })
  }
}

extension BackgroundTask: Hashable {
  /// Whether both are handles of the same task.
  public static func == (left: BackgroundTask, right: BackgroundTask) -> Bool { left.record === right.record }

  /// Hashes what tells the task from others.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(record)) }
}

extension BackgroundTask: CustomStringConvertible {
  /// Its name and its state.
  public var description: String {
    "BackgroundTask \(name): \(state)"
  }

  private var state: String {
    switch record.result {
    case .success(let value): "done, \(value)"
    case .failure(is CancellationError): "cancelled"
    case .failure(let error): "failed, \(error)"
    case nil: Messages.state(of: record)
    }
  }
}
