import ByteStrings

/// `$1`, `$2`, …: a list whose first elements can be dropped at little cost, as `shift` does.
package struct PositionalParameters: Sendable, ExpressibleByArrayLiteral {
  private var values: [ByteString]
  /// How many of the first values `shift` has dropped.
  private var dropped = 0

  package init(_ values: [ByteString] = []) { self.values = values }

  package init(arrayLiteral values: ByteString...) { self.init(values) }

  package var count: Int { values.count - dropped }

  package var isEmpty: Bool { count == 0 }

  /// `$number`, counted from 1; `nil` where there are fewer.
  package subscript(number: Int) -> ByteString? {
    number >= 1 && number <= count ? values[dropped + number - 1] : nil
  }

  var last: ByteString? { isEmpty ? nil : values[values.count - 1] }

  /// All of them, in order.
  package var all: ArraySlice<ByteString> { values[dropped...] }

  /// Drops the first `count`. Their storage is released when half of the array is unused, so that dropping all
  /// parameters one by one is linear in their number.
  package mutating func removeFirst(_ count: Int) {
    dropped += count
    guard dropped > values.count / 2 else { return }
    values.removeFirst(dropped)
    dropped = 0
  }
}
