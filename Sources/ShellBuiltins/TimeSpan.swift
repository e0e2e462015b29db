import ByteStrings
import Meanwhile

/// A length of time as people write it: `1.5`, `250ms`, `2h`, `infinity`.
enum TimeSpan: Equatable {
  case finite(Duration)
  case forever

  /// Reads a number of seconds, or of the unit of its suffix. A negative time counts as zero. `nil` if it is no time.
  init?(_ text: ByteString) {
    if text == "infinity" || text == "inf" {
      self = .forever
      return
    }
    var rest = text[...]
    let sign = rest.first
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let whole = rest.prefix(while: \.isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction = rest.prefix(0)
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: \.isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty, let unit = Self.units[ByteString(rest)] else { return nil }
    self = sign == UInt8(ascii: "-") ? .finite(.zero) : Self.span(whole, fraction, unit: unit)
  }

  /// Nanoseconds by suffix.
  private static let units: [ByteString: Int64] = [
    "ms": 1_000_000, "": 1_000_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
  ]

  /// A time that does not fit into 64 bits of nanoseconds becomes the longest that does, 292 years.
  private static func span(_ whole: Slice<ByteString>, _ fraction: Slice<ByteString>, unit: Int64) -> TimeSpan {
    var nanoseconds: Int64 = 0
    for digit in whole {
      let (product, overflowed) = nanoseconds.multipliedReportingOverflow(by: 10)
      let (sum, overflowedAgain) = product.addingReportingOverflow(Int64(digit - 0x30))
      if overflowed || overflowedAgain { return .forever }
      nanoseconds = sum
    }
    let (product, overflowed) = nanoseconds.multipliedReportingOverflow(by: unit)
    var digitUnit = unit
    var part: Int64 = 0
    for digit in fraction {
      digitUnit /= 10
      part += Int64(digit - 0x30) * digitUnit
    }
    let (sum, overflowedAgain) = product.addingReportingOverflow(part)
    return overflowed || overflowedAgain ? .forever : .finite(.nanoseconds(sum))
  }
}

extension EventLoop {
  /// The deadline of a time that begins now; `nil` for an infinite one.
  func deadline(_ span: TimeSpan) -> LoopInstant? {
    if case .finite(let duration) = span { now.advanced(by: duration) } else { nil }
  }
}

extension ByteString {
  /// The time that an operand stands for.
  func timeSpan() throws(BuiltinError) -> TimeSpan {
    guard let span = TimeSpan(self) else { throw .operand(.notATime(self)) }
    return span
  }
}
