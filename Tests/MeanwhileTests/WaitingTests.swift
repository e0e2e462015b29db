import Testing

@testable import Meanwhile

/// Time limits, and waiting for several tasks.
@Suite struct WaitingTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  private func sleeper(_ seconds: Int) -> BackgroundTask<Int> {
    loop.schedule(name: "\(seconds)") {
      try await sleep(for: .seconds(seconds))
      return seconds
    }
  }

  /// Whoever waits for the same thing, and is cancelled: the first one, the last one, one between them, then the rest.
  @Test(arguments: ["future", "message", "task"])
  func whoLeavesTakesNobodyAlong(_ what: String) throws {
    let future = Future<Int>(on: loop)
    let channel = Channel<Int>(on: loop)
    let awaited = loop.schedule { try await future.value }
    let waiting = (0..<6).map { _ in
      loop.schedule { () async throws -> Int in
        switch what {
        case "future": try await future.value
        case "message": try await channel.receive() ?? 0
        default: try await awaited.value
        }
      }
    }
    try loop.runInForeground { try await yield() }
    for index in [0, 5, 2] {
      waiting[index].cancel()
      try loop.runInForeground { try await yield() }
    }
    try future.resolve(7)
    for _ in 0..<3 { channel.send(7) }
    try loop.runInForeground { _ = try await waitAll(waiting) }
    #expect(waiting.map { try? $0.result } == [nil, 7, nil, 7, 7, nil])
    #expect(channel.count == (what == "message" ? 0 : 3))
  }

  @Test func hundredThousandTasksAtManyDeadlines() throws {
    let tasks = (0..<100_000).map { number in
      loop.schedule { () async throws -> Int in
        try await sleep(for: .milliseconds(number % 1000))
        return number
      }
    }
    let outcome = try loop.runInForeground { try await waitAll(tasks) }
    #expect(try outcome.done.reduce(0) { try $0 + $1.result } == 4_999_950_000)
    #expect(loop.now.nanoseconds == 999_000_000)
  }

  @Test func timeoutCancelsItsBody() throws {
    let log = self.log
    #expect(throws: MeanwhileError.timedOut) {
      try loop.runInForeground {
        try await withTimeout(.seconds(2)) {
          defer { log.write("cancelled \(Task.isCancelled)") }
          try await sleep(for: .seconds(9))
        }
      }
    }
    #expect(log.take() == ["cancelled true"])
    #expect(loop.now.nanoseconds == 2_000_000_000)
  }

  @Test func timeoutThatIsNotNeededGivesTheValue() throws {
    let value = try loop.runInForeground {
      try await withTimeout(.seconds(2)) {
        try await sleep(for: .seconds(1))
        return 7
      }
    }
    #expect(value == 7)
    #expect(loop.now.nanoseconds == 1_000_000_000)
    #expect(loop.timers.count == 0)
  }

  @Test func errorOfTheBodyComesOut() {
    #expect(throws: MeanwhileError.notDone) {
      try loop.runInForeground { try await withTimeout(.seconds(2)) { throw MeanwhileError.notDone } }
    }
  }

  @Test func allOfThem() throws {
    let tasks = [3, 1, 2].map(sleeper)
    let done = try loop.runInForeground { try await waitAll(tasks).done.map { try $0.result } }
    #expect(done == [3, 1, 2])
    #expect(loop.now.nanoseconds == 3_000_000_000)
  }

  @Test func anyOfThem() throws {
    let tasks = [3, 1, 2].map(sleeper)
    let (done, pending) = try loop.runInForeground {
      let outcome = try await waitAny(tasks)
      return (outcome.done.map(\.name), outcome.pending.map(\.name))
    }
    #expect(done == ["1"])
    #expect(pending == ["3", "2"])
    #expect(loop.now.nanoseconds == 1_000_000_000)
  }

  @Test func timeLimitLeavesThemRunning() throws {
    let tasks = [3, 5].map(sleeper)
    for _ in 0..<2 {
      let pending = try loop.runInForeground { try await waitAny(tasks, limit: .seconds(1)).pending.count }
      #expect(pending == 2)
    }
    #expect(try loop.runInForeground(tasks[0]) == 3)
  }

  @Test func ofNothingOrOfDoneOnesItReturnsAtOnce() throws {
    let none: [BackgroundTask<Int>] = []
    #expect(try loop.runInForeground { try await waitAll(none).done.isEmpty })
    #expect(try loop.runInForeground { try await waitAny(none).done.isEmpty })
    let tasks = [sleeper(1)]
    try loop.runInForeground(tasks[0])
    #expect(try loop.runInForeground { try await waitAny(tasks).done.count } == 1)
    #expect(loop.now.nanoseconds == 1_000_000_000)
  }

  @Test func waitingForOneselfIsACircle() throws {
    let cell = TestCell<BackgroundTask<Int>>()
    let task = loop.schedule(name: "me") {
      _ = try await waitAll([cell.value].compactMap { $0 })
      return 1
    }
    cell.value = task
    #expect(throws: MeanwhileError.circle(["me"])) { try loop.runInForeground(task) }
  }

  @Test func groupGivesResultsInOrder() throws {
    let values = try loop.runInForeground {
      try await withThrowingTaskGroup(of: (Int, String).self) { group in
        for (index, seconds) in [3, 1, 2].enumerated() {
          group.addTask {
            try await sleep(for: .seconds(seconds))
            return (index, "\(seconds)")
          }
        }
        var values = ["", "", ""]
        for try await (index, value) in group { values[index] = value }
        return values
      }
    }
    #expect(values == ["3", "1", "2"])
  }
}
