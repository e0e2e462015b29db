import DequeModule

/// The tasks that wait for a message of a channel, whatever its type.
@usableFromInline
final class ReceiverQueue {
  private let loop: EventLoop
  // There is seldom more than one, so that the first one needs no memory beside this. A waiter is alive as long as it is parked.
  // Exclusivity need not be checked: nothing here calls a user's code during an access.
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
  func waitForWake() async throws -> Bool {
    let suspension = try EventLoop.beginWait(Wait(.event, subject: "a message"), "Channel.receive")
    if first == nil { first = suspension.reference } else { others.append(suspension.reference) }
    await suspension.suspend()
    if suspension.cause == .woken { return true }
    if remove(suspension) { throw CancellationError() }
    return false
  }

  /// Removes a cancelled receiver; false where `wakeFirst` has removed it already.
  private func remove(_ suspension: Suspension) -> Bool {
    let own = suspension.reference.toOpaque()
    if first?.toOpaque() != own { return others.removeOne { $0.toOpaque() == own } }
    first = others.popFirst()
    return true
  }
}
