import DequeModule

/// A queue of messages between the tasks of one loop: sending never waits, receiving waits until there is one.
///
/// Everything is for the loop's own thread, or for any while the loop has never been driven; elsewhere the program stops.
public final class Channel<Message: Sendable>: @unchecked Sendable {
  // Unchecked: every method asks for the thread first. What is generic here is inlined into its user, because generic
  // code of another module costs three times as much as the rest of a switch.
  @usableFromInline let receivers: ReceiverQueue
  // Not checked for exclusivity, which would happen at every access from another module: nothing here calls a user's
  // code during an access.
  @exclusivity(unchecked) @usableFromInline var messages = Deque<Message>()

  /// Makes an empty channel.
  public init(on loop: EventLoop) {
    receivers = ReceiverQueue(loop)
  }

  /// The number of messages that no task has received yet.
  @inlinable
  public var count: Int {
    receivers.requireLoop()
    return messages.count
  }

  /// Adds a message and wakes the receiver that has waited longest. After `finish()` the message is dropped.
  @inlinable
  public func send(_ message: Message) {
    receivers.requireLoop()
    guard !receivers.isFinished else { return }
    messages.append(message)
    receivers.wakeFirst()
  }

  /// Ends the channel: a receiver that waits, or that comes after the last message, gets nil.
  public func finish() {
    receivers.requireLoop()
    receivers.finish()
  }

  /// Waits for the next message; nil when the channel is finished and empty.
  ///
  /// - Throws: `CancellationError` where the task is cancelled.
  @inlinable
  public func receive() async throws -> Message? {
    while true {
      guard receivers.isOnTheirThread else { return try await receiveAside() }
      if let message = messages.popFirst() { return message }
      if receivers.isFinished { return nil }
      if EventLoop.runsElsewhereThan(#isolation) { return try await receiveAside() }
      guard try await receivers.waitForWake() else {
        // The message that it was woken for is the next receiver's.
        if !messages.isEmpty { receivers.wakeFirst() }
        throw CancellationError()
      }
    }
  }

  /// `receive()` away from the actor whose code runs, as `leavingTheActor` does it.
  @concurrent
  @usableFromInline
  func receiveAside() async throws -> Message? {
    EventLoop.requireOwnTask("Channel.receive")
    receivers.requireLoop()
    return try await receive()
  }
}

extension Channel: AsyncSequence {
  /// Receives the messages one by one, for `for try await`; what it has received is gone from the channel.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let channel: Channel

    /// Waits for the next message, as `receive()`.
    public mutating func next() async throws -> Message? { try await channel.receive() }
  }

  /// The messages from here on, until the channel is finished and empty.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(channel: self) }
}
