import ByteStrings

/// What stands in front of the parenthesis of a group of patterns: how often one of them matches.
enum PatternGroup: Sendable {
  /// `?(…)`
  case zeroOrOne
  /// `*(…)`
  case zeroOrMore
  /// `+(…)`
  case oneOrMore
  /// `@(…)`
  case one
  /// `!(…)`: what none of them matches.
  case none

  init?(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "?"): self = .zeroOrOne
    case UInt8(ascii: "*"): self = .zeroOrMore
    case UInt8(ascii: "+"): self = .oneOrMore
    case UInt8(ascii: "@"): self = .one
    case UInt8(ascii: "!"): self = .none
    default: return nil
    }
  }
}

enum PatternToken: Sendable {
  case element(PatternElement)
  /// `*`
  case anyString
  case open(PatternGroup)
  /// `|` between the patterns of a group.
  case bar
  case close(PatternGroup)
}

/// The tokens of a pattern with groups.
///
/// From a group on that is not closed all bytes stand for themselves. Parentheses within a group that belong to no group
/// stand for themselves in pairs, as in bash, and a `|` between them too.
struct PatternTokens: Sendable {
  private(set) var tokens: [PatternToken] = []
  /// The outermost groups as ranges of the source.
  private(set) var groups: [Range<Int>] = []

  /// What a parenthesis has opened.
  private enum Opening {
    case group(PatternGroup)
    case pair
  }

  private let anyCase: Bool
  private var openings: [Opening] = []
  /// Where the outermost group that is open begins, in the source and among the tokens.
  private var outermost = (source: 0, token: 0)

  init(_ text: PatternText, _ syntax: PatternSyntax, decoder: CharacterDecoder) {
    anyCase = syntax.contains(.anyCase)
    text.source.withUnsafeBytes { bytes in
      var reader = PatternReader(bytes, decoder: decoder)
      while append(&reader) {}
      if openings.isEmpty { return }
      tokens.removeSubrange(outermost.token...)
      reader.position = outermost.source
      while let character = reader.next() { append(character) }
    }
  }

  private mutating func append(_ character: PatternReader.Character) {
    tokens.append(.element(PatternElement(character.value, anyCase: anyCase)))
  }

  /// Adds the next token; `false` at the end, or where a bracket is not closed in a group: the group is not either then.
  private mutating func append(_ reader: inout PatternReader) -> Bool {
    let start = reader.position
    guard let character = reader.next() else { return false }
    if character.isQuoted {
      append(character)
    } else if let group = UInt8(exactly: character.value).flatMap(PatternGroup.init), reader.skip("(") {
      begin(group, at: start)
    } else if character.isSpecial("["), let set = bracketExpression(&reader) {
      tokens.append(.element(.bracket(set)))
    } else if character.isSpecial("["), !openings.isEmpty {
      return false
    } else {
      appendUnquoted(character, endingAt: reader.position)
    }
    return true
  }

  private mutating func appendUnquoted(_ character: PatternReader.Character, endingAt end: Int) {
    switch (Unicode.Scalar(character.value), openings.last) {
    case ("*", _): tokens.append(.anyString)
    case ("?", _): tokens.append(.element(.anyCharacter))
    case ("|", .group): tokens.append(.bar)
    case (")", .group(let group)):
      tokens.append(.close(group))
      openings.removeLast()
      if openings.isEmpty { groups.append(outermost.source..<end) }
    case (")", .pair):
      append(character)
      openings.removeLast()
    case ("(", .some):
      append(character)
      openings.append(.pair)
    default: append(character)
    }
  }

  private mutating func begin(_ group: PatternGroup, at start: Int) {
    if openings.isEmpty { outermost = (start, tokens.count) }
    openings.append(.group(group))
    tokens.append(.open(group))
  }

  private func bracketExpression(_ reader: inout PatternReader) -> BracketExpression? {
    var ahead = reader
    guard let set = BracketExpression(&ahead, anyCase: anyCase) else { return nil }
    reader = ahead
    return set
  }
}

extension PatternText {
  /// Whether there may be a group in it.
  var mayHaveGroups: Bool {
    source.withUnsafeBytes { bytes in
      guard bytes.count > 1 else { return false }
      for index in 1..<bytes.count where bytes[index] == UInt8(ascii: "(") && PatternGroup(bytes[index - 1]) != nil {
        return true
      }
      return false
    }
  }
}
