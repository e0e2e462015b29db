import CPlatform

/// What a loop's clock shows. Any thread may look at it; only the loop's own moves it.
final class LoopTime {
  /// A clock that stands still, or follows the real one.
  private struct Virtual {
    var time: Int64 = 0
    /// Where this clock and the real one stood when it began to follow; nil while it stands still.
    var anchor: (virtual: Int64, real: Int64)?

    var now: Int64 {
      guard let anchor else { return time }
      return anchor.virtual + (platform_monotonic_nanoseconds() - anchor.real)
    }

    mutating func standStill() {
      time = now
      anchor = nil
    }
  }

  /// The virtual clock; nil: it is the system's.
  private let virtual: Locked<Virtual>?

  /// What the system clock and the counter showed when both were last read, the counter first.
  @exclusivity(unchecked) private var lastRead: (nanoseconds: Int64, ticks: UInt64) = (0, 0)

  init(_ kind: LoopClockKind) {
    virtual = kind == .virtual ? Locked(Virtual()) : nil
    _ = read()
  }

  var isVirtual: Bool { virtual != nil }

  /// Nanoseconds since the clock's zero.
  var now: Int64 { virtual?.withLock(\.now) ?? platform_monotonic_nanoseconds() }

  /// Whether the system clock cannot have reached `deadline` yet, going by a counter that is cheaper to read: it has
  /// at least one tick in 64 nanoseconds.
  func isCertainlyBefore(_ deadline: Int64) -> Bool {
    if isVirtual { return false }
    let ticks = platform_ticks() &- lastRead.ticks
    return ticks < 1 << 40 && lastRead.nanoseconds &+ Int64(ticks &<< 6) < deadline
  }

  /// Nanoseconds since the clock's zero, noted for `isCertainlyBefore`.
  func read() -> Int64 {
    if isVirtual { return now }
    let ticks = platform_ticks()
    lastRead = (now, ticks)
    return lastRead.nanoseconds
  }

  /// Lets the virtual clock follow the real one from now on.
  func follow() {
    virtual?.withLock { if $0.anchor == nil { $0.anchor = ($0.time, platform_monotonic_nanoseconds()) } }
  }

  /// Lets the virtual clock stand still again, where it is.
  func standStill() {
    virtual?.withLock { $0.standStill() }
  }

  /// Moves the virtual clock to `deadline`, if that is later; it stands still afterwards.
  func jump(to deadline: Int64) {
    virtual?.withLock {
      $0.standStill()
      $0.time = max($0.time, deadline)
    }
  }
}

extension EventLoop {
  /// Time in ticks of `platform_ticks`: how long one is, is found by reading both clocks, as far apart as possible.
  static func duration(ofTicks ticks: Int) -> Duration {
    let elapsed = platform_monotonic_nanoseconds() - tickOrigin.nanoseconds
    let elapsedTicks = platform_ticks() &- tickOrigin.ticks
    guard elapsedTicks > 0 else { return .zero }
    return .nanoseconds(Int64(Double(ticks) * Double(elapsed) / Double(elapsedTicks)))
  }

  /// Reads both clocks for the first time.
  static func startTicks() {
    _ = tickOrigin
  }

  private static let tickOrigin = (nanoseconds: platform_monotonic_nanoseconds(), ticks: platform_ticks())
}
