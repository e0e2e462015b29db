extension TaskRecord {
  /// Waits until this is done; from a task of another loop, or of none, too.
  final func waitUntilDone() async throws {
    guard !isDone else { return }
    guard let current = EventLoop.current, current === loop, let task = loop.running else {
      return await waitFromOutside()
    }
    let circle = loop.circle(closedBy: task, waitingFor: [self])
    if !circle.isEmpty { throw MeanwhileError.circle(circle.map(\.name)) }
    var waiter: Waiter?
    defer { if let waiter { removeObservers { $0.isWaiter(waiter) } } }
    while !isDone {
      _ = try await parkUnlessCancelled(Wait(.tasks([self])), of: task, in: loop) {
        guard waiter == nil else { return }
        waiter = $0
        add(.waiter($0))
      }
    }
  }

  private final func waitFromOutside() async {
    await withCheckedContinuation { continuation in
      loop.perform(.call { [self] in add(.call { continuation.resume() }) })
    }
  }
}

/// Which of several tasks were done when the wait for them ended.
public struct WaitOutcome<Success: Sendable>: Sendable {
  /// Those that are done, in the order in which they were given.
  public let done: [BackgroundTask<Success>]
  /// Those that are not, in the order in which they were given; they go on.
  public let pending: [BackgroundTask<Success>]
}

/// Waits until all of the tasks are done, or the time limit is over. Nothing is cancelled.
///
/// - Throws: `CancellationError` where the caller is cancelled; never what the tasks threw.
public func waitAll<Success>(
  _ tasks: [BackgroundTask<Success>], limit: Duration? = nil
) async throws -> WaitOutcome<Success> {
  try await wait(for: tasks, count: tasks.count, limit)
}

/// Waits until one of the tasks is done, or the time limit is over. Nothing is cancelled.
///
/// - Throws: `CancellationError` where the caller is cancelled; never what the tasks threw.
public func waitAny<Success>(
  _ tasks: [BackgroundTask<Success>], limit: Duration? = nil
) async throws -> WaitOutcome<Success> {
  try await wait(for: tasks, count: min(1, tasks.count), limit)
}

private func wait<Success>(
  for tasks: [BackgroundTask<Success>], count: Int, _ limit: Duration?
) async throws -> WaitOutcome<Success> {
  let (loop, task) = EventLoop.runningTask("waiting for tasks")
  let deadline = limit.map { loop.now.advanced(by: $0) }
  let running = tasks.map { $0.record as TaskRecord }.filter { !$0.isDone }
  let missing = count - (tasks.count - running.count)
  if missing > 0 { try await wait(for: running, missing, until: deadline, of: task, in: loop) }
  return WaitOutcome(done: tasks.filter(\.isDone), pending: tasks.filter { !$0.isDone })
}

/// Waits until `count` of the unfinished `records` are done.
private func wait(
  for records: [TaskRecord], _ count: Int, until deadline: LoopInstant?, of task: TaskRecord, in loop: EventLoop
) async throws {
  let circle = loop.circle(closedBy: task, waitingFor: records)
  if !circle.isEmpty { throw MeanwhileError.circle(circle.map(\.name)) }
  let countdown = Countdown(from: count)
  for record in records { record.add(.countdown(countdown)) }
  defer { for record in records where !record.isDone { record.removeObservers { $0.isCountdown(countdown) } } }
  while !countdown.isOver {
    let cause = try await parkUnlessCancelled(Wait(.tasks(records), until: deadline), of: task, in: loop) {
      countdown.waiter = $0
    }
    if cause == .deadline { return }
  }
}
