import CPlatform
import Meanwhile
import Synchronization

/// The figures of one run, in the order in which they are printed.
typealias Figures = [(key: String, value: String)]

/// What is measured of the library alone, with its public names only.
enum LibraryBenchmark {
  /// Runs one; nil where there is no such command, or not with so many numbers.
  static func run(_ command: String, _ numbers: [Int]) throws -> Figures? {
    switch (command, numbers.count) {
    case ("park", 1): try park(numbers[0])
    case ("switch", 2): try switchTasks(numbers[0], numbers[1])
    case ("timers", 1): try timers(numbers[0])
    case ("pingpong", 1): try pingpong(numbers[0])
    case ("echo", 2): try Echo.measure(connections: numbers[0], roundTrips: numbers[1])
    case ("cancel", 1): try cancel(numbers[0])
    case ("step", 2): try step(numbers[0], numbers[1])
    default: nil
    }
  }

  private static func sleepers(_ count: Int, on loop: EventLoop) -> [BackgroundTask<Void>] {
    (0..<count).map { _ in loop.schedule { try await sleep(for: .seconds(3600)) } }
  }

  private static func park(_ count: Int) throws -> Figures {
    let loop = EventLoop()
    try loop.runInForeground { try await yield() }
    let memory = Measure.residentBytes()
    let start = Measure.now()
    for _ in 0..<count { _ = loop.schedule { try await sleep(for: .seconds(3600)) } }
    try loop.runInForeground { try await yield() }
    let nanoseconds = Measure.now() - start
    let bytes = Measure.residentBytes() - memory
    return [
      ("rss_per_task_bytes", "\(bytes / max(1, count))"), ("create_ns_per_task", "\(Int(nanoseconds) / max(1, count))"),
    ]
  }

  private static func switchTasks(_ tasks: Int, _ rounds: Int) throws -> Figures {
    let loop = EventLoop()
    let all = (0..<tasks).map { _ in
      loop.schedule { for _ in 0..<rounds { try await yield() } }
    }
    let start = Measure.now()
    try loop.runInForeground { _ = try await waitAll(all) }
    return [("ns_per_switch", Measure.perUnit(since: start, tasks * rounds))]
  }

  private static func timers(_ count: Int) throws -> Figures {
    let loop = EventLoop()
    let lateness = Lateness(count)
    let all = (0..<count).map { index in
      loop.schedule {
        // Spread evenly, in an order that is not theirs.
        let delay = Int64(UInt64(index) &* 7_919 % UInt64(max(1, count))) * 1_000_000_000 / Int64(max(1, count))
        let asked = Measure.now() + delay
        try await sleep(for: .nanoseconds(delay))
        lateness.add(Measure.now() - asked)
      }
    }
    let (wall, processor) = (Measure.now(), Measure.processor())
    try loop.runInForeground { _ = try await waitAll(all) }
    return [
      ("cpu_ms", "\((Measure.processor() - processor) / 1_000_000)"),
      ("wall_ms", "\((Measure.now() - wall) / 1_000_000)"),
      ("late_p50_us", "\(lateness.percentile(50) / 1000)"), ("late_p99_us", "\(lateness.percentile(99) / 1000)"),
    ]
  }

  private static func pingpong(_ messages: Int) throws -> Figures {
    let loop = EventLoop()
    let (there, back) = (Channel<Int>(on: loop), Channel<Int>(on: loop))
    let pong = loop.schedule {
      while let message = try await there.receive() { back.send(message + 1) }
    }
    let start = Measure.now()
    let received = try loop.runInForeground {
      var received = 0
      while received < messages {
        there.send(received)
        received = try await back.receive() ?? messages
        received += 1
      }
      return received
    }
    let figures = [("ns_per_message", Measure.perUnit(since: start, received))]
    there.finish()
    try loop.runInForeground(pong)
    return figures
  }

  private static func cancel(_ count: Int) throws -> Figures {
    let loop = EventLoop()
    let all = sleepers(count, on: loop)
    try loop.runInForeground { try await yield() }
    let start = Measure.now()
    for task in all { task.cancel() }
    try loop.runInForeground { try await yield() }
    let figures = [("cancel_ns_per_task", Measure.perUnit(since: start, count))]
    precondition(all.allSatisfy { $0.isDone }, "each of them has ended")
    return figures
  }

  private static func step(_ parked: Int, _ steps: Int) throws -> Figures {
    let loop = EventLoop()
    let all = sleepers(parked, on: loop)
    try loop.runInForeground { try await yield() }
    let start = Measure.now()
    for _ in 0..<steps { try loop.runInForeground { try await yield() } }
    let figures = [("ns_per_step", Measure.perUnit(since: start, steps))]
    withExtendedLifetime(all) {}
    return figures
  }
}

/// How late timers were, against the tasks' own requests.
private final class Lateness: Sendable {
  private let values: Mutex<[Int64]>

  init(_ capacity: Int) {
    var values: [Int64] = []
    values.reserveCapacity(capacity)
    self.values = Mutex(values)
  }

  func add(_ nanoseconds: Int64) {
    values.withLock { $0.append(nanoseconds) }
  }

  func percentile(_ percent: Int) -> Int64 {
    let sorted = values.withLock { $0.sorted() }
    return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
  }
}
