import Testing

@testable import Meanwhile

/// When nothing can wake the loop.
@Suite struct DeadlockTests {
  let loop = EventLoop(clock: .virtual)

  @Test func namesEachWaitingTaskAndWhatItWaitsFor() throws {
    let first = loop.start(name: "first") { _ = await park(Wait(.event, subject: "the lock")) }
    _ = loop.start(name: "second") { _ = await park(Wait(.event, subject: "message", number: 7)) }
    let error = #expect(throws: DeadlockError.self) { try loop.runInForeground(first) }
    #expect(
      error?.description
        == "deadlock: nothing can wake the loop; first waits for the lock; second waits for message 7")
  }

  @Test func namesTheCircle() throws {
    let link = Chain()
    let names = ["a", "b", "c"]
    for (index, name) in names.enumerated() {
      link.tasks.append(
        loop.start(name: name) { _ = await park(Wait(.tasks([link.tasks[(index + 1) % names.count]]))) })
    }
    let outside = loop.start(name: "outside") { _ = await park(Wait(.tasks([link.tasks[0]]))) }
    let error = #expect(throws: DeadlockError.self) { try loop.runInForeground(outside) }
    #expect(error?.cycle == ["a", "b", "c"])
    #expect(error?.description.hasSuffix("circle: a -> b -> c -> a") == true)
  }

  @Test func sleepForeverInTheForegroundIsNone() throws {
    let forever = loop.start { _ = await park(Wait(.forever)) }
    let waiting = loop.start { _ = await park(Wait(.tasks([forever]))) }
    try loop.sleepInForeground(seconds: 0)
    #expect(loop.foreground == nil)
    loop.foreground = waiting
    #expect(loop.canBeWoken)
    loop.foreground = loop.start {}
    #expect(!loop.canBeWoken)
  }

  @Test func whatTheSwiftRuntimeMayResumeIsNoneThoughAChildWaits() throws {
    let future = Future<Int>(on: loop)
    let sum = try loop.runInForeground { [loop] () async throws -> Int in
      async let value = future.value
      let one = await withCheckedContinuation { continuation in
        loop.whenNothingIsReady {
          #expect(loop.canBeWoken)
          continuation.resume(returning: 1)
        }
      }
      try future.resolve(2)
      return try await value + one
    }
    #expect(sum == 3)
  }

  @Test func liveProgramIsNone() throws {
    let task = loop.start { _ = await park(Wait(.event)) }
    loop.beginExternal()
    try loop.sleepInForeground(seconds: 0)
    #expect(loop.canBeWoken)
    loop.endExternal()
    #expect(!loop.canBeWoken)
    task.cancel()
  }

  @Test func stoppedTaskIsNamed() throws {
    let task = loop.start(name: "stopped") {}
    task.stop()
    let error = #expect(throws: DeadlockError.self) { try loop.runInForeground(task) }
    #expect(error?.waiting.map(\.waitsFor) == ["being continued"])
  }
}

/// Tasks that need each other's records before they begin.
private final class Chain: @unchecked Sendable {
  var tasks: [TaskRecord] = []
}
