import ByteStrings
import ShellSyntax

/// Brace expansion: `a{b,c}d` is `abd acd`, and `{1..3}` is `1 2 3`. It comes before all other expansions and knows
/// nothing of values; what is quoted, and what the other expansions will replace, takes no part in it.
///
/// Source: the manual of bash 5.2, 3.5.1.
struct BraceExpansion {
  /// A byte that may be special, or a part of the word that is none.
  private enum Piece {
    case byte(UInt8)
    case unit(WordUnit)

    func isByte(_ byte: UInt8) -> Bool { if case .byte(byte) = self { true } else { false } }
  }

  private typealias Pieces = ArraySlice<Piece>

  /// How many words may come of one.
  static let limit = 1_000_000

  /// More words than `limit` would come of it.
  struct TooMany: Error {}

  private let pieces: [Piece]
  /// For each `{` that has one, where its `}` stands.
  private let closers: [Int: Int]

  private init(_ word: Word) {
    var pieces: [Piece] = []
    for unit in word.units {
      if case .literal(let text) = unit { pieces += text.map { .byte($0) } } else { pieces.append(.unit(unit)) }
    }
    var closers: [Int: Int] = [:]
    var open: [Int] = []
    for (index, piece) in pieces.enumerated() {
      if piece.isByte(UInt8(ascii: "{")) { open.append(index) }
      if piece.isByte(UInt8(ascii: "}")), let opener = open.popLast() { closers[opener] = index }
    }
    self.pieces = pieces
    self.closers = closers
  }

  /// The words that come of a word; `nil` where it has no braces that mean something.
  static func expand(_ word: Word) throws(TooMany) -> [Word]? {
    guard word.hasLiteral(UInt8(ascii: "{")) else { return nil }
    let expansion = BraceExpansion(word)
    if expansion.closers.isEmpty { return nil }
    let words = try expansion.expand(expansion.pieces[...])
    if words.count == 1, words[0].count == expansion.pieces.count { return nil }
    return words.map { Word(units(of: $0), position: word.position) }
  }

  private func expand(_ part: Pieces) throws(TooMany) -> [[Piece]] {
    // The results so far, each to be followed by what comes next.
    var results: [[Piece]] = [[]]
    var index = part.startIndex
    while index < part.endIndex {
      if part[index].isByte(UInt8(ascii: "{")), let closer = closers[index], closer < part.endIndex,
        let alternatives = try alternatives(in: part[index + 1..<closer])
      {
        if results.count * alternatives.count > Self.limit { throw TooMany() }
        results = results.flatMap { before in alternatives.map { before + $0 } }
        index = closer + 1
      } else {
        // Long words are counted as many.
        if results.count > 1, results.count * (results[0].count + 1) > 10 * Self.limit { throw TooMany() }
        for place in results.indices { results[place].append(part[index]) }
        index += 1
      }
    }
    return results
  }

  /// What stands between braces: several parts with commas between them, or a sequence; `nil` if it is neither.
  private func alternatives(in content: Pieces) throws(TooMany) -> [[Piece]]? {
    let parts = parts(of: content)
    if parts.count == 1 { return try BraceSequence(Self.text(of: content))?.elements().map { $0.map(Self.piece) } }
    var alternatives: [[Piece]] = []
    for part in parts {
      alternatives += try expand(part)
      if alternatives.count > Self.limit { throw TooMany() }
    }
    return alternatives
  }

  /// The parts between the commas that stand in no inner braces.
  private func parts(of content: Pieces) -> [Pieces] {
    var parts: [Pieces] = []
    var start = content.startIndex
    var index = start
    while index < content.endIndex {
      if content[index].isByte(UInt8(ascii: ",")) {
        parts.append(content[start..<index])
        start = index + 1
      } else if content[index].isByte(UInt8(ascii: "{")), let closer = closers[index], closer < content.endIndex {
        index = closer
      }
      index += 1
    }
    return parts + [content[start...]]
  }

  /// The bytes of a part that has nothing else; empty for any other.
  private static func text(of part: Pieces) -> ByteString {
    var text: [UInt8] = []
    for piece in part {
      guard case .byte(let byte) = piece else { return "" }
      text.append(byte)
    }
    return ByteString(text)
  }

