/// A set of signals, in one word.
package struct SignalSet: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// Signal n is bit n - 1.
  package var rawValue: UInt64

  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }
  @inlinable package init() { rawValue = 0 }

  package init(arrayLiteral signals: SignalNumber...) { self.init(signals) }

  package init(_ signals: some Sequence<SignalNumber>) {
    rawValue = 0
    for signal in signals { insert(signal) }
  }

  /// All 64 signals.
  package static var all: SignalSet { SignalSet(rawValue: ~0) }

  @inlinable package var isEmpty: Bool { rawValue == 0 }
  package var count: Int { rawValue.nonzeroBitCount }

  package func contains(_ signal: SignalNumber) -> Bool { signal.isValid && rawValue & Self.bit(signal) != 0 }
  package mutating func insert(_ signal: SignalNumber) { rawValue |= Self.bit(signal) }
  package mutating func remove(_ signal: SignalNumber) { rawValue &= ~Self.bit(signal) }

  package func union(_ other: SignalSet) -> SignalSet { SignalSet(rawValue: rawValue | other.rawValue) }
  package func intersection(_ other: SignalSet) -> SignalSet { SignalSet(rawValue: rawValue & other.rawValue) }
  package func subtracting(_ other: SignalSet) -> SignalSet { SignalSet(rawValue: rawValue & ~other.rawValue) }

  private static func bit(_ signal: SignalNumber) -> UInt64 {
    precondition(signal.isValid, "a signal's number is between 1 and 64")
    return 1 << UInt64(signal.rawValue - 1)
  }
}

extension SignalSet: Sequence {
  /// The signals in ascending order.
  package struct Iterator: IteratorProtocol {
    var rest: UInt64

    package mutating func next() -> SignalNumber? {
      if rest == 0 { return nil }
      let signal = SignalNumber(Int32(rest.trailingZeroBitCount) + 1)
      rest &= rest - 1
      return signal
    }
  }

  package func makeIterator() -> Iterator { Iterator(rest: rawValue) }
}
