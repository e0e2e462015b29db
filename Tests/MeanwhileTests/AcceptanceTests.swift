import Testing

@testable import Meanwhile

/// The sessions A, B, C and E of the acceptance tables, with the library's own names, in virtual time.
@Suite struct AcceptanceTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  /// The posts' ticker.
  private func ticker(_ log: TestLog, count: Int = .max) -> @Sendable () async throws -> Void {
    {
      for number in 0..<count {
        log.write(number)
        try await sleep(for: .seconds(1))
      }
      log.write("Finishing")
    }
  }

  private func foregroundSleep(_ seconds: Int) throws {
    try loop.runInForeground { try await sleep(for: .seconds(seconds)) }
  }

  @Test func a1TickerInTheForegroundUntilItIsCancelled() throws {
    let task = loop.schedule(ticker(log))
    loop.call(after: .milliseconds(3500)) { task.cancel() }
    #expect(throws: CancellationError.self) { try loop.runInForeground(task) }
    #expect(log.take() == ["0", "1", "2", "3"])
    #expect(task.isCancelled)
  }

  @Test func a2To7TickersInTheBackground() throws {
    let first = loop.schedule(ticker(log))
    #expect(log.take() == [])
    try foregroundSleep(5)
    #expect(log.take() == ["0", "1", "2", "3", "4"])
    loop.advance(by: .seconds(2))
    try foregroundSleep(3)
    #expect(log.take() == ["5", "6", "7"])
    loop.advance(by: .seconds(2))
    try foregroundSleep(0)
    #expect(log.take() == ["8"])
    loop.advance(by: .seconds(2))
    try foregroundSleep(0)
    #expect(log.take() == ["9"])
    loop.advance(by: .seconds(2))
    let second = loop.schedule(ticker(log))
    #expect(log.take() == [])
    try foregroundSleep(0)
    #expect(log.take() == ["0", "10"])
    first.cancel()
    loop.advance(by: .seconds(2))
    try foregroundSleep(0)
    #expect(log.take() == ["1"])
    second.cancel()
    try foregroundSleep(0)
    #expect(log.take() == [])
    #expect(first.isDone && second.isDone)
  }

  @Test func a8BlockingTickerOnAThreadInRealTime() throws {
    let loop = EventLoop()
    let task = loop.callInBackground { [log] in
      for number in 0..<5 {
        log.write(number)
        blockThread(milliseconds: 20)
      }
      log.write("Finishing")
    }
    log.write("Starts immediately!")
    // It goes on while nothing waits in the foreground.
    while log.count < 7 { blockThread(milliseconds: 1) }
    try loop.runInForeground(task)
    let lines = log.take()
    #expect(lines.contains("Starts immediately!"))
    #expect(lines.filter { $0 != "Starts immediately!" } == ["0", "1", "2", "3", "4", "Finishing"])
  }

  @Test func b1TwoLoadsTakeAsLongAsTheLongerOne() throws {
    let start = loop.now
    let slow = loop.schedule {
      try await sleep(for: .seconds(3))
      return "slow"
    }
    let quick = loop.schedule {
      try await sleep(for: .seconds(2))
      return "quick"
    }
    #expect(try loop.runInForeground(slow) == "slow")
    #expect(try loop.runInForeground(quick) == "quick")
    #expect(start.duration(to: loop.now) == .seconds(3))
  }

  @Test func b2NothingHappensWithoutAForegroundWait() {
    let task = loop.schedule(ticker(log))
    loop.advance(by: .seconds(1000))
    #expect(log.take() == [])
    #expect(task.steps == 0)
  }

  @Test func b3CalledInTheBackgroundRunsAtOnce() throws {
    let loop = EventLoop()
    let task = loop.callInBackground { [log] in log.write("runs") }
    while log.count == 0 { blockThread(milliseconds: 1) }
    try loop.runInForeground(task)
    #expect(log.take() == ["runs"])
  }

  @Test func b5WaitGivesDoneAndPendingAndTheTimeoutCancels() throws {
    let quick = loop.schedule { try await sleep(for: .seconds(1)) }
    let slow = loop.schedule { try await sleep(for: .seconds(9)) }
    let (done, pending) = try loop.runInForeground {
      let outcome = try await waitAll([slow, quick], limit: .seconds(2))
      return (outcome.done.map(\.record.steps), outcome.pending.map(\.isDone))
    }
    #expect(done == [2])
    #expect(pending == [false])
    #expect(throws: MeanwhileError.timedOut) {
      try loop.runInForeground { try await withTimeout(.seconds(1), cancelling: slow) }
    }
    #expect(slow.isCancelled)
    try foregroundSleep(0)
    #expect(slow.isDone)
  }

  @Test func c1MakingACoroutineRunsNothing() throws {
    let log = self.log
    let coroutine = { @Sendable () async in log.write("ran") }
    #expect(log.take() == [])
    try loop.runInForeground { await coroutine() }
    #expect(log.take() == ["ran"])
  }

  @Test func c3DoneCallbacksRunAtTheNextLoopRunInOrder() throws {
    let future = Future<Int>(on: loop)
    future.whenDone { [log] in log.write("first \((try? $0.result) ?? -1)") }
    future.whenDone { [log] in log.write("second \((try? $0.result) ?? -1)") }
    try future.resolve(7)
    #expect(log.take() == [])
    try foregroundSleep(0)
    #expect(log.take() == ["first 7", "second 7"])
  }

  @Test func c4LoopInASecondThreadIsItsOwn() throws {
    let loop = EventLoop()
    let background = loop.schedule { [log] in log.write("first loop") }
    let threadLog = TestLog()
    let task = loop.callInBackground { () throws -> Int in
      let own = EventLoop()
      let value = try own.runInForeground {
        try await sleep(for: .milliseconds(1))
        return 42
      }
      threadLog.write("through")
      return value
    }
    while threadLog.count == 0 { blockThread(milliseconds: 1) }
    #expect(log.take() == [])
    #expect(try loop.runInForeground(task) == 42)
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["first loop"])
    #expect(background.isDone)
  }

  @Test func c5CallSoonCallLaterAndFromAnotherThread() throws {
    let loop = EventLoop()
    loop.call(after: .milliseconds(5)) { [log] in log.write("later") }
    loop.callSoon { [log] in log.write("soon 1") }
    loop.callSoon { [log] in log.write("soon 2") }
    _ = loop.callInBackground { [log] in
      while log.count < 3 { blockThread(milliseconds: 1) }
      // The loop sleeps by now, with nothing but this to wake it.
      loop.callSoon { [log] in
        log.write("woken")
        loop.stop()
      }
    }
    loop.run()
    #expect(log.take() == ["soon 1", "soon 2", "later", "woken"])
  }

  @Test func c7RunForeverUntilACallbackStopsIt() {
    loop.callSoon { [log, loop] in
      log.write("stop")
      loop.stop()
      loop.callSoon { log.write("next pass") }
    }
    loop.callSoon { [log] in log.write("same pass") }
    loop.run()
    #expect(log.take() == ["stop", "same pass"])
  }

  @Test func c8LoopGoesOnWhileAWorkerThreadComputes() throws {
    let loop = EventLoop()
    let ticks = loop.schedule { [log] in
      while true {
        log.write("tick")
        try await sleep(for: .milliseconds(1))
      }
    }
    let value = try loop.runInForeground { [log] in
      try await loop.callInBackground {
        while log.count < 5 { blockThread(milliseconds: 1) }
        return 5
      }.value
    }
    #expect(value == 5)
    #expect(log.count >= 5)
    ticks.cancel()
    try loop.runInForeground { try await yield() }
  }

  @Test func e1CoroutineInTheForeground() throws {
    try loop.runInForeground(coroutine)
    #expect(log.take() == ["Coroutine is running", "Coroutine is done"])
  }

  @Test func e2ScheduledCoroutineAdvancesInSteps() throws {
    _ = loop.schedule(coroutine)
    try foregroundSleep(0)
    log.write("Main doing other stuff...")
    try foregroundSleep(1)
    #expect(log.take() == ["Coroutine is running", "Main doing other stuff...", "Coroutine is done"])
  }

  private var coroutine: @Sendable () async throws -> Void {
    { [log] in
      log.write("Coroutine is running")
      try await sleep(for: .seconds(1))
      log.write("Coroutine is done")
    }
  }
}
