import Testing

@testable import Meanwhile

/// Actors whose code waits, shared by tasks of several loops: on which thread it runs, the Swift runtime decides.
@Suite struct ActorTests {
  @Test func isolationHoldsWhereAnActorSleeps() throws {
    let counter = Counter()
    let loop = EventLoop()
    let threads = (0..<3).map { _ in
      loop.callInBackground {
        try EventLoop().runInForeground { try await counter.count(200) }
      }
    }
    try loop.runInForeground { for thread in threads { try await thread.value } }
    let (value, mostInside) = try loop.runInForeground { await (counter.value, counter.mostInside) }
    #expect(value == 600)
    #expect(mostInside == 1)
  }

  @Test func everyWaitOfAnActorEndsOnItsTasksLoop() throws {
    let loop = EventLoop()
    let waiter = Waits(on: loop)
    let strangers = (0..<2).map { _ in
      loop.callInBackground { try EventLoop().runInForeground { try await waiter.disturb(100) } }
    }
    let other = loop.schedule { () async throws -> Int in
      try await sleep(for: .microseconds(50))
      return 10
    }
    let tasks = (0..<20).map { _ in loop.schedule { try await waiter.waitInEachWay(other) } }
    loop.call(after: .microseconds(80)) {
      for _ in tasks { waiter.channel.send(100) }
      _ = try? waiter.future.resolve(1000)
    }
    for task in tasks { #expect(try loop.runInForeground(task) == 1112) }
    try loop.runInForeground { for stranger in strangers { try await stranger.value } }
  }

  @Test func cancellingEndsTheWaitOfAnActor() throws {
    let loop = EventLoop(clock: .virtual)
    let waiter = Waits(on: loop)
    let task = loop.schedule { try await waiter.waitForTheFuture() }
    try loop.runInForeground { for _ in 0..<3 { try await yield() } }
    task.cancel()
    #expect(throws: CancellationError.self) { try loop.runInForeground(task) }
  }
}

private actor Counter {
  private(set) var value = 0
  private(set) var mostInside = 0
  private var inside = 0

  func count(_ times: Int) async throws {
    for _ in 0..<times {
      inside += 1
      mostInside = max(mostInside, inside)
      value += 1
      inside -= 1
      try await sleep(for: .microseconds(10))
    }
  }
}

private actor Waits {
  nonisolated let channel: Channel<Int>
  nonisolated let future: Future<Int>

  init(on loop: EventLoop) {
    channel = Channel(on: loop)
    future = Future(on: loop)
  }

  func disturb(_ times: Int) async throws {
    for _ in 0..<times { try await yield() }
  }

  func waitForTheFuture() async throws -> Int { try await future.value }

  func waitInEachWay(_ other: BackgroundTask<Int>) async throws -> Int {
    try await yield()
    try await sleepAside()
    var sum = try await future.value
    sum += try await other.value
    sum += try await channel.receive() ?? 0
    sum += try await waitAll([other], limit: .seconds(9)).done.count
    return try await sum
      + withTimeout(.seconds(9)) {
        try await yield()
        return 1
      }
  }
}

@concurrent
private func sleepAside() async throws {
  try await sleep(for: .microseconds(20))
}
