// ByteStrings: a string of bytes with byte equality.
//
// Words, variables, paths and data of the shell are bytes: any byte but NUL, in no particular encoding. Swift's
// `String` repairs invalid UTF-8 and compares by canonical equivalence, so it is for messages to people only.
// Start with `ByteString`; `CharacterDecoder` is the one place that turns bytes into characters.

/// A string of bytes: 15 bytes or fewer stand in the value itself, longer ones in shared, copy-on-write storage.
///
/// 24 bytes wide. A copy of a short string costs no reference count; `subrange` of a long string shares its storage.
@frozen public struct ByteString: Sendable {
  /// The bytes of a long string; `nil` for a short one.
  @usableFromInline var storage: [UInt8]?
  /// Short: bytes 0 to 7. Long: where the string begins in `storage`.
  @usableFromInline var low: UInt64
  /// Short: bytes 8 to 14, and the count in the highest byte. Long: the count.
  @usableFromInline var high: UInt64

  /// The largest count that needs no storage.
  @usableFromInline static var inlineCapacity: Int { 15 }

  /// An empty string.
  @inlinable public init() {
    storage = nil
    low = 0
    high = 0
  }

  /// A copy of `bytes`.
  @inlinable public init(_ bytes: UnsafeRawBufferPointer) {
    let count = bytes.count
    if count <= Self.inlineCapacity {
      self.init()
      // Each time the last bytes overlap the first ones; from eight on a shift takes away what they have in common.
      if count >= 8 {
        low = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        let last = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
        high = count == 8 ? 0 : last >> UInt64((16 - count) * 8)
      } else if count >= 4 {
        low = UInt64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        let last = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
        low |= UInt64(last) &<< UInt64((count - 4) * 8)
      } else if count > 0 {
        let (middle, last) = (count / 2, count - 1)
        low = UInt64(bytes[0]) | UInt64(bytes[middle]) &<< UInt64(middle * 8) | UInt64(bytes[last]) &<< UInt64(last * 8)
      }
      high |= UInt64(count) << 56
    } else {
      self.init()
      storage = [UInt8](bytes)
      high = UInt64(bytes.count)
    }
  }

  /// A copy of `bytes`, sharing the array's storage when it is long.
  @inlinable public init(_ bytes: [UInt8]) {
    if bytes.count <= Self.inlineCapacity {
      self = bytes.withUnsafeBytes { ByteString($0) }
    } else {
      self.init()
      storage = bytes
      high = UInt64(bytes.count)
    }
  }

  /// A copy of any sequence of bytes.
  @inlinable public init(_ bytes: some Sequence<UInt8>) {
    self.init([UInt8](bytes))
  }

  /// The UTF-8 bytes of `string`.
  public init(_ string: String) {
    var string = string
    self = string.withUTF8 { ByteString(UnsafeRawBufferPointer($0)) }
  }

  /// `count` times `byte`.
  public init(repeating byte: UInt8, count: Int) {
    self.init([UInt8](repeating: byte, count: count))
  }

  /// The bytes up to the first NUL of a C string.
  public init(cString: UnsafePointer<CChar>) {
    var length = 0
    while cString[length] != 0 { length += 1 }
    self.init(UnsafeRawBufferPointer(start: cString, count: length))
  }

  /// How many bytes the string has.
  @inlinable public var count: Int {
    storage == nil ? Int(truncatingIfNeeded: high >> 56) : Int(truncatingIfNeeded: high)
  }

  @inlinable public var isEmpty: Bool { storage == nil && high >> 56 == 0 }

