import ByteStrings

/// A number as C reads it from text (`strtoimax`): blanks, a sign, `0x` or `0` for other bases, and what follows.
struct NumericText: Equatable {
  enum Problem: Equatable {
    case noNumber
    /// The number is followed by other characters.
    case incomplete
    case outOfRange
  }

  var isNegative = false
  var magnitude: UInt64 = 0
  var problem: Problem?

  /// Reads `text`. An empty text is 0 without a problem.
  init(_ text: ByteString) {
    text.withUnsafeBytes { read($0) }
  }

  private mutating func read(_ bytes: UnsafeRawBufferPointer) {
    if bytes.isEmpty { return }
    var position = 0
    while position < bytes.count, isBlankByte(bytes[position]) { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    var base: UInt64 = 10
    if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
      base = 8
      if position + 2 < bytes.count, bytes[position + 1] | 0x20 == UInt8(ascii: "x"),
        hexadecimalDigit(bytes[position + 2]) != nil
      {
        base = 16
        position += 2
      }
    }
    let start = position
    while position < bytes.count, let digit = hexadecimalDigit(bytes[position]), digit < base {
      add(UInt64(digit), base: base)
      position += 1
    }
    if position == start {
      problem = .noNumber
    } else if position < bytes.count, problem == nil {
      problem = .incomplete
    }
  }

  private mutating func add(_ digit: UInt64, base: UInt64) {
    let (product, overflowed) = magnitude.multipliedReportingOverflow(by: base)
    let (sum, overflowedAgain) = product.addingReportingOverflow(digit)
    if overflowed || overflowedAgain || problem == .outOfRange {
      problem = .outOfRange
      magnitude = .max
    } else {
      magnitude = sum
    }
  }

  /// The value for `%d`; the nearest one if it does not fit.
  var signed: (value: Int64, problem: Problem?) {
    if isNegative {
      return magnitude > Int64.min.magnitude
        ? (.min, .outOfRange) : (Int64(truncatingIfNeeded: 0 &- magnitude), problem)
    }
    return magnitude > UInt64(Int64.max) ? (.max, .outOfRange) : (Int64(magnitude), problem)
  }

  /// The value for `%u`: a negative one wraps, as in C.
  var unsigned: (value: UInt64, problem: Problem?) {
    if problem == .outOfRange { return (.max, problem) }
    return (isNegative ? 0 &- magnitude : magnitude, problem)
  }
}

/// Whether `byte` is white space as C's `isspace` has it in the POSIX locale.
func isBlankByte(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
