import SystemPackage

/// Waits until a read of the descriptor would not block: there is data, its end, or an error.
///
/// Regular files are always ready. The descriptor stays the caller's, who may not close it meanwhile.
///
/// - Returns: Whether it is ready; false where the time limit was over first.
/// - Throws: `CancellationError` where the task is cancelled.
@discardableResult
public func waitUntilReadable(
  _ descriptor: FileDescriptor, limit: Duration? = nil
) async throws -> Bool {
  try await waitUntilReady(descriptor, .readable, limit)
}

/// Waits until a write to the descriptor would not block, or would fail at once.
///
/// Regular files are always ready. The descriptor stays the caller's, who may not close it meanwhile.
///
/// - Returns: Whether it is ready; false where the time limit was over first.
/// - Throws: `CancellationError` where the task is cancelled.
@discardableResult
public func waitUntilWritable(
  _ descriptor: FileDescriptor, limit: Duration? = nil
) async throws -> Bool {
  try await waitUntilReady(descriptor, .writable, limit)
}

private func waitUntilReady(
  _ descriptor: FileDescriptor, _ readiness: Readiness, _ limit: Duration?
) async throws -> Bool {
  if EventLoop.runsElsewhere() {
    return try await leavingTheActor("waiting for a descriptor") {
      try await waitUntilReady(descriptor, readiness, limit)
    }
  }
  let deadline = limit.map { EventLoop.runningTask("waiting for a descriptor").0.now.advanced(by: $0) }
  repeat {
    let wait = Wait(.descriptor(descriptor, readiness), until: deadline)
    let suspension = try EventLoop.beginWait(wait, "waiting for a descriptor")
    try await suspension.suspendCheckingCancellation()
    if suspension.cause != .woken { return suspension.cause == .ready }
  } while true
}
