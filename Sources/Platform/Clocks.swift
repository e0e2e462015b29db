import ByteStrings
import Glibc
import Synchronization
import SystemPackage

/// Readings of the kernel's clocks.
package enum Clocks {
  /// Nanoseconds of a clock that never goes back and stands still while the machine sleeps.
  package static var monotonicNanoseconds: Int64 { nanoseconds(of: CLOCK_MONOTONIC) }

  /// Nanoseconds of processor time that the calling thread used.
  package static var threadProcessorNanoseconds: Int64 { nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) }

  /// Real time.
  package static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(time)
  }

  private static func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Local time as `strftime` formats it, in the zone that is named as `TZ` names it; in the system's without a name.
  package static func formatted(_ time: Timestamp, _ format: ByteString, zone: ByteString?) -> ByteString {
    if format.isEmpty { return format }
    return Self.zone.withLock { current in
      use(zone, &current)
      return formattedInCurrentZone(time, format)
    }
  }

  /// The zone that the C library has been told; it has one for all threads.
  private static let zone = Mutex<ByteString?>(getenv("TZ").map { ByteString(cString: $0) })

  private static func use(_ zone: ByteString?, _ current: inout ByteString?) {
    if zone != current {
      current = zone
      if let zone { _ = zone.withCString { setenv("TZ", $0, 1) } } else { unsetenv("TZ") }
    }
    tzset()
  }

  /// What is longer has a field width for which nobody would wait; it becomes empty.
  private static let longestText = 1 << 20

  private static func formattedInCurrentZone(_ time: Timestamp, _ format: ByteString) -> ByteString {
    var seconds = time_t(time.seconds)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return ByteString(decimal: time.seconds) }
    // `strftime` says 0 for an empty result too, so a space is appended and removed.
    let spaced = format + " "
    var capacity = 256
    while true {
      let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        count = buffer.withMemoryRebound(to: CChar.self) { buffer in
          spaced.withCString { strftime(buffer.baseAddress!, capacity, $0, &parts) }
        }
      }
      if !bytes.isEmpty { return ByteString(bytes.dropLast()) }
      if capacity >= longestText { return ByteString() }
      capacity *= 4
    }
  }
}
