import CPlatform

/// A callback for a signal.
public struct SignalSubscription: Sendable {
  /// What copies of it, and the loop, share; unchecked, because every access asks for the thread first.
  final class Activity: @unchecked Sendable {
    var isActive = true
  }

  let signal: Int32
  let descriptor: Int32
  let loop: EventLoop
  let activity = Activity()

  /// Ends it: the callback is not called any more. A second time does nothing. For the loop's own thread, or before the
  /// loop is driven.
  public func cancel() {
    loop.requireItsThread("SignalSubscription")
    guard activity.isActive else { return }
    activity.isActive = false
    loop.poller.unwatch(descriptor)
    loop.outsideWaits -= 1
    platform_signal_descriptor_close(signal)
  }
}
