import ByteStrings

// Compound commands (POSIX.1-2024, 2.9.4).

extension Parser {
  /// Reads the compound command that the current token, a reserved word, begins, and the redirections after it.
  mutating func parseCompoundCommand(_ keyword: Keyword) throws(ParseStop) -> Command {
    let position = tokenPosition
    let command: CompoundCommand
    switch keyword {
    case .leftBrace: command = try parseGroup(at: position)
    case .if: command = .conditional(try parseIfClause(at: position))
    case .while: command = .loop(try parseWhileLoop(.while, at: position))
    case .until: command = .loop(try parseWhileLoop(.until, at: position))
    case .for: command = .forLoop(try parseForLoop(at: position))
    case .case: command = .caseClause(try parseCaseClause(at: position))
    case .then, .else, .elif, .fi, .do, .done, .esac, .in, .rightBrace, .bang: throw unexpected(.command)
    }
    return .compound(command, try parseRedirections(), position)
  }

  /// Reads `( list )` and the redirections after it.
  mutating func parseSubshell() throws(ParseStop) -> Command {
    let position = tokenPosition
    let isDoubled = input.peek() == Byte.leftParenthesis
    try begin(.subshell)
    let list = try parseCompoundList()
    guard token == .rightParenthesis else { throw unexpected(.closer(open[open.count - 1])) }
    if isDoubled, isOneSubshell(list), lastSubshellEnd == input.offset - 1 {
      throw notInLanguage(.arithmeticCommand, at: position)
    }
    end()
    lastSubshellEnd = input.offset
    return .compound(.subshell(list), try parseRedirections(), position)
  }

  /// Whether a list is a subshell and nothing else: with the parentheses around it `((…))` in other shells.
  private func isOneSubshell(_ list: List) -> Bool {
    guard list.items.count == 1, !list.items[0].isAsynchronous, list.items[0].andOr.rest.isEmpty else { return false }
    let pipeline = list.items[0].andOr.first
    guard pipeline.elements.count == 1, case .compound(.subshell, let redirections, _) = pipeline.elements[0] else {
      return false
    }
    return redirections.isEmpty
  }

  private mutating func parseRedirections() throws(ParseStop) -> [Redirection] {
    var redirections: [Redirection] = []
    while try currentToken() != .word, let redirection = try parseRedirection() { redirections.append(redirection) }
    return redirections
  }

  private mutating func parseGroup(at position: SourcePosition) throws(ParseStop) -> CompoundCommand {
    try begin(.group)
    let list = try parseCompoundList()
    try expect(.rightBrace)
    end()
    return .group(list)
  }

  private mutating func parseIfClause(at position: SourcePosition) throws(ParseStop) -> IfClause {
    try begin(.conditional)
    var branches: [IfClause.Branch] = []
    var alternative: List?
    repeat {
      if !branches.isEmpty { hasToken = false }
      let condition = try parseCompoundList()
      try expect(.then)
      hasToken = false
      branches.append(IfClause.Branch(condition: condition, body: try parseCompoundList()))
    } while token == .word && keyword == .elif
    if token == .word, keyword == .else {
      hasToken = false
      alternative = try parseCompoundList()
    }
    try expect(.fi)
    end()
    return IfClause(branches: branches, alternative: alternative)
  }

  private mutating func parseWhileLoop(
    _ kind: WhileLoop.Kind, at position: SourcePosition
  ) throws(ParseStop) -> WhileLoop {
    try begin(kind == .while ? .whileLoop : .untilLoop)
    let condition = try parseCompoundList()
    let body = try parseDoGroup()
    end()
    return WhileLoop(kind, condition: condition, body: body)
  }

  /// Reads `do list`, up to the `done`, which stays the current token.
  private mutating func parseDoGroup() throws(ParseStop) -> List {
    try expect(.do)
    hasToken = false
    let body = try parseCompoundList()
    try expect(.done)
    return body
  }

  private mutating func parseForLoop(at position: SourcePosition) throws(ParseStop) -> ForLoop {
    try begin(.forLoop)
    guard try currentToken() == .word, let name = Word(wordUnits).plainText, name.isName else {
      throw token == .leftParenthesis && input.peek() == Byte.leftParenthesis
        ? notInLanguage(.arithmeticFor, at: position) : unexpected(.variableName)
    }
    let namePosition = tokenPosition
    var words: [Word]?
    if try nextToken() == .semicolon {
      hasToken = false
      try skipPlainNewlines()
    } else {
      try skipPlainNewlines()
      if token == .word, keyword == .in { words = try parseForWords() }
    }
    let body = try parseDoGroup()
    end()
    return ForLoop(name: name, words: words, body: body, position: namePosition)
  }

  /// Reads the words after `in`, and the `;` or newline that ends them.
  private mutating func parseForWords() throws(ParseStop) -> [Word] {
    hasToken = false
    var words: [Word] = []
    while try currentToken() == .word { words.append(takeWord()) }
    guard token == .semicolon || token == .newline else { throw unexpected(.keyword("do", of: open[open.count - 1])) }
    hasToken = false
    try skipPlainNewlines()
    return words
  }

  /// Passes newlines where no command may follow.
  private mutating func skipPlainNewlines() throws(ParseStop) {
    while try currentToken() == .newline { hasToken = false }
  }

  // MARK: - case

  private mutating func parseCaseClause(at position: SourcePosition) throws(ParseStop) -> CaseClause {
    try begin(.caseClause)
    guard try currentToken() == .word else { throw unexpected(.caseWord) }
    let word = takeWord()
    try skipPlainNewlines()
    try expect(.in)
    hasToken = false
    try skipPlainNewlines()
    var items: [CaseItem] = []
    while token != .word || keyword != .esac {
      items.append(try parseCaseItem())
    }
    end()
    return CaseClause(word, items: items)
  }

  private mutating func parseCaseItem() throws(ParseStop) -> CaseItem {
    if token == .leftParenthesis { try nextToken() }
    var patterns: [Word] = []
    while true {
      guard token == .word else { throw unexpected(.casePattern) }
      patterns.append(takeWord())
      if try currentToken() == .rightParenthesis { break }
      guard token == .pipe else { throw unexpected(.patternEnd) }
      try nextToken()
    }
    hasToken = false
    try skipNewlines()
    let body = isAtListEnd ? nil : try parseList(spanningLines: true)
    let isFallThrough = token == .semicolonAmpersand
    if token == .doubleSemicolon || isFallThrough {
      if !isFallThrough, input.peek() == Byte.ampersand { throw notInLanguage(.caseContinuation, at: tokenPosition) }
      hasToken = false
      try skipPlainNewlines()
    } else if token != .word || keyword != .esac {
      throw unexpected(.keyword("esac", of: open[open.count - 1]))
    }
    return CaseItem(patterns: patterns, body: body, terminator: isFallThrough ? .fallThrough : .break)
  }

  // MARK: - Reserved words

  /// Opens the construct that the current token begins, and consumes it.
  private mutating func begin(_ construct: Construct) throws(ParseStop) {
    try open(construct, at: tokenPosition)
    hasToken = false
  }

  /// Consumes the token that closes the innermost construct.
  private mutating func end() {
    close()
    hasToken = false
  }

  /// Stops unless the current token is a reserved word.
  private func expect(_ expected: Keyword) throws(ParseStop) {
    if token == .word, keyword == expected { return }
    throw unexpected(.keyword(expected.text, of: open[open.count - 1]))
  }
}