  /// Calls `body` with the bytes, which must not be used after it returns.
  @inlinable public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if let storage {
      let start = Int(truncatingIfNeeded: low)
      let length = Int(truncatingIfNeeded: high)
      return try storage.withUnsafeBufferPointer { (all) throws(Failure) -> Result in
        try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[start..<start + length])))
      }
    }
    let length = Int(truncatingIfNeeded: high >> 56)
    return try Swift.withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { (all) throws(Failure) -> Result in
      try body(UnsafeRawBufferPointer(rebasing: all[0..<length]))
    }
  }

  /// The bytes from `range`, sharing the storage of a long string.
  @inlinable public func subrange(_ range: Range<Int>) -> ByteString {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a subrange lies within its string")
    if storage != nil, range.count > Self.inlineCapacity {
      var result = self
      result.low += UInt64(range.lowerBound)
      result.high = UInt64(range.count)
      return result
    }
    return withUnsafeBytes { ByteString(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  /// The bytes from `start` to the end.
  @inlinable public func dropping(first start: Int) -> ByteString { subrange(Swift.min(start, count)..<count) }
}

// MARK: - Appending

extension ByteString {
  @inlinable public mutating func append(_ byte: UInt8) {
    if storage == nil {
      let length = Int(truncatingIfNeeded: high >> 56)
      if length < 8 {
        low |= UInt64(byte) << UInt64(length * 8)
        high += 1 << 56
        return
      }
      if length < Self.inlineCapacity {
        high |= UInt64(byte) << UInt64((length - 8) * 8)
        high += 1 << 56
        return
      }
    }
    withStorage { $0.append(byte) }
  }

  @inlinable public mutating func append(_ other: ByteString) {
    if storage == nil, other.storage == nil, appendInline(other) { return }
    if isEmpty {
      self = other
      return
    }
    other.withUnsafeBytes { append(contentsOf: $0) }
  }

  /// Joins two short strings by words; `false` if the result is not short. A shift by 64 bits or more yields 0, and
  /// one by a negative number goes the other way.
  @inlinable mutating func appendInline(_ other: ByteString) -> Bool {
    let length = high >> 56
    let added = other.high >> 56
    if length + added > UInt64(Self.inlineCapacity) { return false }
    let shift = Int(truncatingIfNeeded: length) * 8
    low |= other.low << shift
    high |= (other.high & 0x00ff_ffff_ffff_ffff) << shift | other.low >> (64 - shift)
    high += added << 56
    return true
  }

  @inlinable public mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
    if bytes.isEmpty { return }
    if storage == nil, bytes.count <= Self.inlineCapacity, appendInline(ByteString(bytes)) { return }
    withStorage { $0.append(contentsOf: bytes) }
  }

  @inlinable public mutating func append(contentsOf bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte) }
  }

  /// Removes all bytes, and keeps no storage.
  @inlinable public mutating func removeAll() { self = ByteString() }

  /// Lends the string's bytes as an array of its own, and takes it back as a long string.
  @inlinable mutating func withStorage(_ body: (inout [UInt8]) -> Void) {
    var bytes: [UInt8]
    if storage != nil {
      let start = Int(truncatingIfNeeded: low)
      let length = Int(truncatingIfNeeded: high)
      bytes = storage.take()!
      if start != 0 { bytes.removeFirst(start) }
      if bytes.count > length { bytes.removeLast(bytes.count - length) }
    } else {
      bytes = []
      bytes.reserveCapacity(64)
      withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    body(&bytes)
    low = 0
    high = UInt64(bytes.count)
    storage = bytes
  }

  @inlinable public static func + (left: ByteString, right: ByteString) -> ByteString {
    var result = left
    result.append(right)
    return result
  }

  @inlinable public static func += (left: inout ByteString, right: ByteString) { left.append(right) }
}

// MARK: - Collection

extension ByteString: RandomAccessCollection {
  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  @inlinable public subscript(position: Int) -> UInt8 {
    precondition(position >= 0 && position < count, "a position lies within its string")
    if let storage { return storage[Int(truncatingIfNeeded: low) + position] }
    return position < 8
      ? UInt8(truncatingIfNeeded: low >> UInt64(position * 8))
      : UInt8(truncatingIfNeeded: high >> UInt64((position - 8) * 8))
  }

  /// As for every collection, but the bytes are read where they stand.
  @inlinable public func firstIndex(of byte: UInt8) -> Int? { withUnsafeBytes { $0.firstIndex(of: byte) } }

  @inlinable public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result? {
    try withUnsafeBytes { try $0.withMemoryRebound(to: UInt8.self, body) }
  }
}

// MARK: - Comparing

extension ByteString: Hashable, Comparable {
  @inlinable public static func == (left: ByteString, right: ByteString) -> Bool {
    if left.storage == nil, right.storage == nil { return left.low == right.low && left.high == right.high }
    return left.equalsLong(right)
  }

