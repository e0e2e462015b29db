import ByteStrings

// Token recognition (POSIX.1-2024, 2.3). Tokens are read one at a time and only when they are asked for: whether a
// word is an alias or a reserved word is known from what came before it.

extension Parser {
  /// The next token, which stays the next one until `hasToken` is cleared.
  ///
  /// Behind an alias whose text ends in a blank a word is replaced in any place, and what comes of it again, so that
  /// aliases may give the name and the `in` of a `for`, patterns, or the delimiter of a here-document.
  mutating func currentToken(expecting place: WordPlace = .anywhere) throws(ParseStop) -> Token {
    if hasToken { return token }
    try readToken(expecting: place)
    if followsAliasBlank {
      while token == .word, keyword == nil, try substituteAlias() { try readToken(expecting: place) }
    }
    return token
  }

  /// Consumes the current token, and returns the one after it.
  @discardableResult mutating func nextToken() throws(ParseStop) -> Token {
    hasToken = false
    return try currentToken()
  }

  /// The next token where a command may begin: an alias is replaced by its text.
  mutating func commandToken() throws(ParseStop) -> Token {
    while try currentToken(expecting: .assignment) == .word, keyword == nil, try substituteAlias() {}
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

  private mutating func readToken(expecting place: WordPlace) throws(ParseStop) {
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
    case Byte.less, Byte.greater, Byte.semicolon, Byte.ampersand, Byte.verticalLine, Byte.leftParenthesis,
      Byte.rightParenthesis:
      if isAtProcessSubstitution { return try readWordToken(expecting: place) }
      input.index += 1
      token = readOperator(byte)
    default:
      return try readWordToken(expecting: place)
    }
    hasToken = true
  }

  private mutating func readWordToken(expecting place: WordPlace) throws(ParseStop) {
    try readWord(expecting: place)
    hasToken = true
  }

  /// Passes blanks, line continuations, the ends of aliases, and a comment.
  mutating func skipBlanks() throws(ParseStop) {
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

  /// The longest operator that begins with `first`, which has been read. It may begin in the text of an alias and end
  /// behind it.
  private mutating func readOperator(_ first: UInt8) -> Token {
    input.leaveFinishedAliases()
    return switch first {
    case Byte.ampersand:
      if skip(Byte.ampersand) {
        .and
      } else if !isPosix, skip(Byte.greater) {
        skip(Byte.greater) ? .ampersandDoubleGreater : .ampersandGreater
      } else {
        .ampersand
      }
    case Byte.verticalLine: skip(Byte.verticalLine) ? .or : !isPosix && skip(Byte.ampersand) ? .pipeAmpersand : .pipe
    case Byte.semicolon:
      if skip(Byte.semicolon) {
        !isPosix && skip(Byte.ampersand) ? .doubleSemicolonAmpersand : .doubleSemicolon
      } else {
        skip(Byte.ampersand) ? .semicolonAmpersand : .semicolon
      }
    case Byte.leftParenthesis: .leftParenthesis
    case Byte.rightParenthesis: .rightParenthesis
    case Byte.less:
      if skip(Byte.less) {
        skip(Byte.minus) ? .doubleLessDash : !isPosix && skip(Byte.less) ? .tripleLess : .doubleLess
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
  private mutating func readWord(expecting place: WordPlace) throws(ParseStop) {
    let position = tokenPosition
    let followsBlank = followsAliasBlank
    // Set at the end only: a substitution in the word has words of its own.
    let start = isPosix ? nil : try readAssignedSubscript(place)
    var builder = WordBuilder()
    try readUnits(hasPatternGroups || place == .testPattern ? .commandWithGroups : .command, into: &builder)
    let rest = builder.finish()
    if let start {
      var whole = WordBuilder()
      whole.append(literal: start.opening)
      whole.append(units: start.subscript.units)
      whole.append(literal: Byte.rightBracket)
      whole.append(units: rest)
      wordUnits = whole.finish()
      assignedSubscript = AssignedSubscript(start.subscript, rest: rest)
    } else {
      wordUnits = rest
      assignedSubscript = nil
    }
    tokenPosition = position
    followsAliasBlank = followsBlank
    token = .word
    keyword = nil
    if wordUnits.count == 1, case .literal(let text) = wordUnits[0] {
      keyword = Keyword(text)
      if isPosix, keyword?.isExtension == true { keyword = nil }
    }
    if isInFrontOfRedirection, namesDescriptor { token = .ioNumber }
  }

  private var isInFrontOfRedirection: Bool {
    mutating get {
      let next = input.peek()
      return next == Byte.less || next == Byte.greater
    }
  }

  /// Whether the current word is the number of a descriptor, or the variable for it: `{name}` or `{name[subscript]}`.
  private var namesDescriptor: Bool {
    guard case .literal(let text)? = wordUnits.first else { return false }
    // A larger number cannot be a descriptor, and stays a word, as in other shells.
    if text[0].isDigit { return wordUnits.count == 1 && text.decimalValue.map { $0 <= Int(Int32.max) } ?? false }
    return text[0] == Byte.leftBrace && !isPosix && Word(wordUnits).variableInBraces != nil
  }
}

// MARK: - Subscripts in front of an assignment

/// What a word may be at its place, beside a plain word: it may have a subscript or groups in which blanks do not end it.
enum WordPlace {
  case anywhere
  /// `name[subscript]=value`
  case assignment
  /// `[subscript]=value`, in the parentheses of an array.
  case element
  /// The pattern of `[[ … ]]`, in which groups always have a meaning.
  case testPattern
}

/// The subscript of a word such as `name[subscript]=value`. An object, since the parser is copied for each command of an
/// `eval` and nearly always has none.
final class AssignedSubscript: Sendable {
  let `subscript`: Word
  /// What follows the closing bracket.
  let rest: [WordUnit]

  init(_ subscript: Word, rest: [WordUnit]) {
    self.subscript = `subscript`
    self.rest = rest
  }
}

extension Parser {
  /// Reads what begins a word with a subscript and `=`, up to and with the closing bracket; `nil` if there is none.
  private mutating func readAssignedSubscript(
    _ place: WordPlace
  ) throws(ParseStop) -> (opening: ByteString, subscript: Word)? {
    if place == .anywhere || place == .testPattern { return nil }
    var opening = ByteString()
    var index = input.index
    if place == .assignment {
      guard input.bytes[index].isNameStart else { return nil }
      var start = index
      while true {
        while input.bytes[index].isNameByte { index += 1 }
        opening.append(input.slice(start..<index))
        guard isContinuation(at: index) else { break }
        index += 2
        start = index
      }
    }
    guard input.bytes[index] == Byte.leftBracket, hasAssignment(behindBracket: index) else { return nil }
    opening.append(Byte.leftBracket)
    passLines(upTo: index + 1)
    try open(.subscript, at: input.position)
    let word = try readEnclosedWord(.subscript)
    close()
    return (opening, word)
  }

  private func isContinuation(at index: Int) -> Bool {
    input.bytes[index] == Byte.backslash && input.bytes[index + 1] == Byte.newline
  }

  /// Whether the `[` at `index` may be closed in front of `=` or `+=` on its line.
  private func hasAssignment(behindBracket index: Int) -> Bool {
    var index = index + 1
    while true {
      switch input.bytes[index] {
      case 0, Byte.newline: return false
      case Byte.backslash where isContinuation(at: index): index += 1
      case Byte.rightBracket:
        let next = input.bytes[index + 1]
        if next == Byte.equals || next == Byte.plus && input.bytes[index + 2] == Byte.equals { return true }
      default: break
      }
      index += 1
    }
  }
}
