/// A moment on a loop's clock, with the resolution of a nanosecond.
///
/// Instants of two loops, or of the system clock and a virtual one, do not compare meaningfully.
public struct LoopInstant: InstantProtocol, Sendable {
  /// Nanoseconds since the clock's zero; `Int64.max` stands for "never".
  package var nanoseconds: Int64

  /// Makes an instant from nanoseconds since the clock's zero.
  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The instant that never comes.
  public static let distantFuture = LoopInstant(nanoseconds: .max)

  /// The instant `duration` later (earlier, if it is negative), at most ``distantFuture``.
  public func advanced(by duration: Duration) -> LoopInstant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    return LoopInstant(nanoseconds: overflow ? .max : sum)
  }

  /// The time from here to `other`.
  public func duration(to other: LoopInstant) -> Duration {
    .nanoseconds(other.nanoseconds.subtractingReportingOverflow(nanoseconds).partialValue)
  }

  /// Whether the left one comes first.
  public static func < (left: LoopInstant, right: LoopInstant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension Duration {
  /// The nanoseconds in this duration, rounded up so that no sleep ends early; limited to what 64 bits hold.
  package var wholeNanoseconds: Int64 {
    // Up to nine seconds, which most are, the division is the processor's own.
    if let few = Int64(exactly: attoseconds), few <= .max - 999_999_999 {
      return few >= 0 ? (few + 999_999_999) / 1_000_000_000 : few / 1_000_000_000
    }
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let part = attoseconds >= 0 ? (attoseconds + 999_999_999) / 1_000_000_000 : attoseconds / 1_000_000_000
    let (sum, carry) = whole.addingReportingOverflow(part)
    return carry ? (seconds < 0 ? .min : .max) : sum
  }
}
