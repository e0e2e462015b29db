import Glibc
import SystemPackage
import Testing

@testable import Meanwhile

/// A task that is cancelled after it was woken and before it goes on is told so at the wait that it was woken from.
@Suite struct WokenThenCancelledTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  /// Everything of the library that waits.
  enum Primitive: CaseIterable {
    case sleepFor, sleepUntil, clock, yield, readable, writable, future, message, element, value, all, any
    case accept, read, signal, timeLimit, timeLimitOfTask
  }

  enum Place: CaseIterable {
    case task, groupsChild, asyncLet, actor
  }

  @Test(arguments: Primitive.allCases, Place.allCases)
  func cancelIsToldAtTheWait(_ primitive: Primitive, _ place: Place) throws {
    let scene = try Scene(of: primitive, in: place, on: loop)
    let task = loop.schedule { [log] in
      try await place.run {
        log.write("waits")
        do {
          try await scene.wait()
          log.write("goes on")
        } catch is CancellationError {
          log.write("cancelled")
        }
      }
    }
    while log.count == 0 || primitive != .yield && task.record.allWaits.isEmpty {
      try loop.runInForeground { try await yield() }
    }
    try scene.happen()
    task.cancel()
    try loop.runInForeground(task)
    #expect(log.take() == ["waits", "cancelled"])
    scene.end()
  }

  @Test func firstOfTwoSleepersCancelsTheSecond() throws {
    let cell = TestCell<BackgroundTask<Void>>()
    let first = loop.schedule {
      try await sleep(for: .seconds(1))
      cell.value?.cancel()
    }
    let second = loop.schedule { [log] in
      try await sleep(for: .seconds(1))
      log.write("ran on")
    }
    cell.value = second
    try loop.runInForeground(first)
    #expect(throws: CancellationError.self) { try loop.runInForeground(second) }
    #expect(log.take() == [])
  }

  @Test func tickerThatIsCancelledAtThePromptTicksNoMore() throws {
    let ticker = loop.schedule { [log] in
      for number in 0... {
        log.write(number)
        try await sleep(for: .seconds(1))
      }
    }
    // The sleep's deadline comes before the ticker's fifth one, which is over at the same moment.
    try loop.runInForeground { try await sleep(for: .seconds(5)) }
    #expect(log.take() == ["0", "1", "2", "3", "4"])
    #expect(loop.ready.count == 1)
    ticker.cancel()
    try loop.runInForeground { try await sleep(for: .seconds(3)) }
    #expect(log.take() == [])
    #expect(ticker.isDone)
  }

  @Test func wokenReceiverThatIsCancelledHandsTheMessageOn() throws {
    let channel = Channel<Int>(on: loop)
    let receivers = ["a", "b", "c"].map { name in
      loop.schedule { [log] in log.write("\(name)\(try await channel.receive() ?? -1)") }
    }
    try loop.runInForeground { try await yield() }
    channel.send(7)
    receivers[0].cancel()
    channel.send(8)
    try loop.runInForeground(receivers[1])
    try loop.runInForeground(receivers[2])
    #expect(log.take() == ["b7", "c8"])
    #expect(channel.count == 0)
  }

  @Test func receiverThatIsCancelledInItsPlaceWakesNoOther() throws {
    let channel = Channel<Int>(on: loop)
    let receivers = ["a", "b", "c"].map { name in
      loop.schedule { [log] in log.write("\(name)\(try await channel.receive() ?? -1)") }
    }
    try loop.runInForeground { try await yield() }
    receivers[1].cancel()
    channel.send(7)
    try loop.runInForeground { try await yield() }
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["a7"])
    #expect(receivers[2].steps == 1)
  }

  @Test func stoppedTaskIsToldWhenItIsContinued() throws {
    let task = loop.schedule { [log] in
      defer { log.write("cleaned up") }
      try await sleep(for: .seconds(1))
      log.write("ran on")
    }
    try loop.runInForeground { try await yield() }
    task.stop()
    try loop.runInForeground { try await sleep(for: .seconds(2)) }
    task.cancel()
    try loop.runInForeground { try await yield() }
    #expect(log.take() == [])
    task.continue()
    #expect(throws: CancellationError.self) { try loop.runInForeground(task) }
    #expect(log.take() == ["cleaned up"])
  }

  @Test(arguments: [false, true])
  func steppedTaskIsToldInsteadOfItsCause(_ wasStopped: Bool) throws {
    let stepper = Recorder(waits: [.timer(LoopInstant(nanoseconds: 5)), .step])
    let task = loop.start(stepper)
    try loop.sleepInForeground(seconds: 0)
    if wasStopped { task.stop() }
    loop.advance(by: .nanoseconds(5))
    loop.poll()
    if wasStopped { try loop.sleepInForeground(seconds: 0) }
    task.cancel()
    task.continue()
    try loop.sleepInForeground(seconds: 0)
    try loop.sleepInForeground(seconds: 0)
    #expect(stepper.causes == [.step, .cancelled, .step])
    #expect(task.isDone)
  }

  @Test func cancelledTaskKeepsItsPlaceInTheQueue() throws {
    let task = loop.start { [log] in log.write("\(await park(Wait(.event)))") }
    try loop.sleepInForeground(seconds: 0)
    task.wake()
    _ = loop.start { [log] in log.write("later") }
    task.cancel()
    try loop.sleepInForeground(seconds: 0)
    #expect(log.take() == ["cancelled", "later"])
  }

  /// The body has its value, or the limit is over, and what waits for that has not gone on yet.
  @Test(arguments: [false, true])
  func decidedTimeLimitIsCancelled(_ isOver: Bool) throws {
    let future = Future<Int>(on: loop)
    let task = loop.schedule { try await withTimeout(.seconds(2)) { try await future.value } }
    for _ in 0..<3 { try loop.runInForeground { try await yield() } }
    if isOver { loop.advance(by: .seconds(2)) } else { try future.resolve(7) }
    try loop.runInForeground { try await yield() }
    #expect(!task.isDone)
    task.cancel()
    #expect(throws: CancellationError.self) { try loop.runInForeground(task) }
  }

  @Test func valueOfABodyThatWasToldComesOut() throws {
    let task = loop.schedule {
      try await withTimeout(.seconds(2)) { () async throws -> Int in
        do { try await sleep(for: .seconds(1)) } catch { return 7 }
        return 0
      }
    }
    for _ in 0..<3 { try loop.runInForeground { try await yield() } }
    task.cancel()
    #expect(try loop.runInForeground(task) == 7)
  }
}

