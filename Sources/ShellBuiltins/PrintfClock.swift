import ByteStrings
import Platform
import ShellRuntime

/// What `printf` knows of time, for `%(FORMAT)T`.
struct PrintfClock: Sendable {
  /// When the shell began, in seconds since 1970.
  var shellStart = 0
  /// As `TZ` names it; `nil` for the system's.
  var zone: ByteString?

  init() {}

  /// The clock for a format; few formats ask for the time, and those that do have a parenthesis.
  init(for format: ByteString, in context: BuiltinContext) {
    guard format.contains(UInt8(ascii: "(")) else { return }
    shellStart = context.shell.startSecond
    zone = context.environment.timeZone
  }

  /// The time `seconds` as `strftime` formats it: -1 is now, -2 the shell's start.
  func text(of seconds: Int, _ format: ByteString) -> ByteString {
    let time: Timestamp =
      switch seconds {
      case -1: Clocks.now
      case -2: Timestamp(seconds: shellStart, nanoseconds: 0)
      default: Timestamp(seconds: seconds, nanoseconds: 0)
      }
    return Clocks.formatted(time, format.isEmpty ? "%X" : format, zone: zone)
  }
}
