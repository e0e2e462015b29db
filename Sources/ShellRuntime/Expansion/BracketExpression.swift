import ByteStrings

/// A set of characters as a pattern's `[…]` writes it.
///
/// Ranges go by character number, and each character is its own equivalence class, as in the POSIX locale: the same
/// script matches the same files under every locale.
struct BracketExpression: Sendable, Hashable {
  private var isNegated = false
  private var anyCase = false
  /// The members below 64, and those from 64 to 127, as bits.
  private var asciiLow: UInt64 = 0
  private var asciiHigh: UInt64 = 0
  private var ranges: [ClosedRange<UInt32>] = []
  private var classes: CharacterClass = []

  /// Whether the set has that character.
  func contains(_ value: UInt32) -> Bool {
    if anyCase { return LetterCases(of: value).contains(where: hasMember) != isNegated }
    if value < 64 { return (asciiLow >> UInt64(value) & 1 != 0) != isNegated }
    if value < 128 { return (asciiHigh >> UInt64(value - 64) & 1 != 0) != isNegated }
    return isLongMember(value) != isNegated
  }

  private func hasMember(_ value: UInt32) -> Bool {
    if value < 64 { return asciiLow >> UInt64(value) & 1 != 0 }
    return value < 128 ? asciiHigh >> UInt64(value - 64) & 1 != 0 : isLongMember(value)
  }

  private func isLongMember(_ value: UInt32) -> Bool {
    ranges.contains { $0.contains(value) }
      || (!classes.isEmpty && !classes.isDisjoint(with: CharacterClass(of: value)))
  }

  private mutating func insert(_ range: ClosedRange<UInt32>) {
    if range.lowerBound < 128 {
      for value in range.lowerBound...min(127, range.upperBound) { insertASCII(value) }
    }
    if range.upperBound >= 128 { ranges.append(range) }
  }

  private mutating func insert(_ members: CharacterClass) {
    classes.formUnion(members)
    for value in 0..<UInt32(128) where !members.isDisjoint(with: CharacterClass(of: value)) { insertASCII(value) }
  }

  private mutating func insertASCII(_ value: UInt32) {
    if value < 64 { asciiLow |= 1 << UInt64(value) } else { asciiHigh |= 1 << UInt64(value - 64) }
  }
}

// MARK: - Reading

extension BracketExpression {
  /// The set of a letter in any case.
  init(anyCaseOf value: UInt32) {
    anyCase = true
    insert(value...value)
  }

  /// What may stand between the brackets.
  private enum Item {
    case character(UInt32)
    case characterClass(CharacterClass)
    /// A collating symbol or class that does not exist: no member.
    case nothing
  }

  /// Reads the set whose `[` was just read, up to and with its `]`; `nil`, with the reader somewhere behind, if it is
  /// not closed and so is no bracket expression.
  init?(_ reader: inout PatternReader, anyCase: Bool = false) {
    self.anyCase = anyCase
    if let first = reader.peek(), first.isSpecial("!") || first.isSpecial("^") {
      isNegated = true
      _ = reader.next()
    }
    var isFirst = true
    while let character = reader.next() {
      if character.isSpecial("]"), !isFirst { return }
      isFirst = false
      insert(Self.item(beginningWith: character, &reader), &reader)
    }
    return nil
  }

  /// Adds an item, or the range that it begins.
  private mutating func insert(_ item: Item, _ reader: inout PatternReader) {
    switch item {
    case .nothing: break
    case .characterClass(let members): insert(members)
    case .character(let low):
      guard let high = Self.rangeEnd(&reader) else {
        insert(low...low)
        return
      }
      if case .character(let high) = high, low <= high { insert(low...high) }
    }
  }

  /// The end of a range if `-` and an end follow.
  private static func rangeEnd(_ reader: inout PatternReader) -> Item? {
    var ahead = reader
    guard let hyphen = ahead.next(), hyphen.isSpecial("-"), let end = ahead.next(), !end.isSpecial("]") else {
      return nil
    }
    let item = item(beginningWith: end, &ahead)
    reader = ahead
    return item
  }

  private static func item(beginningWith character: PatternReader.Character, _ reader: inout PatternReader) -> Item {
    guard character.isSpecial("[") else { return .character(character.value) }
    if let name = delimitedName(":", &reader) { return classItem(name) }
    if let name = delimitedName(".", &reader) ?? delimitedName("=", &reader) { return collatingItem(name) }
    return .character(character.value)
  }

  /// The name between `mark` and `mark` `]`; `nil` with the reader where it was if there is none.
  private static func delimitedName(_ mark: Unicode.Scalar, _ reader: inout PatternReader) -> [UInt32]? {
    guard let opening = reader.peek(), opening.isSpecial(mark) else { return nil }
    var ahead = reader
    _ = ahead.next()
    var name: [UInt32] = []
    // No name is longer. Without a limit, a sequence of unclosed names would take quadratic time.
    while name.count <= 32, let character = ahead.next() {
      if character.isSpecial(mark), !name.isEmpty, let closing = ahead.peek(), closing.isSpecial("]") {
        _ = ahead.next()
        reader = ahead
        return name
      }
      name.append(character.value)
    }
    return nil
  }

  private static func classItem(_ name: [UInt32]) -> Item {
    let bytes = name.map { UInt8(exactly: $0) ?? 0 }
    return CharacterClass(named: bytes).map { .characterClass($0) } ?? .nothing
  }

  private static func collatingItem(_ name: [UInt32]) -> Item {
    if name.count == 1 { return .character(name[0]) }
    let text = String(String.UnicodeScalarView(name.compactMap { Unicode.Scalar($0) }))
    return collatingSymbols[text].map { .character($0.value) } ?? .nothing
  }

  /// The names of the portable character set's symbols (XBD 6.1), in so far as they are not the character itself.
  private static let collatingSymbols: [String: Unicode.Scalar] = [
    "NUL": "\0", "alert": "\u{7}", "backspace": "\u{8}", "tab": "\t", "newline": "\n", "vertical-tab": "\u{b}",
    "form-feed": "\u{c}", "carriage-return": "\r", "space": " ", "exclamation-mark": "!", "quotation-mark": "\"",
    "number-sign": "#", "dollar-sign": "$", "percent-sign": "%", "ampersand": "&", "apostrophe": "'",
    "left-parenthesis": "(", "right-parenthesis": ")", "asterisk": "*", "plus-sign": "+", "comma": ",", "hyphen": "-",
    "hyphen-minus": "-", "period": ".", "full-stop": ".", "slash": "/", "solidus": "/", "zero": "0", "one": "1",
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "colon": ":", "semicolon": ";", "less-than-sign": "<", "equals-sign": "=", "greater-than-sign": ">",
    "question-mark": "?", "commercial-at": "@", "left-square-bracket": "[", "backslash": "\\",
    "reverse-solidus": "\\", "right-square-bracket": "]", "circumflex": "^", "circumflex-accent": "^",
    "underscore": "_", "low-line": "_", "grave-accent": "`", "left-brace": "{", "left-curly-bracket": "{",
    "vertical-line": "|", "right-brace": "}", "right-curly-bracket": "}", "tilde": "~", "DEL": "\u{7f}",
  ]
}