  /// An element of a sequence of letters may be a byte that is special between `Z` and `a`.
  private static func piece(_ byte: UInt8) -> Piece {
    PatternText.isSpecial(byte) && byte != UInt8(ascii: "-") ? .unit(.escaped(ByteString([byte]))) : .byte(byte)
  }

  /// The units of a word. The name of a `$x` goes on in the bytes that have come to stand behind it.
  private static func units(of pieces: [Piece]) -> [WordUnit] {
    var units: [WordUnit] = []
    var literal: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .byte(let byte):
        if literal.isEmpty, byte.isNameByte, let longer = units.last?.withName(endingIn: byte) {
          units[units.count - 1] = longer
        } else {
          literal.append(byte)
        }
      case .unit(let unit):
        if !literal.isEmpty { units.append(.literal(ByteString(literal))) }
        literal = []
        units.append(unit)
      }
    }
    if !literal.isEmpty { units.append(.literal(ByteString(literal))) }
    return units
  }
}

extension Word {
  /// Whether the byte stands in it without quotes.
  func hasLiteral(_ byte: UInt8) -> Bool {
    units.contains { if case .literal(let text) = $0 { text.contains(byte) } else { false } }
  }
}

extension WordUnit {
  /// `$xy` for `$x`; `nil` for what is no variable without braces.
  fileprivate func withName(endingIn byte: UInt8) -> WordUnit? {
    guard case .parameter(var expansion) = self, !expansion.isBraced, case .variable(let name) = expansion.parameter
    else { return nil }
    expansion.parameter = .variable(name + ByteString([byte]))
    return .parameter(expansion)
  }
}

/// `x..y` or `x..y..step` between braces: whole numbers or single letters.
private struct BraceSequence {
  private let first: Int
  private let last: Int
  private let step: Int
  private let isOfLetters: Bool
  /// How many digits and signs each number has at least, filled with zeros.
  private let width: Int

  init?(_ text: ByteString) {
    let parts = Self.parts(of: text)
    guard parts.count == 2 || parts.count == 3 else { return nil }
    let step = parts.count == 3 ? parts[2].decimalValue : 1
    guard let step else { return nil }
    // Its sign says nothing: the sequence leads from the one end to the other.
    self.step = step == 0 ? 1 : step == .min ? .max : abs(step)
    if let first = parts[0].decimalValue, let last = parts[1].decimalValue {
      (self.first, self.last, isOfLetters) = (first, last, false)
      let isPadded = parts[..<2].contains { part in
        let digits = part.drop { $0 == UInt8(ascii: "-") }
        return digits.count > 1 && digits.first == UInt8(ascii: "0")
      }
      width = isPadded ? max(parts[0].count, parts[1].count) : 0
    } else if let first = Self.letter(parts[0]), let last = Self.letter(parts[1]) {
      (self.first, self.last, isOfLetters, width) = (first, last, true, 0)
    } else {
      return nil
    }
  }

  private static func parts(of text: ByteString) -> [ByteString] {
    var parts: [ByteString] = []
    var rest = text
    while let dots = rest.firstOccurrence(of: "..") {
      parts.append(rest.subrange(0..<dots))
      rest = rest.dropping(first: dots + 2)
    }
    return parts + [rest]
  }

  private static func letter(_ text: ByteString) -> Int? {
    guard text.count == 1, (text[0] | 0x20) >= UInt8(ascii: "a"), (text[0] | 0x20) <= UInt8(ascii: "z") else {
      return nil
    }
    return Int(text[0])
  }

  func elements() throws(BraceExpansion.TooMany) -> [[UInt8]] {
    let (distance, overflowed) = max(first, last).subtractingReportingOverflow(min(first, last))
    if overflowed || distance / step >= BraceExpansion.limit { throw BraceExpansion.TooMany() }
    return (0...distance / step).map { index in
      let value = first < last ? first + index * step : first - index * step
      return isOfLetters ? [UInt8(truncatingIfNeeded: value)] : padded(value)
    }
  }

  private func padded(_ value: Int) -> [UInt8] {
    let digits = ByteString(decimal: value).bytes
    if digits.count >= width { return digits }
    let sign = value < 0 ? 1 : 0
    return Array(digits[..<sign]) + Array(repeating: UInt8(ascii: "0"), count: width - digits.count)
      + Array(digits[sign...])
  }
}
