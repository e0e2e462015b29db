import DequeModule

/// A queue of messages between the tasks of one loop: sending never waits, receiving waits until there is one.
///
/// Everything is for the loop's own thread, or for any while nobody has driven the loop; elsewhere the program stops.
public final class Channel<Message: Sendable>: @unchecked Sendable {
  // Unchecked: every method asks for the thread first. What is generic here is inlined into its user, because generic
  // code of another module costs three times as much as the rest of a switch.
  @usableFromInline let receivers: Receivers
  // Not checked for exclusivity, which would happen at every access from another module: nothing here calls anybody's
  // code during an access.
  @exclusivity(unchecked) @usableFromInline var messages = Deque<Message>()

  /// Makes an empty channel.
  public init(on loop: EventLoop) {
    receivers = Receivers(loop)
  }

  /// The number of messages that nobody has received yet.
  @inlinable
  public var count: Int {
    receivers.requireLoop()
    return messages.count
  }

  /// Adds a message; the one who has waited longest goes on, in its turn. After `finish()` it is dropped.
  @inlinable
  public func send(_ message: Message) {
    receivers.requireLoop()
    guard !receivers.isFinished else { return }
    messages.append(message)
    receivers.wakeFirst()
  }

  /// Ends the channel: who waits, or receives after the last message, gets nil.
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
      guard try await receivers.wait() else {
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

/// Who waits for a message, whatever its type.
@usableFromInline
final class Receivers {
  private let loop: EventLoop
  // There is seldom more than one. Both are alive as long as they are parked.
  // Exclusivity need not be checked: nothing here calls anybody's code during an access.
  @exclusivity(unchecked) private var first: Unmanaged<Waiter>?
  @exclusivity(unchecked) private var others = Deque<Unmanaged<Waiter>>()
  @exclusivity(unchecked) @usableFromInline private(set) var isFinished = false

  init(_ loop: EventLoop) {
    self.loop = loop
  }

  /// Whether this thread may touch them.
  @usableFromInline
  var isOnTheirThread: Bool { loop.mayBeTouchedHere }

  @usableFromInline
  func requireLoop() {
    loop.requireItsThread("Channel")
  }

  @usableFromInline
  func wakeFirst() {
    while let waiter = first {
      first = others.isEmpty ? nil : others.removeFirst()
      // One that was cancelled just now is not parked any more, and leaves the message to the next.
      if waiter._withUnsafeGuaranteedRef({ $0.wake(.woken, in: loop) }) { return }
    }
  }

  func finish() {
    isFinished = true
    while first != nil { wakeFirst() }
  }

  /// Waits to be woken; false where it was woken and then cancelled, before it went on.
  ///
  /// - Throws: `CancellationError` where it was cancelled while it stood among the others.
  @usableFromInline
  func wait() async throws -> Bool {
    let suspension = try EventLoop.beginWait(Wait(.event, subject: "a message"), "Channel.receive")
    if first == nil { first = suspension.reference } else { others.append(suspension.reference) }
    await suspension.wait()
    if suspension.cause == .woken { return true }
    if remove(suspension) { throw CancellationError() }
    return false
  }

  /// Takes a cancelled receiver out; false where `wakeFirst` has done so.
  private func remove(_ suspension: Suspension) -> Bool {
    let own = suspension.reference.toOpaque()
    if first?.toOpaque() != own { return others.removeOne { $0.toOpaque() == own } }
    first = others.popFirst()
    return true
  }
}
