import CPlatform
import Foundation

/// Clocks and memory.
enum Measure {
  /// Nanoseconds on the monotonic clock.
  static func now() -> Int64 { platform_monotonic_nanoseconds() }

  /// Nanoseconds of processor time of the process.
  static func processor() -> Int64 { platform_clock(CLOCK_PROCESS_CPUTIME_ID) }

  /// Nanoseconds a unit since `start`, with one decimal.
  static func perUnit(since start: Int64, _ units: Int) -> String {
    String(format: "%.1f", Double(now() - start) / Double(max(1, units)))
  }

  /// The memory of this process that is in use now.
  static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }
}
