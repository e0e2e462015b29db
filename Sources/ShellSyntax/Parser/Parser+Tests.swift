import ByteStrings

// `[[ … ]]`, as bash has it.

extension Parser {
  /// Reads the expression after `[[`, which is the current token, and the `]]`.
  mutating func parseTest(at position: SourcePosition) throws(ParseStop) -> ConditionalExpression {
    try open(.test, at: position)
    hasToken = false
    let expression = try parseAnyTest()
    guard isAtTestEnd else { throw unexpected(.testOperator) }
    close()
    hasToken = false
    return expression
  }

  private var isAtTestEnd: Bool { token == .word && wordUnits == [.literal("]]")] }

  /// `a || b`
  private mutating func parseAnyTest() throws(ParseStop) -> ConditionalExpression {
    var parts = [try parseAllTests()]
    while token == .or {
      hasToken = false
      parts.append(try parseAllTests())
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  /// `a && b`
  private mutating func parseAllTests() throws(ParseStop) -> ConditionalExpression {
    var parts = [try parseNegation()]
    while token == .and {
      hasToken = false
      parts.append(try parseNegation())
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func parseNegation() throws(ParseStop) -> ConditionalExpression {
    var isNegated = false
    try skipPlainNewlines()
    while token == .word, keyword == .bang {
      isNegated.toggle()
      hasToken = false
      try skipPlainNewlines()
    }
    let expression = try parsePrimary()
    try skipPlainNewlines()
    return isNegated ? .not(expression) : expression
  }

  private mutating func parsePrimary() throws(ParseStop) -> ConditionalExpression {
    if token == .leftParenthesis {
      try begin(.subshell)
      let expression = try parseAnyTest()
      guard token == .rightParenthesis else { throw unexpected(.closer(open[open.count - 1])) }
      end()
      return expression
    }
    guard token == .word || token == .ioNumber, !isAtTestEnd else { throw unexpected(.testOperand) }
    let first = takeWord()
    let isOperand = try currentToken() == .word && !isAtTestEnd || token == .ioNumber
    if let name = first.plainText, isOperand, Self.isUnaryTest(name) { return .unary(name, takeWord()) }
    guard let name = binaryTest else { return .unary("-n", first) }
    hasToken = false
    if name == "=~" { return .binary(first, name, try readRegularExpression()) }
    let place: WordPlace = name == "=" || name == "==" || name == "!=" ? .testPattern : .anywhere
    guard try currentToken(expecting: place) == .word || token == .ioNumber, !isAtTestEnd else {
      throw unexpected(.testOperand)
    }
    return .binary(first, name, takeWord())
  }

  /// The binary operator that the current token is.
  private var binaryTest: ByteString? {
    switch token {
    case .less: return "<"
    case .greater: return ">"
    case .word:
      guard let name = Word(wordUnits).plainText, Self.binaryTests.contains(name) else { return nil }
      return name
    default: return nil
    }
  }

  private static let binaryTests: Set<ByteString> = [
    "=", "==", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
  ]

  private static func isUnaryTest(_ name: ByteString) -> Bool {
    guard name.count == 2, name[0] == Byte.minus else { return false }
    return ("abcdefghknoprstuvwxzGLNORS" as ByteString).contains(name[1])
  }

  /// Reads the word after `=~`, in which parentheses and `|` are those of the regular expression.
  private mutating func readRegularExpression() throws(ParseStop) -> Word {
    try skipBlanks()
    let position = input.position
    var builder = WordBuilder()
    try readUnits(.regularExpression, into: &builder)
    let word = Word(builder.finish(), position: position)
    if word.plainText?.hasPrefix("]]") == true {
      throw failure(.unexpected(.token("]]"), expected: .testOperand), at: position)
    }
    _ = try currentToken()
    if word.units.isEmpty { throw unexpected(.testOperand) }
    return word
  }
}
