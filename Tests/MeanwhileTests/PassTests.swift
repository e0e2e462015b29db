import Testing

@testable import Meanwhile

/// One pass, ties, overdue timers and the single step, on the primitives.
@Suite struct PassTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  @Test func scheduledTaskDoesNothingUntilTheForegroundWaits() throws {
    _ = loop.start { [log] in await tick(log) }
    loop.advance(by: .seconds(100))
    #expect(log.take() == [])
  }

  @Test func acceptanceSession() throws {
    let first = loop.start { [log] in await tick(log) }
    try loop.sleepInForeground(seconds: 5)
    #expect(log.take() == ["0", "1", "2", "3", "4"])
    try loop.sleepInForeground(seconds: 3)
    #expect(log.take() == ["5", "6", "7"])
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["8"])
    loop.advance(by: .seconds(1))
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["9"])
    loop.advance(by: .seconds(1))
    let second = loop.start { [log] in await tick(log) }
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["0", "10"])
    first.cancel()
    loop.advance(by: .seconds(1))
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["1"])
    #expect(first.isDone)
    second.cancel()
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == [])
    #expect(second.isDone)
  }

  @Test func singleStepThenSleepShowsTwoTicks() throws {
    _ = loop.start { [log] in await tick(log) }
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["0"])
    try loop.sleepInForeground(seconds: 1)
    #expect(log.take() == ["1"])
  }

  @Test func singleStepGivesEachReadyTaskExactlyOneStep() throws {
    for name in ["a", "b"] {
      _ = loop.start { [log] in
        for step in 0..<3 {
          log.write("\(name)\(step)")
          _ = await park(.step)
        }
      }
    }
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["a0", "b0"])
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["a1", "b1"])
  }

  @Test func overdueTimerFiresOnce() throws {
    _ = loop.start { [log] in await tick(log) }
    try loop.sleepInForeground(seconds: 0)
    loop.advance(by: .seconds(10))
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["0", "1"])
  }

  @Test func equalDeadlinesFireInOrderOfRegistration() throws {
    for name in ["a", "b", "c"] {
      _ = loop.start { [log] in
        _ = await park(.timer(LoopInstant(nanoseconds: 5)))
        log.write(name)
      }
    }
    try loop.sleepInForeground(seconds: 1)
    #expect(log.take() == ["a", "b", "c"])
  }

  @Test func deadlinesFireInOrder() throws {
    for delay in [7, 3, 9, 1, 8, 2, 6, 4, 5, 0] {
      _ = loop.start { [log] in
        _ = await park(.timer(LoopInstant(nanoseconds: Int64(delay))))
        log.write(delay)
      }
    }
    try loop.sleepInForeground(seconds: 1)
    #expect(log.take() == (0...9).map(String.init))
  }

  @Test func foregroundOfADoneTaskAdvancesNothing() throws {
    let done = loop.start {}
    try loop.runInForeground(done)
    _ = loop.start { [log] in log.write("moved") }
    try loop.runInForeground(done)
    #expect(log.take() == [])
  }

  @Test func newForegroundTaskThatDoesNotSuspendAdvancesNothing() throws {
    _ = loop.start { [log] in log.write("moved") }
    let new = loop.start { [log] in log.write("new") }
    try loop.runInForeground(new, isNew: true)
    #expect(log.take() == ["new"])
  }

  @Test func scheduledTaskKeepsItsPlaceInTheForeground() throws {
    _ = loop.start { [log] in log.write("first") }
    let second = loop.start { [log] in log.write("second") }
    _ = loop.start { [log] in log.write("third") }
    try loop.runInForeground(second)
    #expect(log.take() == ["first", "second"])
  }

  @Test func wakeBeforeTheParkMakesItReturnAtOnce() throws {
    let task = loop.start { [log] in
      _ = await park(.step)
      EventLoop.current?.currentTask?.wake()
      log.write("\(await park(Wait(.event)))")
    }
    try loop.runInForeground(task)
    #expect(log.take() == ["woken"])
  }

  @Test func wakeBeforeTheFirstStepIsRemembered() throws {
    let task = loop.start { [log] in log.write("\(await park(Wait(.event)))") }
    task.wake()
    try loop.runInForeground(task)
    #expect(log.take() == ["woken"])
  }

  @Test func questionIsAskedAfterEveryStep() throws {
    let task = loop.start { _ = await park(Wait(.forever)) }
    for number in 0..<3 { _ = loop.start { [log] in log.write(number) } }
    var steps = 0
    try loop.runInForeground(task) {
      steps = loop.unfinishedTasks.count
      return steps > 2
    }
    #expect(log.take() == ["0", "1"])
  }

  @Test func stoppedTaskIsHeldBackUntilItIsContinued() throws {
    let ticker = loop.start { [log] in await tick(log) }
    try loop.sleepInForeground(seconds: 0)
    ticker.stop()
    try loop.sleepInForeground(seconds: 5)
    #expect(log.take() == ["0"])
    ticker.continue()
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["1"])
    #expect(ticker.steps == 2)
  }

  @Test func childTasksAreStoppedWithTheirTask() throws {
    let parent = loop.start { [log] in
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<2 { group.addTask { await tick(log) } }
      }
    }
    try loop.sleepInForeground(seconds: 1)
    #expect(log.take() == ["0", "0"])
    parent.stop()
    try loop.sleepInForeground(seconds: 3)
    #expect(log.take() == [])
    parent.continue()
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["1", "1"])
  }

  @Test func taskAddedDuringAPassWaitsForTheNext() throws {
    loop.callSoon { [loop, log] in
      log.write("first")
      loop.stop()
      _ = loop.start { log.write("task") }
      loop.callSoon { log.write("callback") }
    }
    loop.run()
    #expect(log.take() == ["first"])
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["task", "callback"])
  }

  @Test func dueTimerComesBeforeWhatThePassBeforeAddedToItsEnd() throws {
    loop.call(after: .seconds(1)) { [log] in log.write("timer") }
    addSteps(3)
    loop.callSoon { [loop] in loop.advance(by: .seconds(1)) }
    loop.run(until: LoopInstant(nanoseconds: 2_000_000_000))
    #expect(log.take() == ["3", "2", "timer", "1"])
  }

  /// Callbacks that each add the next one.
  private func addSteps(_ number: Int) {
    guard number > 0 else { return }
    loop.callSoon { [self] in
      log.write(number)
      addSteps(number - 1)
    }
  }

  @Test func stepsHeldBackByAStopGoOnInTheirOrder() throws {
    let parent = loop.start { [log] in
      await withTaskGroup(of: Void.self) { group in
        for (name, deadline) in [("a", 3), ("b", 1), ("c", 2)] {
          group.addTask {
            _ = await park(.timer(LoopInstant(nanoseconds: Int64(deadline))))
            log.write(name)
          }
        }
        // Its beginning is held back too, between the steps of children that wait.
        _ = await park(.timer(LoopInstant(nanoseconds: 1)))
        group.addTask { log.write("new") }
        _ = await park(.timer(LoopInstant(nanoseconds: 2)))
        log.write("parent")
      }
    }
    try loop.sleepInForeground(seconds: 0)
    try loop.sleepInForeground(seconds: 0)
    loop.advance(by: .nanoseconds(1))
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["b"])
    parent.stop()
    try loop.sleepInForeground(seconds: 1)
    #expect(log.take() == [])
    parent.continue()
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["new", "c", "parent", "a"])
  }

  @Test func currentTaskOfTheCallerSurvives() throws {
    let before = withUnsafeCurrentTask { $0 != nil }
    try loop.sleepInForeground(seconds: 1)
    #expect(withUnsafeCurrentTask { $0 != nil } == before)
  }
}
