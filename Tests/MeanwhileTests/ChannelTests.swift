import Testing

@testable import Meanwhile

/// Messages between the tasks of one loop.
@Suite struct ChannelTests {
  let loop = EventLoop(clock: .virtual)
  let log = TestLog()

  private func receiver(_ name: String, of channel: Channel<Int>) -> BackgroundTask<Void> {
    loop.schedule(name: name) { [log] in
      while let message = try await channel.receive() { log.write("\(name)\(message)") }
      log.write("\(name) end")
    }
  }

  @Test func messagesAreASequence() throws {
    let channel = Channel<Int>(on: loop)
    let sum = loop.schedule {
      var sum = 0
      for try await message in channel { sum += message }
      return sum
    }
    try loop.runInForeground {
      for message in 1...4 {
        channel.send(message)
        try await yield()
      }
    }
    channel.finish()
    #expect(try loop.runInForeground(sum) == 10)
  }

  @Test func messagesKeepTheirOrder() throws {
    let channel = Channel<Int>(on: loop)
    for number in 0..<3 { channel.send(number) }
    #expect(channel.count == 3)
    channel.finish()
    channel.send(99)
    try loop.runInForeground(receiver("a", of: channel))
    #expect(log.take() == ["a0", "a1", "a2", "a end"])
  }

  @Test func whoWaitedLongestIsServedFirst() throws {
    let channel = Channel<Int>(on: loop)
    let receivers = ["a", "b", "c"].map { name in
      loop.schedule { [log] in log.write("\(name)\(try await channel.receive() ?? -1)") }
    }
    try loop.runInForeground { try await yield() }
    for number in 0..<2 { channel.send(number) }
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["a0", "b1"])
    channel.finish()
    try loop.runInForeground(receivers[2])
    #expect(log.take() == ["c-1"])
  }

  @Test func cancelledReceiverLeavesTheMessageToTheNext() throws {
    let channel = Channel<Int>(on: loop)
    let receivers = ["a", "b"].map { receiver($0, of: channel) }
    try loop.runInForeground { try await yield() }
    receivers[0].cancel()
    channel.send(7)
    try loop.runInForeground { try await yield() }
    #expect(log.take() == ["b7"])
    #expect(receivers[0].isDone)
  }

  @Test func deadlockNamesTheMessage() throws {
    let channel = Channel<Int>(on: loop)
    let task = receiver("a", of: channel)
    let error = #expect(throws: DeadlockError.self) { try loop.runInForeground(task) }
    #expect(error?.waiting.map(\.waitsFor) == ["a message"])
  }
}
