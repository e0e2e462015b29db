import Testing

@testable import Meanwhile

/// What a handle of a scheduled task says and does.
@Suite struct BackgroundTaskTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  @Test func resultIsThereWhenItIsDone() throws {
    let task = loop.schedule { 7 }
    #expect(throws: MeanwhileError.notDone) { try task.result }
    #expect(try loop.runInForeground(task) == 7)
    #expect(try task.result == 7)
  }

  @Test func foregroundTwiceGivesTheSameValue() throws {
    let task = loop.schedule { [log] in
      log.write("once")
      return 7
    }
    #expect(try loop.runInForeground(task) == 7)
    #expect(try loop.runInForeground(task) == 7)
    #expect(log.take() == ["once"])
  }

  @Test func errorComesOutOfTheForegroundEachTime() {
    let task = loop.schedule { () throws -> Int in throw MeanwhileError.timedOut }
    for _ in 0..<2 {
      #expect(throws: MeanwhileError.timedOut) { try loop.runInForeground(task) }
    }
    #expect(task.description == "BackgroundTask task: failed, the time limit was over first")
  }

  @Test func anotherTaskWaitsForTheValue() throws {
    let slow = loop.schedule {
      try await sleep(for: .seconds(2))
      return "slow"
    }
    #expect(try loop.runInForeground { try await slow.value } == "slow")
    #expect(try loop.runInForeground { try await slow.value } == "slow")
  }

  @Test func cancellingAWaiterLeavesTheTaskAlone() throws {
    let slow = loop.schedule { try await sleep(for: .seconds(2)) }
    let waiter = loop.schedule { try await slow.value }
    try loop.runInForeground { try await yield() }
    waiter.cancel()
    #expect(throws: CancellationError.self) { try loop.runInForeground(waiter) }
    #expect(!slow.isCancelled)
    try loop.runInForeground(slow)
  }

  @Test func cancelledTaskCleansUpAndThrowsAtEveryWait() throws {
    let task = loop.schedule { [log] in
      do {
        try await sleep(for: .seconds(9))
      } catch {
        log.write("cleaning up \(Task.isCancelled)")
        try await sleep(for: .seconds(1))
        log.write("never")
      }
    }
    try loop.runInForeground { try await yield() }
    task.cancel()
    task.cancel()
    #expect(!task.isDone)
    #expect(task.isCancelled)
    #expect(throws: CancellationError.self) { try loop.runInForeground(task) }
    #expect(log.take() == ["cleaning up true"])
    #expect(task.description == "BackgroundTask task: cancelled")
  }

  @Test func cancelledBeforeItsFirstStepItNeverRuns() throws {
    let task = loop.schedule { [log] in log.write("ran") }
    task.cancel()
    #expect(throws: CancellationError.self) { try loop.runInForeground(task) }
    #expect(log.take() == [])
    #expect(task.steps == 0)
  }

  @Test func stoppedTaskGoesOnWhenItIsContinued() throws {
    let task = loop.schedule { [log] in
      log.write("one")
      try await sleep(for: .seconds(1))
      log.write("two")
    }
    task.stop()
    try loop.runInForeground { try await sleep(for: .seconds(5)) }
    #expect(log.take() == [])
    #expect(task.isStopped)
    #expect(task.description == "BackgroundTask task: stopped")
    task.continue()
    try loop.runInForeground(task)
    #expect(log.take() == ["one", "two"])
    #expect(!task.isStopped)
  }

  @Test func stepsAreCountedAtOurOwnSuspensions() throws {
    let task = loop.schedule {
      for _ in 0..<4 { try await yield() }
      await nothing()
    }
    try loop.runInForeground(task)
    #expect(task.steps == 5)
  }

  @Test func processorTimeIsThatOfItsOwnSteps() throws {
    let idle = loop.schedule { try await sleep(for: .seconds(1)) }
    let busy = loop.schedule {
      let clock = ContinuousClock()
      let start = clock.now
      while clock.now - start < .milliseconds(30) {}
    }
    try loop.runInForeground(busy)
    #expect(busy.processorTime >= .milliseconds(25))
    #expect(idle.processorTime < .milliseconds(20))
    #expect(idle.processorTime > .zero)
  }

  @Test func doneCallbacksTakeTheirTurns() throws {
    let task = loop.schedule(name: "worker") { 7 }
    task.whenDone { [log] in log.write("first \((try? $0.result) ?? 0)") }
    task.whenDone { [log] in log.write("second \($0.name)") }
    try loop.runInForeground(task)
    #expect(log.take() == [])
    task.whenDone { [log] _ in log.write("third") }
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["first 7", "second worker", "third"])
  }

  @Test func descriptionNamesTheState() throws {
    let task = loop.schedule(name: "job") {
      try await sleep(for: .seconds(1))
      return 5
    }
    #expect(task.description == "BackgroundTask job: scheduled")
    try loop.runInForeground { try await yield() }
    #expect(task.description == "BackgroundTask job: waiting for its deadline")
    try loop.runInForeground(task)
    #expect(task.description == "BackgroundTask job: done, 5")
  }

  @Test func taskThatWaitsForItselfIsToldSo() throws {
    let cell = TestCell<BackgroundTask<Void>>()
    let task = loop.schedule(name: "self") { () async throws -> Void in try await cell.value?.value }
    cell.value = task
    #expect(throws: MeanwhileError.circle(["self"])) { try loop.runInForeground(task) }
  }

  @Test func circleOfTasksIsAnErrorAtOnce() throws {
    let cell = TestCell<BackgroundTask<Void>>()
    let first = loop.schedule(name: "first") {
      try await cell.value?.value
      return ()
    }
    let second = loop.schedule(name: "second") { try await first.value }
    cell.value = second
    #expect(throws: MeanwhileError.circle(["second", "first"])) { try loop.runInForeground(second) }
  }

  @Test func childTasksRunInTheirTasksSteps() throws {
    let task = loop.schedule {
      async let one = value(1, after: 2)
      async let two = value(2, after: 1)
      return try await one + two
    }
    #expect(try loop.runInForeground(task) == 3)
    #expect(loop.now.nanoseconds == 2_000_000_000)
  }

  @Test func leavingAScopeCancelsItsChildren() throws {
    try loop.runInForeground {
      async let _: Void = sleep(for: .seconds(100))
      try await sleep(for: .seconds(1))
    }
    #expect(loop.now.nanoseconds == 1_000_000_000)
  }

  @Test func childTasksThatHaveWaitedKeepNothingAlive() throws {
    weak var remembered: EventLoop?
    try {
      let loop = EventLoop(clock: .virtual)
      remembered = loop
      try loop.runInForeground { try await withTimeout(.seconds(1)) { try await yield() } }
    }()
    #expect(remembered == nil)
  }

  @Test func taskLocalValuesAreForTheTaskThatIsWaitedFor() throws {
    let other = loop.schedule { Local.value }
    let (own, child) = try Local.$value.withValue(1) {
      try loop.runInForeground { () async throws -> (Int, Int) in
        try await yield()
        async let child = Local.value
        return await (Local.value, child)
      }
    }
    #expect((own, child) == (1, 1))
    #expect(try other.result == 0)
  }

  @Test func handlesOfOneTaskAreEqual() {
    let (task, other) = (loop.schedule {}, loop.schedule {})
    #expect(Set([task, other, task]).count == 2)
    #expect(task == task && task != other)
  }

  @Test func childMayUseActors() throws {
    let counter = Counter()
    let task = loop.schedule {
      for _ in 0..<3 {
        await counter.increase()
        try await yield()
      }
      return await counter.count
    }
    #expect(try loop.runInForeground(task) == 3)
  }

  @Test func valueIsDeliveredToOtherExecutors() throws {
    let loop = EventLoop()
    let task = loop.schedule { 7 }
    let thread = loop.callInBackground {
      try EventLoop().runInForeground { try await task.value }
    }
    #expect(try loop.runInForeground(thread) == 7)
  }
}

private enum Local {
  @TaskLocal static var value = 0
}

private actor Counter {
  private(set) var count = 0

  func increase() { count += 1 }
}

private func value(_ value: Int, after seconds: Int) async throws -> Int {
  try await sleep(for: .seconds(seconds))
  return value
}

private func nothing() async {}
