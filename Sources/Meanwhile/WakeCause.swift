/// Why a parked task goes on.
package enum WakeCause: UInt8, Sendable {
  /// Its deadline is over.
  case deadline
  /// Its descriptor is ready.
  case ready
  /// It was woken: by another task, a result, a message.
  case woken
  /// It was cancelled.
  case cancelled
  /// It had only stepped aside.
  case step
}
