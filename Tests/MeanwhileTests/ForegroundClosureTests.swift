import Testing

@testable import Meanwhile

/// The closure form of `runInForeground` leaves nothing behind where the wait ends before the closure does.
@Suite struct ForegroundClosureTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  private func stopped(_ operation: @escaping @Sendable () async throws -> Void) {
    loop.call(after: .seconds(1)) { [loop] in loop.stop() }
    #expect(throws: MeanwhileError.loopStopped) { try loop.runInForeground(name: "own", operation) }
  }

  @Test func stopCancelsItAndLetsItCleanUp() throws {
    stopped { [log] in
      defer { log.write("cleaned up") }
      try await sleep(for: .seconds(9))
      log.write("ran on")
    }
    #expect(log.take() == ["cleaned up"])
    #expect(loop.unfinishedTasks.isEmpty)
    #expect(loop.timers.count == 0)
    #expect(loop.now.nanoseconds == 1_000_000_000)
  }

  @Test func withAValueToo() throws {
    loop.call(after: .seconds(1)) { [loop] in loop.stop() }
    #expect(throws: MeanwhileError.loopStopped) {
      try loop.runInForeground { () async throws -> Int in
        try? await sleep(for: .seconds(9))
        return 7
      }
    }
    #expect(loop.unfinishedTasks.isEmpty)
  }

  @Test func laterDeadlockDoesNotNameIt() throws {
    let future = Future<Int>(on: loop)
    for name in ["first", "second"] {
      let error = #expect(throws: DeadlockError.self) {
        try loop.runInForeground(name: name) { try await future.value }
      }
      #expect(error?.waiting.map(\.name) == [name])
    }
    #expect(loop.unfinishedTasks.isEmpty)
    try future.resolve(7)
  }

  @Test func otherTasksDoNotMoveWhileItCleansUp() throws {
    for name in ["a", "b"] {
      loop.schedule { [log] in
        while true {
          log.write(name)
          try await yield()
        }
      }
    }
    let call = loop.callSoon { [loop] in loop.stop() }
    #expect(throws: MeanwhileError.loopStopped) {
      try loop.runInForeground { [log] in
        defer { log.write("cleaned up") }
        try await sleep(until: .distantFuture)
      }
    }
    call.cancel()
    #expect(log.take() == ["a", "b", "cleaned up"])
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["a", "b"])
  }

  @Test func bodyThatCatchesTheCancelAndWaitsAgainIsToldAgain() {
    stopped { [log] in
      for number in 0..<3 {
        do { try await sleep(for: .seconds(9)) } catch { log.write("\(number) \(error is CancellationError)") }
      }
    }
    #expect(log.take() == ["0 true", "1 true", "2 true"])
    #expect(loop.unfinishedTasks.isEmpty)
  }

  @Test func childTasksEndWithIt() {
    stopped { [log] in
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<3 {
          group.addTask {
            async let inner: Void = sleep(for: .seconds(9))
            do { try await inner } catch { log.write("\(number)") }
          }
        }
      }
      log.write("end")
    }
    #expect(log.take() == ["0", "1", "2", "end"])
    #expect(loop.unfinishedTasks.isEmpty)
    #expect(loop.ready.isEmpty)
  }

  @Test func stoppedTaskEndsWithItsWait() {
    loop.call(after: .seconds(1)) { [loop] in loop.stop() }
    #expect(throws: MeanwhileError.loopStopped) {
      try loop.runInForeground { [loop] in
        loop.currentTask?.stop()
        try await sleep(for: .seconds(9))
      }
    }
    #expect(loop.unfinishedTasks.isEmpty)
  }

  @Test func whatAwaitsSomethingElseEndsWhenThatComes() throws {
    let cell = TestCell<CheckedContinuation<Void, Never>>()
    stopped { [log] in
      try? await sleep(for: .seconds(9))
      await withCheckedContinuation { cell.value = $0 }
      do { try await sleep(for: .seconds(9)) } catch { log.write("cancelled") }
    }
    #expect(loop.unfinishedTasks.map(\.isCancelled) == [true])
    #expect(log.take() == [])
    cell.value?.resume()
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["cancelled"])
    #expect(loop.unfinishedTasks.isEmpty)
  }

  @Test func whatYieldsOnAndOnHoldsNothingUp() throws {
    let mayEnd = TestCell<Bool>()
    stopped {
      try? await sleep(for: .seconds(9))
      while mayEnd.value == nil { await Task.yield() }
    }
    #expect(loop.unfinishedTasks.count == 1)
    mayEnd.value = true
    try loop.runInForeground { try await yield() }
    #expect(loop.unfinishedTasks.isEmpty)
  }

  @Test func scheduledTaskGoesOnLater() throws {
    let task = loop.schedule { try await sleep(for: .seconds(9)) }
    loop.call(after: .seconds(1)) { [loop] in loop.stop() }
    #expect(throws: MeanwhileError.loopStopped) { try loop.runInForeground(task) }
    #expect(!task.isCancelled)
    try loop.runInForeground(task)
  }
}
