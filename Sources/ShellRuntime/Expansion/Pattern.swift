import ByteStrings

/// A pattern of the standard's 2.14, compiled once and matched often, in time linear in the string where no `!(…)` is in it.
///
/// Most patterns are literal bytes with `*` at one end or both, and are compared as such. Others run as a set of
/// positions, one bit for each: in one machine word up to 63 characters (`PositionSet`), in several above that
/// (`WidePositionSet`). Those with groups are programs (`PatternProgram`). No pattern takes time exponential in its length.
package struct Pattern: Sendable {
  enum Shape: Sendable {
    /// `*` alone.
    case anything
    /// Bytes without any `*`.
    case literal
    /// `abc*`
    case startsWithLiteral
    /// `*abc`
    case endsWithLiteral
    /// `*abc*`
    case containsLiteral
    indirect case positions(PositionSet)
    indirect case widePositions(WidePositionSet)
    indirect case groups(GroupedPattern)
  }

  let shape: Shape
  /// The bytes of the literal shapes.
  private let bytes: ByteString

  /// Compiles the pattern for characters of the given decoder.
  package init(_ text: PatternText, _ syntax: PatternSyntax = [], decoder: CharacterDecoder = .utf8) {
    if syntax.contains(.groups), text.mayHaveGroups {
      bytes = ByteString()
      shape = .groups(GroupedPattern(PatternTokens(text, syntax, decoder: decoder).tokens, decoder: decoder))
      return
    }
    let parts = PatternParts(text, syntax, decoder: decoder)
    bytes = parts.literal ?? ByteString()
    shape = Self.shape(of: parts, decoder: decoder)
  }

  private static func shape(of parts: PatternParts, decoder: CharacterDecoder) -> Shape {
    let count = parts.elements.count
    // An invalid byte of the literal may be a piece of a character in the string, so bytes would not be enough.
    if let literal = parts.literal, decoder.isValid(literal) {
      switch parts.stars {
      case []: return .literal
      case [0] where count == 0: return .anything
      case [0]: return .endsWithLiteral
      case [count]: return .startsWithLiteral
      case [0, count]: return .containsLiteral
      default: break
      }
    }
    return count <= PositionSet.largestCount
      ? .positions(PositionSet(parts, decoder: decoder))
      : .widePositions(WidePositionSet(parts, decoder: decoder))
  }

  /// The only string that the pattern matches, where there is only one: to be compared by `==`.
  package var literal: ByteString? {
    if case .literal = shape { bytes } else { nil }
  }

  /// Whether the pattern matches the whole string.
  package func matches(_ string: ByteString) -> Bool {
    switch shape {
    case .anything: true
    case .literal: string == bytes
    case .startsWithLiteral: string.hasPrefix(bytes)
    case .endsWithLiteral: string.hasSuffix(bytes)
    case .containsLiteral: string.firstOccurrence(of: bytes) != nil
    case .positions(let positions): string.withUnsafeBytes { positions.matches($0) }
    case .widePositions(let positions): string.withUnsafeBytes { positions.matches($0) }
    case .groups(let pattern): string.withUnsafeBytes { pattern.matches($0) }
    }
  }

  /// Whether `${x/pattern/word}` replaces an empty value that the pattern matches: in bash, where it begins with `*`.
  var mayReplaceNothing: Bool { if case .groups(let pattern) = shape { pattern.beginsWithStar } else { true } }

  /// Whether the pattern has groups, of which one may match a period that begins a name.
  var hasGroups: Bool { if case .groups = shape { true } else { false } }

  /// Whether the pattern matches a name that begins with a period, and a period of the pattern matches that one. A pattern
  /// without groups must begin with it.
  func matches(hiddenName name: ByteString) -> Bool {
    guard case .groups(let pattern) = shape else { return matches(name) }
    return name.withUnsafeBytes { pattern.matches($0, periodIsExplicit: true) }
  }
}

// MARK: - Removing a part

/// The part of a value that a parameter expansion removes.
package enum PatternRemoval: Sendable, Hashable {
  /// `${name#pattern}`
  case smallestPrefix
  /// `${name##pattern}`
  case largestPrefix
  /// `${name%pattern}`
  case smallestSuffix
  /// `${name%%pattern}`
  case largestSuffix
}

/// The shorter or the longer of the parts that match.
enum MatchSize: Sendable {
  case smallest
  case largest
}

extension Pattern {
  /// The string without the prefix or suffix that the pattern matches; the string itself where it matches none.
  package func removing(_ removal: PatternRemoval, from string: ByteString) -> ByteString {
    switch removal {
    case .smallestPrefix: dropPrefix(.smallest, of: string)
    case .largestPrefix: dropPrefix(.largest, of: string)
    case .smallestSuffix: dropSuffix(.smallest, of: string)
    case .largestSuffix: dropSuffix(.largest, of: string)
    }
  }