  @usableFromInline func equalsLong(_ other: ByteString) -> Bool {
    guard count == other.count else { return false }
    return withUnsafeBytes { left in other.withUnsafeBytes { right in left.elementsEqual(right) } }
  }

  /// Hashes the bytes, so that equal strings hash alike however they are stored.
  @inlinable public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(UInt8(0xff))
  }

  /// Compares byte by byte, as `strcmp` does.
  public static func < (left: ByteString, right: ByteString) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { right in left.lexicographicallyPrecedes(right) } }
  }

  @inlinable public func hasPrefix(_ prefix: ByteString) -> Bool {
    prefix.count <= count && withUnsafeBytes { all in prefix.withUnsafeBytes { all.starts(with: $0) } }
  }

  @inlinable public func hasSuffix(_ suffix: ByteString) -> Bool {
    suffix.count <= count && subrange(count - suffix.count..<count) == suffix
  }
}

// MARK: - To and from other types

extension ByteString: ExpressibleByStringLiteral, CustomStringConvertible {
  @inlinable public init(stringLiteral value: StaticString) {
    self.init(UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
  }

  /// The bytes as text for people: invalid UTF-8 is repaired.
  public var description: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

  /// The bytes as an array.
  public var bytes: [UInt8] { [UInt8](self) }

  /// Calls `body` with the bytes and a closing NUL, as the C library wants them.
  public func withCString<Result, Failure: Error>(
    _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if storage == nil {
      // Fifteen bytes and the count's byte, which becomes the NUL.
      let words = (low.littleEndian, (high & 0x00ff_ffff_ffff_ffff).littleEndian)
      return try Swift.withUnsafeBytes(of: words) { (all) throws(Failure) -> Result in
        try body(all.baseAddress!.assumingMemoryBound(to: CChar.self))
      }
    }
    var terminated = bytes
    terminated.append(0)
    return try terminated.withUnsafeBufferPointer { (all) throws(Failure) -> Result in
      try body(UnsafeRawPointer(all.baseAddress!).assumingMemoryBound(to: CChar.self))
    }
  }
}

// MARK: - Numbers

extension ByteString {
  /// The decimal digits of `number`, with a sign if it is negative. Allocates nothing for up to 15 of them.
  public init(decimal number: Int) {
    self.init()
    if number >= 0, number < 100_000_000 {
      // Eight digits fit into one word.
      var rest = UInt32(truncatingIfNeeded: number)
      repeat {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        low = low << 8 | UInt64(digit) + UInt64(UInt8(ascii: "0"))
        high += 1 << 56
        rest = quotient
      } while rest > 0
      return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var magnitude = number.magnitude
      var position = digits.count
      while magnitude > 0 {
        let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
        position -= 1
        digits[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder)
        magnitude = quotient
      }
      if number < 0 {
        position -= 1
        digits[position] = UInt8(ascii: "-")
      }
      self = ByteString(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[position...]))
    }
  }

  /// The number that the whole string spells in decimal with an optional sign; `nil` if it spells none or one
  /// that does not fit.
  @inlinable public var decimalValue: Int? {
    let length = Int(truncatingIfNeeded: high >> 56)
    if storage == nil, length > 0, length <= 8 {
      var rest = low
      var value = 0
      for _ in 0..<length {
        let digit = Int(truncatingIfNeeded: rest & 0xff) &- Int(UInt8(ascii: "0"))
        guard digit >= 0, digit <= 9 else { return slowDecimalValue }
        value = value &* 10 &+ digit
        rest >>= 8
      }
      return value
    }
    return slowDecimalValue
  }

  @usableFromInline var slowDecimalValue: Int? {
    withUnsafeBytes { bytes in
      guard let first = bytes.first else { return nil }
      let isNegative = first == UInt8(ascii: "-")
      let digits = isNegative || first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
      if digits.isEmpty { return nil }
      var value = 0
      for byte in digits {
        let digit = Int(byte) - Int(UInt8(ascii: "0"))
        guard digit >= 0, digit <= 9 else { return nil }
        let (product, overflowedProduct) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflowedSum) =
          isNegative
          ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
        if overflowedProduct || overflowedSum { return nil }
        value = sum
      }
      return value
    }
  }
}
