/// What a descriptor is waited for.
public enum Readiness: Sendable {
  /// A read would not block: there is data, the end, or an error.
  case readable
  /// A write would not block, or would fail at once.
  case writable
}
