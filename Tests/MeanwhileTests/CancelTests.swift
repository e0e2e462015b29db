import Testing

@testable import Meanwhile

/// Cancelling, on the primitives: told at the next wait, and again at each one after it.
@Suite struct CancelTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  @Test func taskCancelledBeforeItsFirstStepNeverRuns() throws {
    let task = loop.start { [log] in log.write("ran") }
    task.cancel()
    #expect(!task.isDone)
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == [])
    #expect(task.isDone)
    #expect(task.isCancelled)
  }

  @Test func cancelledTaskGoesToTheEndOfTheQueue() throws {
    let sleeper = loop.start { [log] in log.write("\(await park(Wait(.forever)))") }
    try loop.sleepInForeground(seconds: 0)
    _ = loop.start { [log] in log.write("earlier") }
    sleeper.cancel()
    _ = loop.start { [log] in log.write("later") }
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["earlier", "cancelled", "later"])
  }

  @Test func cancelWhileRunningIsToldByTheNextParkOnce() throws {
    let task = loop.start { [log] in
      EventLoop.current?.currentTask?.cancel()
      log.write("\(await park(.step))")
      log.write("\(await park(.step))")
      log.write(Task.isCancelled)
    }
    try loop.runInForeground(task)
    #expect(log.take() == ["cancelled", "step", "true"])
  }

  @Test func wakeBeforeACancelIsToldAfterIt() throws {
    let task = loop.start { [log] in
      _ = await park(.step)
      EventLoop.current?.currentTask?.wake()
      EventLoop.current?.currentTask?.cancel()
      for _ in 0..<3 { log.write("\(await park(.step))") }
    }
    try loop.runInForeground(task)
    #expect(log.take() == ["cancelled", "woken", "step"])
  }

  @Test func wakeBeforeTheFirstStepDoesNotBeginACancelledTask() throws {
    let task = loop.start { [log] in log.write("ran") }
    task.wake()
    task.cancel()
    try loop.runInForeground(task)
    #expect(log.take() == [])
  }

  @Test func cancelledTimerLeavesNothingBehind() throws {
    let task = loop.start { [loop] in _ = await park(.timer(loop.now.advanced(by: .seconds(9)))) }
    try loop.sleepInForeground(seconds: 0)
    task.cancel()
    try loop.sleepInForeground(seconds: 0)
    #expect(loop.timers.count == 0)
    #expect(loop.unfinishedTasks.isEmpty)
  }

  @Test func cancellingAParentWakesItsChildren() throws {
    let parent = loop.start { [log] in
      await withTaskGroup(of: WakeCause.self) { group in
        group.addTask { await park(Wait(.forever)) }
        group.addTask { await park(Wait(.event)) }
        for await cause in group { log.write("\(cause)") }
      }
    }
    try loop.sleepInForeground(seconds: 1)
    parent.cancel()
    try loop.runInForeground(parent)
    #expect(log.take() == ["cancelled", "cancelled"])
  }

  @Test func cancellingADoneTaskDoesNothing() throws {
    let task = loop.start {}
    try loop.runInForeground(task)
    task.cancel()
    #expect(!task.isCancelled)
  }

  @Test func manyTimersCancelledInAnyOrderKeepTheRestInOrder() throws {
    var generator = SystemRandomNumberGenerator()
    var tasks: [(delay: Int64, task: TaskRecord)] = []
    for delay in (0..<500 as Range<Int64>).shuffled(using: &generator) {
      let task = loop.start { [log] in
        if await park(.timer(LoopInstant(nanoseconds: 1000 + delay))) == .deadline { log.write(delay) }
      }
      tasks.append((delay, task))
    }
    try loop.sleepInForeground(seconds: 0)
    for (delay, task) in tasks.shuffled(using: &generator) where delay % 3 != 0 { task.cancel() }
    try loop.sleepInForeground(seconds: 1)
    #expect(log.take() == stride(from: 0, to: 500, by: 3).map { "\($0)" })
  }
}
