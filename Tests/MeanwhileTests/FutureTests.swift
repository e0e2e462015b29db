import Testing

@testable import Meanwhile

/// Results that are set by hand.
@Suite struct FutureTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  @Test func secondResultIsRefused() throws {
    let future = Future<Int>(on: loop)
    #expect(throws: MeanwhileError.notDone) { try future.result }
    #expect(future.description == "Future: pending")
    try future.resolve(1)
    #expect(throws: MeanwhileError.alreadyResolved) { try future.resolve(2) }
    #expect(throws: MeanwhileError.alreadyResolved) { try future.fail(CancellationError()) }
    #expect(try future.result == 1)
    #expect(future.description == "Future: done, 1")
  }

  @Test func allWhoWaitGoOnInOrder() throws {
    let future = Future<String>(on: loop)
    let waiters = ["a", "b"].map { name in
      loop.schedule { [log] in log.write(name + (try await future.value)) }
    }
    _ = loop.schedule { try future.resolve("!") }
    for waiter in waiters { try loop.runInForeground(waiter) }
    #expect(log.take() == ["a!", "b!"])
  }

  @Test func errorIsThrownToWhoWaits() throws {
    let future = Future<Int>(on: loop)
    let waiter = loop.schedule { try await future.value }
    loop.call(after: .seconds(1)) { try? future.fail(MeanwhileError.timedOut) }
    #expect(throws: MeanwhileError.timedOut) { try loop.runInForeground(waiter) }
    #expect(future.description == "Future: failed, the time limit was over first")
  }

  @Test func futureOfAnotherThreadWakesTheSleepingLoop() throws {
    let loop = EventLoop()
    let future = Future<Int>(on: loop)
    let resolver = loop.callInBackground {
      blockThread(milliseconds: 5)
      try future.resolve(7)
    }
    #expect(try loop.runInForeground { try await future.value } == 7)
    try loop.runInForeground(resolver)
  }

  @Test func cancelledWaiterIsForgotten() throws {
    let future = Future<Int>(on: loop)
    let waiter = loop.schedule { [log] in
      do { _ = try await future.value } catch { log.write("cancelled") }
      _ = await park(Wait(.timer, until: LoopInstant(nanoseconds: 5)))
      log.write("slept")
    }
    try loop.runInForeground { try await yield() }
    waiter.cancel()
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["cancelled"])
    // The future's result must not wake it from another wait.
    try future.resolve(1)
    try loop.runInForeground { try await yield() }
    #expect(log.take() == [])
    try loop.runInForeground(waiter)
    #expect(log.take() == ["slept"])
  }

  @Test func deadlockNamesTheFuture() throws {
    let future = Future<Int>(on: loop)
    let waiter = loop.schedule(name: "reader") { try await future.value }
    let error = #expect(throws: DeadlockError.self) { try loop.runInForeground(waiter) }
    #expect(error?.description == "deadlock: nothing can wake the loop; reader waits for a future")
  }

  @Test func futureOfAnotherLoopIsWaitedFor() throws {
    let (here, there) = (EventLoop(), EventLoop())
    let future = Future<Int>(on: there)
    let thread = here.callInBackground {
      try there.runInForeground {
        try await sleep(for: .milliseconds(2))
        try future.resolve(7)
        try await sleep(for: .milliseconds(2))
      }
    }
    #expect(try here.runInForeground { try await future.value } == 7)
    try here.runInForeground(thread)
  }
}
