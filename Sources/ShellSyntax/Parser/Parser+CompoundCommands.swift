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
    case .for: command = try parseForLoop(.for, at: position)
    case .select: command = try parseForLoop(.select, at: position)
    case .case: command = .caseClause(try parseCaseClause(at: position))
    case .doubleLeftBracket: command = .test(try parseTest(at: position))
    case .function: return .function(try parseFunctionKeyword(at: position))
    case .coproc: return .compound(.coprocess(try parseCoprocess()), [], position)
    case .then, .else, .elif, .fi, .do, .done, .esac, .in, .rightBrace, .bang: throw unexpected(.command)
    }
    return .compound(command, try parseRedirections(), position)
  }

  /// Reads the command behind `coproc`, which is the current token, and the name in front of that.
  private mutating func parseCoprocess() throws(ParseStop) -> Coprocess {
    hasToken = false
    guard try commandToken() == .word, keyword == nil else {
      if keyword == .function || keyword == .coproc { throw unexpected(.command) }
      return Coprocess(try parseCommand())
    }
    let command = try parseSimpleCommand(mayBeNameOfCoprocess: true)
    guard case .simple(let simple) = command, simple.isOneWord, beginsCompoundCommand else { return Coprocess(command) }
    return Coprocess(name: simple.words[0], try parseCommand())
  }

  /// Reads what begins with the `(` that is the current token, and the redirections after it: `((expression))` or
  /// `( list )`.
  mutating func parseParenthesized() throws(ParseStop) -> Command {
    let position = tokenPosition
    let command: CompoundCommand
    if !isPosix, input.peek() == Byte.leftParenthesis {
      command = try readArithmetic(reporting: .other) { (parser) throws(ParseStop) in
        try parser.readArithmeticCommand(at: position).map { .arithmetic($0) }
      } or: { (parser) throws(ParseStop) in
        (parser.token, parser.tokenPosition, parser.hasToken) = (.leftParenthesis, position, true)
        return try parser.parseSubshell()
      }
    } else {
      command = try parseSubshell()
    }
    return .compound(command, try parseRedirections(), position)
  }

  /// Reads the text of `((…))` behind the first parenthesis, which is the current token; `nil` where it turns out to be
  /// two subshells.
  private mutating func readArithmeticCommand(at position: SourcePosition) throws(ParseStop) -> Word? {
    hasToken = false
    let word = try readArithmeticText(.arithmeticCommand, at: position)
    hasToken = false
    return word
  }

  private mutating func parseSubshell() throws(ParseStop) -> CompoundCommand {
    try begin(.subshell)
    let list = try parseCompoundList()
    guard token == .rightParenthesis else { throw unexpected(.closer(open[open.count - 1])) }
    end()
    return .subshell(list)
  }

  private mutating func parseRedirections() throws(ParseStop) -> [Redirection] {
    var redirections: [Redirection] = []
    while try currentToken() != .word, try parseRedirection(into: &redirections) {}
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

  private mutating func parseForLoop(
    _ kind: ForLoop.Kind, at position: SourcePosition
  ) throws(ParseStop) -> CompoundCommand {
    try begin(kind == .for ? .forLoop : .selectLoop)
    if try currentToken() == .leftParenthesis, kind == .for, input.peek() == Byte.leftParenthesis {
      if isPosix { throw notInLanguage(.arithmeticFor, at: position) }
      return .arithmeticFor(try parseArithmeticFor())
    }
    guard token == .word, let name = Word(wordUnits).plainText, name.isName else { throw unexpected(.variableName) }
    let namePosition = tokenPosition
    var words: [Word]?
    hasToken = false
    if try commandToken() == .semicolon {
      hasToken = false
      try skipNewlines()
    } else {
      try skipNewlines()
      if token == .word, keyword == .in { words = try parseForWords() }
    }
    let body = try parseLoopBody()
    return .forLoop(ForLoop(kind, name: name, words: words, body: body, position: namePosition))
  }

  /// Reads `((initial; condition; update))` and the body of the loop.
  private mutating func parseArithmeticFor() throws(ParseStop) -> ArithmeticFor {
    let position = tokenPosition
    guard let word = try readArithmeticCommand(at: position) else { throw unexpected(.arithmeticFor) }
    let parts = word.split(at: Byte.semicolon)
    guard parts.count == 3 else { throw failure(.unexpected(.token("(("), expected: .arithmeticFor), at: position) }
    if try commandToken() == .semicolon { hasToken = false }
    try skipNewlines()
    return ArithmeticFor(
      initial: parts[0], condition: parts[1], update: parts[2], body: try parseLoopBody(), position: position)
  }

  /// Reads the body of a `for`, and closes that: between `do` and `done` or, as bash has it, braces.
  private mutating func parseLoopBody() throws(ParseStop) -> List {
    if !isPosix, token == .word, keyword == .leftBrace {
      hasToken = false
      let body = try parseCompoundList()
      try expect(.rightBrace)
      end()
      return body
    }
    let body = try parseDoGroup()
    end()
    return body
  }

  /// Reads the words after `in`, and the `;` or newline that ends them.
  private mutating func parseForWords() throws(ParseStop) -> [Word] {
    hasToken = false
    var words: [Word] = []
    while try currentToken() == .word { words.append(takeWord()) }
    guard token == .semicolon || token == .newline else { throw unexpected(.keyword("do", of: open[open.count - 1])) }
    hasToken = false
    try skipNewlines()
    return words
  }

  /// Passes newlines where no command may follow.
  mutating func skipPlainNewlines() throws(ParseStop) {
    while try currentToken() == .newline { hasToken = false }
  }

  // MARK: - case

  private mutating func parseCaseClause(at position: SourcePosition) throws(ParseStop) -> CaseClause {
    try begin(.caseClause)
    guard try currentToken() == .word else { throw unexpected(.caseWord) }
    let word = takeWord()
    try skipNewlines()
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
    var terminator = CaseItem.Terminator.break
    switch token {
    case .doubleSemicolon, .semicolonAmpersand, .doubleSemicolonAmpersand:
      if token == .semicolonAmpersand { terminator = .fallThrough }
      if token == .doubleSemicolonAmpersand { terminator = .nextMatch }
      if token == .doubleSemicolon, input.peek() == Byte.ampersand {
        throw notInLanguage(.caseContinuation, at: tokenPosition)
      }
      hasToken = false
      try skipPlainNewlines()
    case .word where keyword == .esac: break
    default: throw unexpected(.keyword("esac", of: open[open.count - 1]))
    }
    return CaseItem(patterns: patterns, body: body, terminator: terminator)
  }

  // MARK: - Reserved words

  /// Opens the construct that the current token begins, and consumes it.
  mutating func begin(_ construct: Construct) throws(ParseStop) {
    try open(construct, at: tokenPosition)
    hasToken = false
  }

  /// Consumes the token that closes the innermost construct.
  mutating func end() {
    close()
    hasToken = false
  }

  /// Stops unless the current token is a reserved word.
  private func expect(_ expected: Keyword) throws(ParseStop) {
    if token == .word, keyword == expected { return }
    throw unexpected(.keyword(expected.text, of: open[open.count - 1]))
  }
}
