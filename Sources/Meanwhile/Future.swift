import DequeModule

/// A result that will be set by hand, once.
///
/// Everything here is safe from any thread.
public final class Future<Success: Sendable>: Sendable {
  private struct State {
    var outcome: Result<Success, any Error>?
    var observers: Deque<Observer> = []
  }

  /// The loop on which callbacks run.
  public let loop: EventLoop
  private let state = Locked(State())

  /// Makes a future without a result.
  public init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Whether the result is there.
  public var isDone: Bool { state.withLock { $0.outcome != nil } }

  /// The result. Never waits.
  ///
  /// - Throws: ``MeanwhileError/notDone`` while there is none; otherwise the error it was failed with.
  public var result: Success {
    get throws {
      guard let outcome = state.withLock({ $0.outcome }) else { throw MeanwhileError.notDone }
      return try outcome.get()
    }
  }

  /// Sets the value. Tasks that wait go on, and callbacks run, when the loop next runs; none inside this call.
  ///
  /// - Throws: ``MeanwhileError/alreadyResolved`` if there is a result.
  public func resolve(_ value: Success) throws(MeanwhileError) {
    try resolve(with: .success(value))
  }

  /// Sets an error as the result.
  ///
  /// - Throws: ``MeanwhileError/alreadyResolved`` if there is a result.
  public func fail(_ error: any Error) throws(MeanwhileError) {
    try resolve(with: .failure(error))
  }

  private func resolve(with outcome: Result<Success, any Error>) throws(MeanwhileError) {
    let observers = state.withLock { state -> Observers? in
      guard state.outcome == nil else { return nil }
      state.outcome = outcome
      defer { state.observers = [] }
      return Observers(list: state.observers)
    }
    guard let observers else { throw .alreadyResolved }
    if observers.list.isEmpty { return }
    if loop.isOnItsThread { return observers.tell(in: loop) }
    loop.perform(.call { observers.tell(in: $0) })
  }

  /// Waits until the result is there and returns it, or throws the error it was failed with.
  public var value: Success {
    get async throws {
      while !isDone { try await waitOnce() }
      return try result
    }
  }

  private func waitOnce() async throws {
    if runsOnAnActor() { return try await leavingTheActor(nil) { try await waitOnce() } }
    guard loop.runsTheCurrentTask else { return await waitFromOutside() }
    let suspension = try EventLoop.beginWait(Wait(.event, subject: "a future"), "Future.value")
    add(suspension.waiter)
    await suspension.suspend()
    if suspension.cause == .woken { return }
    remove(suspension.waiter)
    throw CancellationError()
  }

  /// Notes a waiter that is about to park; where the result has just come from another thread, wakes it at once.
  private func add(_ waiter: Waiter) {
    let observers = Observers(list: [.waiter(waiter)])
    let isDone = state.withLock { state in
      if state.outcome == nil { state.observers += observers.list }
      return state.outcome != nil
    }
    if isDone { waiter.wake(.woken, in: loop) }
  }

  private func remove(_ waiter: Waiter) {
    let observers = Observers(list: [.waiter(waiter)])
    state.withLock { state in
      for observer in observers.list { state.observers.removeOne { $0.isSame(as: observer) } }
    }
  }

  private func waitFromOutside() async {
    await withCheckedContinuation { continuation in
      add(.call { continuation.resume() })
    }
  }

  /// Calls `perform` with this future once it has its result, from the ready queue when the loop next runs; callbacks
  /// keep their order.
  public func whenDone(_ perform: sending @escaping (Future) -> Void) {
    add(.call { perform(self) })
  }

  private func add(_ observer: Observer) {
    let observers = Observers(list: [observer])
    let isDone = state.withLock { state in
      if state.outcome == nil { state.observers += observers.list }
      return state.outcome != nil
    }
    if isDone { loop.perform(.call { observers.tell(in: $0) }) }
  }

  /// Observers on their way to the loop's thread.
  private struct Observers: @unchecked Sendable {
    // Only the loop's thread calls them; others only carry them there.
    let list: Deque<Observer>

    func tell(in loop: EventLoop) {
      for observer in list { observer.tell(in: loop) }
    }
  }
}

extension Future: CustomStringConvertible {
  /// Its state.
  public var description: String {
    switch state.withLock({ $0.outcome }) {
    case .success(let value): "Future: done, \(value)"
    case .failure(let error): "Future: failed, \(error)"
    case nil: "Future: pending"
    }
  }
}
