extension TaskRecord {
  /// Waits until this is done; from a task of another loop, or of none, too.
  final func waitUntilDone() async throws {
    guard !isDone else { return }
    if runsOnAnActor() { return try await leavingTheActor(nil) { try await waitUntilDone() } }
    guard loop.runsTheCurrentTask else { return await waitFromOutside() }
    try loop.refuseCircle(through: [self])
    while !isDone {
      let suspension = try EventLoop.beginWait(Wait(.tasks([self])), "waiting for a task")
      add(.waiter(suspension.waiter))
      await suspension.suspend()
      if suspension.cause == .cancelled || !isDone { try stopObserving(suspension.waiter) }
    }
  }

  /// The waiter goes on before this is done, or is cancelled.
  private final func stopObserving(_ waiter: Waiter) throws {
    removeObserver { $0.isWaiter(waiter) }
    if waiter.cause == .cancelled { throw CancellationError() }
  }

  private final func waitFromOutside() async {
    await withCheckedContinuation { continuation in
      loop.perform(.call { [self] _ in add(.call { continuation.resume() }) })
    }
  }
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
  if EventLoop.runsElsewhere() {
    return try await leavingTheActor("waiting for tasks") { try await wait(for: tasks, count: count, limit) }
  }
  let (loop, _) = EventLoop.runningTask("waiting for tasks")
  let deadline = limit.map { loop.now.advanced(by: $0) }
  var running: [TaskRecord] = []
  for task in tasks where !task.record.isDone { running.append(task.record) }
  let missing = count - (tasks.count - running.count)
  if missing > 0 { try await wait(for: running, missing, until: deadline, in: loop) }
  var (done, pending): ([BackgroundTask<Success>], [BackgroundTask<Success>]) = ([], [])
  for task in tasks { if task.record.isDone { done.append(task) } else { pending.append(task) } }
  return WaitOutcome(done: done, pending: pending)
}

/// Waits until `count` of the unfinished `records` are done.
private func wait(
  for records: [TaskRecord], _ count: Int, until deadline: LoopInstant?, in loop: EventLoop
) async throws {
  try loop.refuseCircle(through: records)
  let countdown = Countdown(from: count)
  for record in records { record.add(.countdown(countdown)) }
  defer { for record in records where !record.isDone { record.removeObserver { $0.isCountdown(countdown) } } }
  while !countdown.isOver {
    let suspension = try EventLoop.beginWait(Wait(.tasks(records), until: deadline), "waiting for tasks")
    countdown.waiter = suspension.waiter
    try await suspension.suspendCheckingCancellation()
    if suspension.cause == .deadline { return }
  }
}

extension EventLoop {
  /// Whether it is a task of this loop that runs here.
  var runsTheCurrentTask: Bool { isOnItsThread && EventLoop.runsOwnTask }

  /// Throws where the running task would wait for itself.
  fileprivate func refuseCircle(through records: [TaskRecord]) throws(MeanwhileError) {
    guard let currentTask else { return }
    // Only one that waits for tasks leads any further: mostly none does.
    let links = records.filter { $0 === currentTask || $0.awaitsTasks }
    if links.isEmpty { return }
    let circle = circle(closedBy: currentTask, waitingFor: links)
    if !circle.isEmpty { throw .circle(circle.map(\.name)) }
  }
}