extension WokenThenCancelledTests.Place {
  func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
    switch self {
    case .task: try await body()
    case .groupsChild:
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await body() }
        try await group.waitForAll()
      }
    case .asyncLet:
      async let result: Void = body()
      try await result
    case .actor: try await Room().run(body)
    }
  }

  /// One of its own, because tests run at the same time.
  var signal: Int32 {
    switch self {
    case .task: SIGUSR1
    case .groupsChild: SIGUSR2
    case .asyncLet: SIGIO
    case .actor: SIGPWR
    }
  }

  private actor Room {
    func run(_ body: @Sendable () async throws -> Void) async throws { try await body() }
  }
}

/// A wait, and what wakes a task from it without letting the task go on.
///
/// Everything happens on the test's thread; hence unchecked.
private final class Scene: @unchecked Sendable {
  private let loop: EventLoop
  private(set) var wait: @Sendable () async throws -> Void = {}
  private(set) var happen: () throws -> Void = {}
  private(set) var end: () -> Void = {}

  init(
    of primitive: WokenThenCancelledTests.Primitive, in place: WokenThenCancelledTests.Place, on loop: EventLoop
  ) throws {
    self.loop = loop
    switch primitive {
    case .sleepFor, .sleepUntil, .clock, .yield: waitForTime(primitive)
    case .readable, .writable: try waitForDescriptor(primitive)
    case .accept, .read: try waitForNetwork(primitive)
    case .future, .message, .element, .timeLimit: waitForEvent(primitive)
    case .value, .all, .any, .timeLimitOfTask: waitForTask(primitive)
    case .signal:
      let signal = place.signal
      wait = { try await loop.waitForSignal(signal) }
      happen = {
        raise(signal)
        // The callback of the signal runs, and wakes the task.
        try loop.runInForeground { try await yield() }
      }
    }
  }

