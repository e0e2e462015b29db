import ByteStrings

/// Where a word or a part of one stands, which decides what is special in it and what ends it.
enum WordContext {
  /// In a command: ended by a blank, a newline or an operator.
  case command
  /// As `.command`, and `(` after one of `?*+@!` begins a group of patterns.
  case commandWithGroups
  /// In a group of patterns in a command, up to its `)`.
  case patternGroup
  /// Between double quotes.
  case doubleQuotes
  /// The word of `${x-word}` outside double quotes, and every pattern: ended by `}`.
  case braces
  /// The same where `<(` begins no process substitution: patterns within double quotes, and the numbers of
  /// `${x:offset:length}`.
  case plainBraces
  /// The word of `${x-word}` within double quotes or a here-document: ended by `}`.
  case quotedBraces
  /// The pattern of `${x/pattern/word}`: ended by `/` or `}`.
  case replacedPattern
  /// Between `$((` and `))`.
  case arithmetic
  /// Between `$[` and `]`, the old form of that.
  case bracketArithmetic
  /// The body of a here-document, to the end of the text.
  case hereDocument
  /// Between `[` and `]` in `${x[…]}`.
  case `subscript`
  /// After `=~`: ended by a blank or a newline that stands in no parentheses, or by the `)` of what is around it.
  case regularExpression

  /// Whether blanks and operators end it.
  @inline(__always) var isCommand: Bool { self == .command || self == .commandWithGroups }

  /// Whether `]` ends it, but for one that closes a `[` in it.
  @inline(__always) var isInBrackets: Bool { self == .subscript || self == .bracketArithmetic }

  /// Whether literals are quoted text: single quotes and most backslashes stand for themselves.
  var isQuoted: Bool {
    switch self {
    case .command, .commandWithGroups, .patternGroup, .braces, .plainBraces, .subscript, .regularExpression,
      .replacedPattern:
      false
    case .doubleQuotes, .quotedBraces, .arithmetic, .bracketArithmetic, .hereDocument: true
    }
  }

  /// Whether `<(` and `>(` begin process substitutions.
  @inline(__always) var hasProcessSubstitutions: Bool {
    switch self {
    case .command, .commandWithGroups, .patternGroup, .braces: true
    default: false
    }
  }

  /// Whether `"` begins a quoted part.
  var hasDoubleQuotes: Bool { self != .doubleQuotes && self != .hereDocument }

  /// The context of the word of `${x-word}` in this one.
  var ofDefaultWord: WordContext { isQuoted ? .quotedBraces : .braces }

  /// The context of a pattern, or of what it is replaced by, in this one.
  var ofPattern: WordContext { isQuoted ? .plainBraces : .braces }

  /// Whether a run of literal bytes ends at `byte`. It always does at a NUL, a newline, a backslash, `$`, a double
  /// quote and a backquote.
  @inline(__always) func stops(at byte: UInt8) -> Bool {
    switch byte {
    case 0, Byte.newline, Byte.backslash, Byte.dollar, Byte.doubleQuote, Byte.backquote: true
    case Byte.singleQuote: !isQuoted
    case Byte.space, Byte.tab: isCommand || self == .regularExpression
    case Byte.ampersand, Byte.semicolon, Byte.verticalLine: isCommand
    case Byte.less, Byte.greater: hasProcessSubstitutions
    case Byte.leftParenthesis, Byte.rightParenthesis:
      isCommand || self == .arithmetic || self == .bracketArithmetic || self == .regularExpression
        || self == .patternGroup
    case Byte.rightBrace: self == .braces || self == .quotedBraces || self == .replacedPattern || self == .plainBraces
    case Byte.slash: self == .replacedPattern
    case Byte.leftBracket, Byte.rightBracket: isInBrackets
    default: false
    }
  }

  /// Whether a backslash quotes `byte`.
  func isEscapable(_ byte: UInt8) -> Bool {
    switch byte {
    case Byte.dollar, Byte.backquote, Byte.backslash: true
    case Byte.doubleQuote: self != .hereDocument
    case Byte.rightBrace: !isQuoted || self == .quotedBraces
    default: !isQuoted
    }
  }
}

/// Collects the units of a word, so that neighbours of one kind become one unit.
struct WordBuilder {
  private var units: [WordUnit] = []
  private var literal = ByteString()
  private var escaped = ByteString()

  mutating func append(literal text: ByteString) {
    flushEscaped()
    literal.append(text)
  }

  mutating func append(literal byte: UInt8) {
    flushEscaped()
    literal.append(byte)
  }

  mutating func append(escaped byte: UInt8) {
    flushLiteral()
    escaped.append(byte)
  }

  mutating func append(_ unit: WordUnit) {
    flushLiteral()
    flushEscaped()
    units.append(unit)
  }

  /// Adds units that were built before.
  mutating func append(units more: [WordUnit]) {
    for unit in more {
      switch unit {
      case .literal(let text): append(literal: text)
      case .escaped(let text): for byte in text { append(escaped: byte) }
      default: append(unit)
      }
    }
  }

  /// Whether the last byte is an unquoted one of `?*+@!`.
  var endsInGroupOperator: Bool {
    switch literal.last {
    case Byte.questionMark, Byte.asterisk, Byte.plus, Byte.at, Byte.exclamationMark: true
    default: false
    }
  }

  mutating func finish() -> [WordUnit] {
    if units.isEmpty, escaped.isEmpty { return literal.isEmpty ? [] : [.literal(literal)] }
    flushLiteral()
    flushEscaped()
    return units
  }

  private mutating func flushLiteral() {
    if literal.isEmpty { return }
    units.append(.literal(literal))
    literal = ByteString()
  }

  private mutating func flushEscaped() {
    if escaped.isEmpty { return }
    units.append(.escaped(escaped))
    escaped = ByteString()
  }
}
