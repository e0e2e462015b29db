/// Runs `body` as a child task and cancels it when the time limit is over.
///
/// - Throws: ``MeanwhileError/timedOut`` where the limit was over first; `CancellationError` where the caller was
///   cancelled after that was decided, before it went on; otherwise what `body` throws.
public func withTimeout<Success: Sendable>(
  _ limit: Duration, _ body: sending @escaping () async throws -> Success
) async throws -> Success {
  let handover = Handover(body: body)
  return try await withThrowingTaskGroup(of: Finish<Success>.self) { group in
    group.addTask { await .of { try await handover.body() } }
    group.addTask {
      await .of {
        try await sleep(until: EventLoop.runningTask("withTimeout").0.now.advanced(by: limit))
        throw MeanwhileError.timedOut
      }
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw MeanwhileError.timedOut }
    // Between the end of a child and this line other tasks may have run.
    if Task.isCancelled, !first.wasCancelled { throw CancellationError() }
    return try first.outcome.get()
  }
}

/// How a child of `withTimeout` ended, and whether it was cancelled by then.
private struct Finish<Success: Sendable>: Sendable {
  let outcome: Result<Success, any Error>
  let wasCancelled: Bool

  static func of(_ body: () async throws -> Success) async -> Finish {
    do {
      let value = try await body()
      return Finish(outcome: .success(value), wasCancelled: Task.isCancelled)
    } catch {
      return Finish(outcome: .failure(error), wasCancelled: Task.isCancelled)
    }
  }
}

// The compiler cannot see that a group's closure runs once, so that what came in as `sending` goes to one child only.
private struct Handover<Success>: @unchecked Sendable {
  let body: () async throws -> Success
}

/// Waits for `task` and cancels it when the time limit is over.
///
/// - Throws: ``MeanwhileError/timedOut`` where the limit was over first; otherwise what the task throws.
public func withTimeout<Success>(
  _ limit: Duration, cancelling task: BackgroundTask<Success>
) async throws -> Success {
  let outcome = try await waitAll([task], limit: limit)
  guard outcome.pending.isEmpty else {
    task.cancel()
    throw MeanwhileError.timedOut
  }
  return try task.result
}