  private func pass(_ time: Duration) {
    loop.advance(by: time)
    loop.poll()
  }

  private func waitForTime(_ primitive: WokenThenCancelledTests.Primitive) {
    let loop = loop
    happen = { [unowned self] in pass(.seconds(1)) }
    switch primitive {
    case .sleepFor: wait = { try await sleep(for: .seconds(1)) }
    case .sleepUntil: wait = { try await sleep(until: loop.now.advanced(by: .seconds(1))) }
    case .clock: wait = { try await loop.clock.sleep(for: .seconds(1)) }
    default:
      wait = { try await yield() }
      happen = {}
    }
  }

  private func waitForDescriptor(_ primitive: WokenThenCancelledTests.Primitive) throws {
    let (reader, writer) = try FileDescriptor.pipe()
    end = { for end in [reader, writer] { try? end.close() } }
    if primitive == .readable {
      wait = { try await waitUntilReadable(reader) }
      happen = { [unowned self] in
        try writer.writeAll([1])
        loop.poll()
      }
    } else {
      try writer.writeAll([UInt8](repeating: 0, count: 65_536))
      wait = { try await waitUntilWritable(writer) }
      happen = { [unowned self] in
        _ = try withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { try reader.read(into: $0) }
        loop.poll()
      }
    }
  }

  private func waitForNetwork(_ primitive: WokenThenCancelledTests.Primitive) throws {
    let loop = loop
    // A loop of its own, so that nothing of the first one moves.
    let others = EventLoop()
    let listener = try Listener(on: loop)
    let endpoint = listener.endpoint
    let connect = { try others.runInForeground { try await Connection.connect(to: endpoint) } }
    end = { listener.close() }
    if primitive == .accept {
      wait = { _ = try await listener.accept() }
      happen = {
        let client = try connect()
        while loop.ready.isEmpty { loop.poll() }
        client.close()
      }
    } else {
      let client = try connect()
      let accepted = try loop.runInForeground { try await listener.accept() }
      wait = { _ = try await accepted.read() }
      happen = {
        try others.runInForeground { try await client.write([1]) }
        while loop.ready.isEmpty { loop.poll() }
      }
    }
  }

  private func waitForEvent(_ primitive: WokenThenCancelledTests.Primitive) {
    let future = Future<Int>(on: loop)
    let channel = Channel<Int>(on: loop)
    happen = {
      try future.resolve(7)
      channel.send(7)
    }
    switch primitive {
    case .future: wait = { _ = try await future.value }
    case .message: wait = { _ = try await channel.receive() }
    case .element: wait = { for try await _ in channel { return } }
    default:
      wait = { _ = try await withTimeout(.seconds(9)) { try await future.value } }
      // Its children begin.
      let whenItWaits = happen
      happen = { [loop] in
        for _ in 0..<3 { try loop.runInForeground { try await yield() } }
        try whenItWaits()
      }
    }
  }

  private func waitForTask(_ primitive: WokenThenCancelledTests.Primitive) {
    let loop = loop
    let task = loop.schedule { try await sleep(for: .seconds(1)) }
    // Returns as soon as the task is done: what waits for the task is woken, and has not gone on.
    happen = { try loop.runInForeground(task) }
    switch primitive {
    case .value: wait = { try await task.value }
    case .all: wait = { _ = try await waitAll([task]) }
    case .any: wait = { _ = try await waitAny([task]) }
    default: wait = { try await withTimeout(.seconds(9), cancelling: task) }
    }
  }
}

/// Notes why it goes on, and waits for one thing after the other.
private final class Recorder: Stepper {
  private(set) var causes: [WakeCause] = []
  private var waits: [Wait]

  init(waits: [Wait]) {
    self.waits = waits
  }

  func step(_ cause: WakeCause) -> Wait? {
    causes.append(cause)
    return waits.isEmpty ? nil : waits.removeFirst()
  }
}
