/// Runs `body` as a child task and cancels it when the time limit is over.
///
/// - Throws: ``MeanwhileError/timedOut`` where the limit was over first; otherwise what `body` throws.
public func withTimeout<Success: Sendable>(
  _ limit: Duration, _ body: sending @escaping () async throws -> Success
) async throws -> Success {
  let handover = Handover(body: body)
  return try await withThrowingTaskGroup(of: Success?.self) { group in
    group.addTask { try await handover.body() }
    group.addTask {
      try await sleep(until: EventLoop.runningTask("withTimeout").0.now.advanced(by: limit))
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else { throw MeanwhileError.timedOut }
    return value
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
