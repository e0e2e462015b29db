/// A callback that stands in the ready queue or waits for its time.
public struct ScheduledCall: Sendable {
  let callback: Callback
  let loop: EventLoop

  /// Makes it do nothing when its time comes. Safe from any thread.
  public func cancel() {
    let remains = Remains()
    loop.perform(.call { [callback] in remains.dropped = callback.cancel(in: $0) })
  }

  /// Keeps a cancelled callback until the loop is unlocked: what it captured may call the loop as it goes.
  private final class Remains {
    var dropped: (() -> Void)?
  }
}
