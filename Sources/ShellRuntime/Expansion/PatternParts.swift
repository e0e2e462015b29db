import ByteStrings

/// What a pattern's character stands for.
enum PatternElement: Sendable, Hashable {
  /// `?`
  case anyCharacter
  /// A character that stands for itself.
  case character(UInt32)
  /// `[…]`
  case bracket(BracketExpression)

  /// A character that stands for itself, with `anyCase` in either case.
  init(_ value: UInt32, anyCase: Bool) {
    self =
      anyCase && LetterCases(of: value).hasOther ? .bracket(BracketExpression(anyCaseOf: value)) : .character(value)
  }

  /// Whether the element matches that character.
  func matches(_ value: UInt32) -> Bool {
    switch self {
    case .anyCharacter: true
    case .character(let own): own == value
    case .bracket(let set): set.contains(value)
    }
  }
}

/// The parts of a pattern: elements that match one character each, and the places of `*` between them.
struct PatternParts: Sendable {
  private(set) var elements: [PatternElement] = []
  /// In rising order: `n` for a `*` in front of element `n`, or after the last element.
  private(set) var stars: [Int] = []
  /// The bytes of the elements, if all of them stand for themselves.
  private(set) var literal: ByteString? = ByteString()

  /// Whether an unclosed `[` was found. No later `[` can be closed then either.
  private var isNoBracketClosed = false

  private let anyCase: Bool

  init(_ text: PatternText, _ syntax: PatternSyntax, decoder: CharacterDecoder) {
    anyCase = syntax.contains(.anyCase)
    text.source.withUnsafeBytes { bytes in
      var reader = PatternReader(bytes, decoder: decoder)
      while true {
        let start = reader.position
        guard let character = reader.next() else { break }
        append(character, writtenAt: start, &reader)
      }
    }
  }

  private mutating func append(
    _ character: PatternReader.Character, writtenAt start: Int, _ reader: inout PatternReader
  ) {
    if character.isSpecial("*") {
      if stars.last != elements.count { stars.append(elements.count) }
    } else if character.isSpecial("?") {
      elements.append(.anyCharacter)
      literal = nil
    } else if character.isSpecial("["), let set = bracketExpression(&reader) {
      elements.append(.bracket(set))
      literal = nil
    } else {
      let element = PatternElement(character.value, anyCase: anyCase)
      elements.append(element)
      if case .bracket = element { literal = nil }
      if literal != nil { appendLiteral(reader.bytes[start..<reader.position], isQuoted: character.isQuoted) }
    }
  }

  private mutating func appendLiteral(_ written: Slice<UnsafeRawBufferPointer>, isQuoted: Bool) {
    let own = isQuoted && written.count > 1 ? written.dropFirst() : written
    literal?.append(contentsOf: own)
  }

  /// The bracket expression behind a `[`; without a closing bracket the reader stays and the `[` stands for itself.
  private mutating func bracketExpression(_ reader: inout PatternReader) -> BracketExpression? {
    if isNoBracketClosed { return nil }
    var ahead = reader
    guard let set = BracketExpression(&ahead, anyCase: anyCase) else {
      isNoBracketClosed = !reader.bytes[reader.position...].contains(UInt8(ascii: "]"))
      return nil
    }
    reader = ahead
    return set
  }
}
