/// A call from the ready queue: `callSoon`, a timer's callback, a done-callback.
final class Callback: SelfOwnedEntry, @unchecked Sendable {
  private var perform: (() -> Void)?

  init(_ perform: @escaping () -> Void) {
    self.perform = perform
    super.init()
  }

  override func run(in loop: EventLoop) {
    perform.take()?()
  }

  /// Makes it do nothing when it runs; returns what it would have done.
  func cancel(in loop: EventLoop) -> (() -> Void)? {
    if timerIndex >= 0 { loop.timers.remove(self) }
    return perform.take()
  }
}
