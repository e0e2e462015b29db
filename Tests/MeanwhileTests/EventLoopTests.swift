import Testing

@testable import Meanwhile

/// Running, stopping, callbacks and threads.
@Suite struct EventLoopTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  @Test func runUntilADeadline() {
    _ = loop.schedule { [log] in
      while true {
        log.write("tick")
        try await sleep(for: .seconds(1))
      }
    }
    loop.run(until: loop.now.advanced(by: .milliseconds(2500)))
    #expect(log.take() == ["tick", "tick", "tick"])
    #expect(loop.now.nanoseconds == 2_500_000_000)
    loop.run(until: loop.now)
    #expect(log.take() == [])
  }

  @Test func runUntilWhatNeverComesLastsUntilAnotherThreadStopsIt() {
    let (loop, other) = (EventLoop(), EventLoop())
    loop.whenNothingIsReady { _ = other.callInBackground { loop.stop() } }
    loop.run(until: .distantFuture)
    #expect(loop.ready.isEmpty)
  }

  @Test func deadlineThatIsOverAsTheLoopStopsLeavesNothingInTheQueue() {
    loop.schedule { [loop] in
      loop.stop()
      loop.advance(by: .seconds(2))
      try await yield()
    }
    loop.run(until: loop.now.advanced(by: .seconds(1)))
    #expect(loop.ready.count == 1)
    loop.run(until: loop.now)
    #expect(loop.ready.isEmpty)
  }

  @Test func whatACancelledCallbackHasCapturedMayCallTheLoopAsItGoes() throws {
    let call = loop.callSoon { [farewell = Farewell(loop, log)] in _ = farewell }
    call.cancel()
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["farewell"])
  }

  @Test func stoppedForegroundWaitThrows() throws {
    let task = loop.schedule { try await sleep(for: .seconds(9)) }
    loop.call(after: .seconds(1)) { [loop] in loop.stop() }
    #expect(throws: MeanwhileError.loopStopped) { try loop.runInForeground(task) }
    try loop.runInForeground(task)
    #expect(loop.now.nanoseconds == 9_000_000_000)
  }

  @Test func stoppedRunLeavesNoTimer() {
    loop.callSoon { [loop] in loop.stop() }
    loop.run(until: loop.now.advanced(by: .seconds(100)))
    #expect(loop.timers.count == 0)
  }

  @Test func callbacksKeepTheirOrder() {
    loop.call(at: LoopInstant(nanoseconds: 20)) { [log] in log.write("20") }
    loop.call(after: .nanoseconds(10)) { [log] in log.write("10") }
    loop.call(after: .nanoseconds(10)) { [log] in log.write("10 again") }
    loop.callSoon { [log] in log.write("soon") }
    loop.run(until: LoopInstant(nanoseconds: 30))
    #expect(log.take() == ["soon", "10", "10 again", "20"])
  }

  @Test func cancelledCallbackDoesNothing() {
    let late = loop.call(after: .seconds(1)) { [log] in log.write("late") }
    let soon = loop.callSoon { [log] in log.write("soon") }
    late.cancel()
    soon.cancel()
    loop.run(until: LoopInstant(nanoseconds: 5_000_000_000))
    #expect(log.take() == [])
  }

  @Test func schedulingFromAnotherThreadWakesASleepingLoop() throws {
    let loop = EventLoop()
    let future = Future<Int>(on: loop)
    let thread = loop.callInBackground {
      blockThread(milliseconds: 5)
      _ = loop.schedule { try future.resolve(EventLoop.current === loop ? 7 : 0) }
    }
    // Only the thread's post can end this sleep early.
    let limit = loop.schedule { try await sleep(for: .seconds(3600)) }
    #expect(try loop.runInForeground { try await future.value } == 7)
    try loop.runInForeground(thread)
    limit.cancel()
  }

  @Test func manyThreadsScheduleAtOnce() throws {
    let loop = EventLoop()
    let threads = (0..<4).map { number in
      loop.callInBackground {
        for index in 0..<200 {
          _ = loop.schedule { [log] in log.write(number * 1000 + index) }
        }
      }
    }
    for thread in threads { try loop.runInForeground(thread) }
    try loop.runInForeground { try await yield() }
    let lines = log.take().compactMap { Int($0) }
    #expect(lines.count == 800)
    for number in 0..<4 {
      #expect(lines.filter { $0 / 1000 == number } == (0..<200).map { number * 1000 + $0 })
    }
  }

  @Test func severalLoopsOnOneThreadTakeTurns() throws {
    let other = EventLoop(clock: .virtual)
    let first = loop.schedule { [log] in log.write("one") }
    let second = other.schedule { [log] in log.write("two") }
    try other.runInForeground(second)
    try loop.runInForeground(first)
    #expect(log.take() == ["two", "one"])
  }

  @Test func workerThreadsErrorComesBack() {
    let loop = EventLoop()
    let task = loop.callInBackground { () throws -> Int in throw MeanwhileError.timedOut }
    #expect(throws: MeanwhileError.timedOut) { try loop.runInForeground(task) }
    #expect(loop.outsideWaits == 0)
  }

  @Test func cancelledWorkerThreadIsOnlyMarked() throws {
    let loop = EventLoop()
    let release = TestLog()
    let task = loop.callInBackground {
      while release.count == 0 { blockThread(milliseconds: 1) }
      return 7
    }
    task.cancel()
    try loop.runInForeground { try await yield() }
    #expect(task.isCancelled)
    #expect(!task.isDone)
    release.write("go")
    #expect(try loop.runInForeground(task) == 7)
  }

  @Test func continuationMayBeResumedOnAnotherThread() throws {
    let loop = EventLoop()
    let value = try loop.runInForeground {
      await withCheckedContinuation { continuation in
        _ = loop.callInBackground {
          blockThread(milliseconds: 2)
          continuation.resume(returning: 7)
        }
      }
    }
    #expect(value == 7)
  }

  @Test func cancelAndStopFromAnotherThread() throws {
    let loop = EventLoop()
    let sleeper = loop.schedule { try await sleep(for: .seconds(3600)) }
    try loop.runInForeground { try await yield() }
    let thread = loop.callInBackground {
      sleeper.stop()
      sleeper.continue()
      sleeper.cancel()
    }
    #expect(throws: CancellationError.self) { try loop.runInForeground(sleeper) }
    try loop.runInForeground(thread)
  }

  @Test func wakeFromAnotherThread() throws {
    let loop = EventLoop()
    let task = loop.start { [log] in log.write("\(await park(Wait(.external)))") }
    let thread = loop.callInBackground { task.wakeFromAnyThread() }
    try loop.runInForeground(task)
    try loop.runInForeground(thread)
    #expect(log.take() == ["woken"])
  }
}

/// Says farewell on its loop when nobody holds it any more.
private final class Farewell: Sendable {
  private let loop: EventLoop
  private let log: TestLog

  init(_ loop: EventLoop, _ log: TestLog) {
    self.loop = loop
    self.log = log
  }

  deinit {
    loop.callSoon { [log] in log.write("farewell") }
  }
}
