/// Which clock a loop goes by.
public enum LoopClockKind: Sendable {
  /// The system's monotonic clock.
  case system
  /// A clock that stands still until it is advanced, or until the loop has nothing ready: then it jumps to the next
  /// deadline. While the foreground waits for a process, a worker thread or a descriptor it follows the real clock.
  case virtual
}
