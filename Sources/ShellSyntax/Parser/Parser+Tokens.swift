import ByteStrings

// Token recognition (POSIX.1-2024, 2.3). Tokens are read one at a time and only when they are asked for: whether a
// word is an alias or a reserved word is known from what came before it.

extension Parser {
  /// The next token, which stays the next one until `hasToken` is cleared.
  mutating func currentToken() throws(ParseStop) -> Token {
    if !hasToken { try readToken() }
    return token
  }

  /// Consumes the current token, and returns the one after it.
  @discardableResult mutating func nextToken() throws(ParseStop) -> Token {
    hasToken = false
    return try currentToken()
  }

  /// The next token where a command may begin: an alias is replaced by its text.
  mutating func commandToken() throws(ParseStop) -> Token {
    while try currentToken() == .word, keyword == nil, try substituteAlias() {}
    return token
  }

  /// Replaces the current word by the text of the alias that it names; `false` if it names none.
  mutating func substituteAlias() throws(ParseStop) -> Bool {
    if aliases.isEmpty { return false }
    guard wordUnits.count == 1, case .literal(let name) = wordUnits[0], let text = aliases[name],
      !input.isReading(alias: name)
    else { return false }
    input.enterAlias(name, text: text, at: tokenPosition)
    hasToken = false
    return true
  }

  /// Hands over the current word, and consumes it.
  mutating func takeWord() -> Word {
    let word = Word(wordUnits, position: tokenPosition)
    wordUnits = []
    hasToken = false
    return word
  }

  /// The current token as it is written, for messages.
  var tokenText: ByteString {
    switch token {
    case .word, .ioNumber: SyntaxPrinter.text(of: Word(wordUnits))
    default: token.text
    }
  }

  private mutating func readToken() throws(ParseStop) {
    keyword = nil
    try skipBlanks()
    tokenPosition = input.position
    let byte = input.bytes[input.index]
    switch byte {
    case 0:
      if input.isAtNul { throw failure(.nulByte, at: tokenPosition) }
      token = .endOfInput
    case Byte.newline:
      input.skipNewline()
      if !pendingHereDocuments.isEmpty { try readPendingHereDocuments() }
      token = .newline
    case Byte.semicolon, Byte.ampersand, Byte.verticalLine, Byte.leftParenthesis, Byte.rightParenthesis, Byte.less,
      Byte.greater:
      input.index += 1
      token = readOperator(byte)
    default:
      try readWord()
    }
    hasToken = true
  }

  /// Passes blanks, line continuations, the ends of aliases, and a comment.
  private mutating func skipBlanks() throws(ParseStop) {
    followsAliasBlank = false
    while true {
      switch input.bytes[input.index] {
      case Byte.space, Byte.tab: input.index += 1
      case Byte.numberSign:
        skipComment()
        return
      case Byte.backslash:
        let index = input.index
        _ = input.peek()
        if input.index == index { return }
      case 0:
        guard input.isInAlias, !input.isAtNul else { return }
        if input.leaveAlias() { followsAliasBlank = true }
      default: return
      }
    }
  }

  /// Passes a comment, up to the newline that ends it. A line continuation has no meaning in it.
  private mutating func skipComment() {
    while true {
      var index = input.index
      while input.bytes[index] != Byte.newline, input.bytes[index] != 0 { index += 1 }
      input.index = index
      guard input.bytes[index] == 0, input.isInAlias, !input.isAtNul else { return }
      input.leaveAlias()
    }
  }

  /// The longest operator that begins with `first`, which has been read.
  private mutating func readOperator(_ first: UInt8) -> Token {
    switch first {
    case Byte.ampersand: skip(Byte.ampersand) ? .and : .ampersand
    case Byte.verticalLine: skip(Byte.verticalLine) ? .or : .pipe
    case Byte.semicolon:
      skip(Byte.semicolon) ? .doubleSemicolon : skip(Byte.ampersand) ? .semicolonAmpersand : .semicolon
    case Byte.leftParenthesis: .leftParenthesis
    case Byte.rightParenthesis: .rightParenthesis
    case Byte.less:
      if skip(Byte.less) {
        skip(Byte.minus) ? .doubleLessDash : .doubleLess
      } else {
        skip(Byte.ampersand) ? .lessAmpersand : skip(Byte.greater) ? .lessGreater : .less
      }
    default:
      skip(Byte.greater)
        ? .doubleGreater : skip(Byte.ampersand) ? .greaterAmpersand : skip(Byte.verticalLine) ? .clobber : .greater
    }
  }

  /// Passes `byte` if it is the next one.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard input.peek() == byte else { return false }
    input.index += 1
    return true
  }

  /// Reads a word, or the number in front of a redirection operator.
  private mutating func readWord() throws(ParseStop) {
    let position = tokenPosition
    let followsBlank = followsAliasBlank
    var builder = WordBuilder()
    try readUnits(.command, into: &builder)
    wordUnits = builder.finish()
    tokenPosition = position
    followsAliasBlank = followsBlank
    token = .word
    guard wordUnits.count == 1, case .literal(let text) = wordUnits[0] else {
      keyword = nil
      return
    }
    keyword = Keyword(text)
    if text[0].isDigit, let number = text.decimalValue, number <= Int(Int32.max) {
      // A larger number cannot be a descriptor, and stays a word, as in other shells.
      let next = input.peek()
      if next == Byte.less || next == Byte.greater { token = .ioNumber }
    }
  }
}
