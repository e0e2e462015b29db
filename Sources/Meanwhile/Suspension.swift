/// A wait that has begun; its Swift task must now suspend.
///
/// As cheap as a pointer: a parked task consists of its frames, and counting references costs more than the rest of a
/// switch. The waiter is alive while this is used: a task until it is done, a child's waiter until the step in which it
/// was resumed is over (`RareState.latestChild`).
struct Suspension {
  let reference: Unmanaged<Waiter>

  @inline(__always)
  init(_ waiter: Waiter) {
    reference = .passUnretained(waiter)
  }

  /// The waiter, to be kept elsewhere.
  var waiter: Waiter { reference.takeUnretainedValue() }

  /// Why it goes on.
  @inline(__always)
  var cause: WakeCause { reference._withUnsafeGuaranteedRef { $0.cause } }

  /// Suspends the Swift task until the loop runs it from the ready queue.
  @inline(__always)
  func suspend() async {
    if reference._withUnsafeGuaranteedRef({ $0.isChild }) {
      await waiter.suspendChild()
    } else {
      await TaskRecord.suspendBody()
    }
  }

  /// Suspends the Swift task until the loop runs it from the ready queue; throws where it was cancelled by then.
  @inline(__always)
  func suspendCheckingCancellation() async throws {
    await suspend()
    if cause == .cancelled { throw CancellationError() }
  }
}
