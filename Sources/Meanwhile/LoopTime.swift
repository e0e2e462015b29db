import CPlatform

/// What a loop's clock shows.
struct LoopTime {
  let kind: LoopClockKind
  private var virtualNow: Int64 = 0
  /// Where the virtual clock and the real one stood when it began to follow; nil while it stands still.
  private var anchor: (virtual: Int64, real: Int64)?

  /// What the system clock and the counter showed when both were last read, the counter first.
  private var lastRead: (nanoseconds: Int64, ticks: UInt64) = (0, 0)

  init(_ kind: LoopClockKind) {
    self.kind = kind
    _ = read()
  }

  var isVirtual: Bool { kind == .virtual }

  /// Nanoseconds since the clock's zero.
  var now: Int64 {
    if kind == .system { return platform_monotonic_nanoseconds() }
    guard let anchor else { return virtualNow }
    return anchor.virtual + (platform_monotonic_nanoseconds() - anchor.real)
  }

  /// Whether the system clock cannot have reached `deadline` yet, going by a counter that is cheaper to read: it has
  /// at least one tick in 64 nanoseconds.
  func isCertainlyBefore(_ deadline: Int64) -> Bool {
    guard kind == .system else { return false }
    let ticks = platform_ticks() &- lastRead.ticks
    return ticks < 1 << 40 && lastRead.nanoseconds &+ Int64(ticks &<< 6) < deadline
  }

  /// Nanoseconds since the clock's zero, noted for `isCertainlyBefore`.
  mutating func read() -> Int64 {
    guard kind == .system else { return now }
    let ticks = platform_ticks()
    lastRead = (now, ticks)
    return lastRead.nanoseconds
  }

  /// Lets the virtual clock follow the real one from now on.
  mutating func follow() {
    if anchor == nil { anchor = (virtualNow, platform_monotonic_nanoseconds()) }
  }

  /// Lets the virtual clock stand still again, where it is.
  mutating func standStill() {
    guard anchor != nil else { return }
    virtualNow = now
    anchor = nil
  }

  /// Moves the virtual clock to `deadline`, if that is later; it stands still afterwards.
  mutating func jump(to deadline: Int64) {
    standStill()
    virtualNow = max(virtualNow, deadline)
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
