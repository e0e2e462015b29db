import CPlatform

/// Whether signals are pending. The interpreter asks at every turn and after every command.
///
/// Public, since only then does Swift 6.3 inline it into another module: Docs/Decisions/ByteStrings-are-public.md.
public enum PendingSignals {
  /// Whether a handled signal is pending: one relaxed load.
  @inlinable @inline(__always)
  public static var areThere: Bool { platform_signals_are_pending() }
}
