import ByteStrings
import Glibc

/// Floating-point numbers from and to text as the C library does it, with a point whatever the locale.
package enum FloatingPointText {
  /// A number at the beginning of a text.
  package struct Parsed: Equatable, Sendable {
    /// The number; infinite, or the nearest to zero, where it is out of range.
    package var value: Double
    /// How many bytes were read, leading blanks included; 0 where there is no number.
    package var count: Int
    /// Whether the text names a number that a `Double` cannot hold.
    package var isOutOfRange: Bool
  }

  /// Reads decimal and hexadecimal numbers, `inf` and `nan`: `strtod`.
  package static func parse(_ text: ByteString) -> Parsed {
    text.withCString { start in
      var end: UnsafeMutablePointer<CChar>?
      errno = 0
      let value = strtod(start, &end)
      let count = end.map { UnsafePointer($0) - start } ?? 0
      return Parsed(value: value, count: count, isOutOfRange: errno == ERANGE && (value.isInfinite || value == 0))
    }
  }

  /// The text of `value` under a conversion of `printf(3)`, one of `aAeEfFgG`.
  ///
  /// - Parameter flags: any of `+ #`, each at most once.
  /// - Parameter precision: `nil` for the conversion's own.
  package static func format(
    _ value: Double, conversion: UInt8, flags: ByteString, precision: Int?
  ) -> ByteString {
    var specification: ByteString = "%"
    specification.append(flags)
    if precision != nil { specification.append(".*") }
    specification.append(conversion)
    let arguments: [any CVarArg] = precision.map { [Int32(clamping: $0), value] } ?? [value]
    return specification.withCString { format in
      let count = withVaList(arguments) { vsnprintf(nil, 0, format, $0) }
      guard count > 0 else { return ByteString() }
      var bytes = [UInt8](repeating: 0, count: Int(count) + 1)
      _ = bytes.withUnsafeMutableBytes { buffer in
        withVaList(arguments) {
          vsnprintf(buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count, format, $0)
        }
      }
      bytes.removeLast()
      return ByteString(bytes)
    }
  }
}
