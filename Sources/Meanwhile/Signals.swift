import CPlatform
import SystemPackage

extension EventLoop {
  /// Calls `perform` from the ready queue whenever the signal has arrived, while the loop runs, until the subscription
  /// is cancelled; arrivals before the call count as one. The signal's former action is then given back.
  ///
  /// For the loop's own thread, or before the loop is driven. A signal has one subscription in the process.
  ///
  /// - Throws: `Errno`: `resourceBusy` where there is one already, `invalidArgument` for a signal that cannot be caught.
  public func onSignal(
    _ signal: Int32, _ perform: sending @escaping () -> Void
  ) throws(Errno) -> SignalSubscription {
    requireItsThread("onSignal")
    let descriptor = platform_signal_descriptor_open(signal)
    guard descriptor >= 0 else { throw lastError() }
    let subscription = SignalSubscription(signal: signal, descriptor: descriptor, loop: self)
    outsideWaits += 1
    poller.watch(descriptor) { [unowned self, activity = subscription.activity] in
      platform_eventfd_clear(descriptor)
      Callback { if activity.isActive { perform() } }.makeReady(in: self)
    }
    return subscription
  }

  /// Waits until the signal arrives; its former action is given back then. Only for code that this loop runs.
  ///
  /// - Throws: As `onSignal`, and `CancellationError`.
  public func waitForSignal(_ signal: Int32) async throws {
    if EventLoop.runsElsewhere() {
      return try await leavingTheActor("waitForSignal") { try await waitForSignal(signal) }
    }
    let flag = Flag()
    let subscription = try onSignal(signal) { [self] in
      flag.isRaised = true
      flag.waiter?.wake(.woken, in: self)
    }
    defer { subscription.cancel() }
    while !flag.isRaised {
      let wait = Wait(.signal, subject: "signal", number: signal)
      let suspension = try EventLoop.beginWait(wait, "waitForSignal")
      flag.waiter = suspension.waiter
      try await suspension.suspendCheckingCancellation()
    }
  }
}

/// What a callback on the loop tells the task that waits; unchecked, because both are on the loop's thread.
private final class Flag: @unchecked Sendable {
  var isRaised = false
  var waiter: Waiter?
}
