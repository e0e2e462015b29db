import Testing

@testable import Meanwhile

/// What is left when a program lets go of a loop.
@Suite struct EndingTests {
  let log = TestLog()

  @Test func cancelAllEndsWhatIsLeftAndLetsTheLoopGo() throws {
    weak var remembered: EventLoop?
    try {
      let loop = EventLoop()
      remembered = loop
      loop.schedule { [log] in
        defer { log.write("cleaned up") }
        try await sleep(until: .distantFuture)
      }
      loop.schedule { _ = try await Channel<Int>(on: loop).receive() }
      let thread = loop.callInBackground { 7 }
      loop.call(after: .seconds(1000)) { [log] in log.write("called \(loop)") }
      try loop.runInForeground { try await yield() }
      loop.schedule { [log] in log.write("begun") }
      loop.schedule {}.whenDone { [log] in log.write($0.isCancelled ? "done" : "not cancelled") }
      loop.cancelAll()
      #expect(try thread.result == 7)
      #expect(loop.unfinishedTasks.isEmpty)
    }()
    #expect(log.take() == ["cleaned up", "done"])
    // The worker thread lets go of the loop after it has told it.
    let deadline = ContinuousClock.now + .seconds(10)
    while remembered != nil, ContinuousClock.now < deadline { blockThread(milliseconds: 1) }
    #expect(remembered == nil)
  }

  @Test func cancelAllEndsWhatIsStoppedOrScheduledMeanwhile() throws {
    let loop = EventLoop(clock: .virtual)
    let stopped = loop.schedule { try await sleep(for: .seconds(1)) }
    loop.schedule { [log] in
      try? await sleep(for: .seconds(1))
      stopped.stop()
      loop.stop()
      loop.schedule { log.write("begun") }
    }
    try loop.runInForeground { try await yield() }
    stopped.stop()
    loop.cancelAll()
    #expect(stopped.isDone)
    #expect(log.take() == [])
    #expect(loop.unfinishedTasks.isEmpty)
    #expect(loop.now.nanoseconds == 0)
  }

  @Test func loopGoesOnAfterCancelAll() throws {
    let loop = EventLoop(clock: .virtual)
    let call = loop.call(after: .seconds(1)) { [log] in log.write("called") }
    loop.cancelAll()
    call.cancel()
    try loop.runInForeground { try await sleep(for: .seconds(2)) }
    #expect(log.take() == [])
  }
}