  private func dropPrefix(_ size: MatchSize, of string: ByteString) -> ByteString {
    guard let end = endOfPrefix(size, in: string), end > 0 else { return string }
    return string.dropping(first: end)
  }

  private func dropSuffix(_ size: MatchSize, of string: ByteString) -> ByteString {
    guard let start = startOfSuffix(size, in: string), start < string.count else { return string }
    return string.subrange(0..<start)
  }

  /// Where the smallest or largest prefix that matches ends.
  func endOfPrefix(_ size: MatchSize, in string: ByteString) -> Int? {
    switch shape {
    case .anything: size == .smallest ? 0 : string.count
    case .literal: string.hasPrefix(bytes) ? bytes.count : nil
    case .startsWithLiteral: string.hasPrefix(bytes) ? (size == .smallest ? bytes.count : string.count) : nil
    case .endsWithLiteral:
      (size == .smallest ? string.firstOccurrence(of: bytes) : string.lastOccurrence(of: bytes))
        .map { $0 + bytes.count }
    case .containsLiteral:
      string.firstOccurrence(of: bytes).map { size == .smallest ? $0 + bytes.count : string.count }
    case .positions(let positions): string.withUnsafeBytes { positions.endOfPrefix(size, in: $0) }
    case .widePositions(let positions): string.withUnsafeBytes { positions.endOfPrefix(size, in: $0) }
    case .groups(let pattern): string.withUnsafeBytes { pattern.endOfPrefix(size, in: $0) }
    }
  }

  /// Where the largest prefix that matches ends.
  func endOfLargestPrefix(in string: UnsafeRawBufferPointer) -> Int? {
    switch shape {
    case .positions(let positions): positions.endOfPrefix(.largest, in: string)
    case .widePositions(let positions): positions.endOfPrefix(.largest, in: string)
    case .groups(let pattern): pattern.endOfPrefix(.largest, in: string)
    case .literal: bytes.withUnsafeBytes { ByteString.begins(string, with: $0) ? $0.count : nil }
    case .anything, .startsWithLiteral, .endsWithLiteral, .containsLiteral:
      endOfPrefix(.largest, in: ByteString(string))
    }
  }

  /// Where the smallest or largest suffix that matches starts.
  func startOfSuffix(_ size: MatchSize, in string: ByteString) -> Int? {
    switch shape {
    case .anything: size == .smallest ? string.count : 0
    case .literal: string.hasSuffix(bytes) ? string.count - bytes.count : nil
    case .endsWithLiteral:
      string.hasSuffix(bytes) ? (size == .smallest ? string.count - bytes.count : 0) : nil
    case .startsWithLiteral:
      size == .smallest ? string.lastOccurrence(of: bytes) : string.firstOccurrence(of: bytes)
    case .containsLiteral: string.lastOccurrence(of: bytes).map { size == .smallest ? $0 : 0 }
    case .positions(let positions): string.withUnsafeBytes { positions.startOfSuffix(size, in: $0) }
    case .widePositions(let positions): string.withUnsafeBytes { positions.startOfSuffix(size, in: $0) }
    case .groups(let pattern): string.withUnsafeBytes { pattern.startOfSuffix(size, in: $0) }
    }
  }
}

// MARK: - Finding bytes

extension ByteString {
  /// Where `needle` first occurs.
  package func firstOccurrence(of needle: ByteString) -> Int? {
    if needle.count > count { return nil }
    return withUnsafeBytes { all in
      needle.withUnsafeBytes { needle in
        (0...all.count - needle.count).first { Self.occurs(needle, in: all, at: $0) }
      }
    }
  }

  /// Where `needle` last occurs.
  func lastOccurrence(of needle: ByteString) -> Int? {
    if needle.count > count { return nil }
    return withUnsafeBytes { all in
      needle.withUnsafeBytes { needle in
        (0...all.count - needle.count).last { Self.occurs(needle, in: all, at: $0) }
      }
    }
  }

  static func begins(_ all: UnsafeRawBufferPointer, with needle: UnsafeRawBufferPointer) -> Bool {
    needle.count <= all.count && occurs(needle, in: all, at: 0)
  }

  private static func occurs(_ needle: UnsafeRawBufferPointer, in all: UnsafeRawBufferPointer, at start: Int) -> Bool {
    for offset in 0..<needle.count where all[start + offset] != needle[offset] { return false }
    return true
  }
}
