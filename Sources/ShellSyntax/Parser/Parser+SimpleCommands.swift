import ByteStrings

// Simple commands, their redirections, and function definitions (POSIX.1-2024, 2.9.1, 2.7 and 2.9.5).

extension Parser {
  /// Reads a simple command, or a function definition, which begins like one.
  mutating func parseSimpleCommand() throws(ParseStop) -> Command {
    var command = SimpleCommand(words: [], position: tokenPosition)
    while true {
      switch try currentToken() {
      case .word:
        if command.words.isEmpty {
          if let assignment = takeAssignment() {
            command.assignments.append(assignment)
            continue
          }
          if try substituteAlias() { continue }
        } else if followsAliasBlank, try substituteAlias() {
          continue
        }
        if command.words.isEmpty { command.words.reserveCapacity(4) }
        command.words.append(takeWord())
      case .leftParenthesis:
        return .function(try parseFunctionDefinition(after: command))
      default:
        guard let redirection = try parseRedirection() else {
          if let foreign = foreignConstruct(in: command) { throw notInLanguage(foreign, at: command.position) }
          return .simple(command)
        }
        command.redirections.append(redirection)
      }
    }
  }

  /// Hands over the current word as an assignment, and consumes it; `nil` if it is none.
  private mutating func takeAssignment() -> Assignment? {
    guard case .literal(let text)? = wordUnits.first, let equals = text.lengthOfAssignedName else { return nil }
    var value = takeWord()
    let position = value.position
    let rest = text.dropping(first: equals + 1)
    if rest.isEmpty { value.units.removeFirst() } else { value.units[0] = .literal(rest) }
    value.position.column += Int32(truncatingIfNeeded: equals + 1)
    return Assignment(name: text.subrange(0..<equals), value: value, position: position)
  }

  // MARK: - Redirections

  /// Reads a redirection; `nil` if the current token begins none.
  mutating func parseRedirection() throws(ParseStop) -> Redirection? {
    let position = tokenPosition
    var descriptor: Int?
    if try currentToken() == .ioNumber {
      descriptor = takeWord().plainText?.decimalValue
      _ = try currentToken()
    }
    guard let simple = Self.redirectionOperator(token) else { return nil }
    let written = token
    let isHereDocument = written == .doubleLess || written == .doubleLessDash
    guard try nextToken() == .word || token == .ioNumber else {
      throw badTarget(of: written, isHereDocument: isHereDocument)
    }
    if isHereDocument, Word(wordUnits).textAfterQuoteRemoval.contains(Byte.newline) {
      // No line can be the delimiter.
      throw unexpected(.hereDocumentDelimiter)
    }
    let target = takeWord()
    guard isHereDocument else { return Redirection(descriptor: descriptor, simple, target, position: position) }
    let document = beginHereDocument(target, stripsTabs: written == .doubleLessDash)
    return Redirection(descriptor: descriptor, document, target, position: position)
  }

  /// The operator of a token; a here-document's place is held by `.input`.
  private static func redirectionOperator(_ token: Token) -> RedirectionOperator? {
    switch token {
    case .less, .doubleLess, .doubleLessDash: .input
    case .greater: .output
    case .doubleGreater: .append
    case .clobber: .clobber
    case .lessGreater: .readWrite
    case .lessAmpersand: .duplicateInput
    case .greaterAmpersand: .duplicateOutput
    default: nil
    }
  }

  /// What to throw where no word follows a redirection operator.
  private mutating func badTarget(of written: Token, isHereDocument: Bool) -> ParseStop {
    if written == .doubleLess, token == .less { return notInLanguage(.hereString, at: tokenPosition) }
    let opensSubstitution =
      token == .leftParenthesis
      || (token == .less || token == .greater) && input.peek() == Byte.leftParenthesis
    if written == .less || written == .greater, opensSubstitution {
      return notInLanguage(.processSubstitution, at: tokenPosition)
    }
    return unexpected(isHereDocument ? .hereDocumentDelimiter : .fileName)
  }

  // MARK: - Functions

  /// Reads `() compound-command` after what must be a name.
  private mutating func parseFunctionDefinition(after command: SimpleCommand) throws(ParseStop) -> FunctionDefinition {
    let name = try functionName(of: command)
    guard try nextToken() == .rightParenthesis else { throw unexpected(.functionParentheses) }
    hasToken = false
    while try currentToken() == .newline { hasToken = false }
    let body: Command
    if token == .leftParenthesis {
      body = try parseSubshell()
    } else if token == .word, let keyword, keyword != .bang, !keyword.endsList {
      body = try parseCompoundCommand(keyword)
    } else {
      throw unexpected(.functionBody(name))
    }
    return FunctionDefinition(name: name, body: body, position: command.position)
  }

  /// The name of the function that is defined where `(` follows a command.
  private func functionName(of command: SimpleCommand) throws(ParseStop) -> ByteString {
    if command.words.isEmpty, let last = command.assignments.last, last.value.units.isEmpty {
      throw notInLanguage(.array, at: last.position)
    }
    if keywordFunctionName(of: command) != nil { throw notInLanguage(.functionKeyword, at: command.position) }
    guard command.words.count == 1, command.assignments.isEmpty, command.redirections.isEmpty,
      let name = command.words[0].plainText
    else { throw unexpected(.endOfCommand) }
    return name
  }

  /// `f` in `function f {` and `function f ()`, which other shells have; `nil` for any other command.
  private func keywordFunctionName(of command: SimpleCommand) -> ByteString? {
    guard command.words.count >= 2, command.words[0].plainText == "function", let name = command.words[1].plainText
    else { return nil }
    let isDefinition = command.words.count == 2 || command.words[2].plainText == "{"
    return isDefinition ? name : nil
  }

  /// What other shells take for a compound command and here is a simple one.
  private func foreignConstruct(in command: SimpleCommand) -> SyntaxError.Extension? {
    if keywordFunctionName(of: command) != nil { return .functionKeyword }
    let isSelect =
      command.words.count >= 3 && command.words[0].plainText == "select" && command.words[2].plainText == "in"
    return isSelect ? .select : nil
  }

  func notInLanguage(_ extension: SyntaxError.Extension, at position: SourcePosition) -> ParseStop {
    failure(.notInLanguage(`extension`), at: position)
  }
}

extension ByteString {
  /// How long the name in `name=…` is; `nil` where there is no name and `=`.
  fileprivate var lengthOfAssignedName: Int? {
    withUnsafeBytes { bytes in
      guard bytes[0].isNameStart else { return nil }
      var length = 1
      while length < bytes.count, bytes[length].isNameByte { length += 1 }
      return length < bytes.count && bytes[length] == Byte.equals ? length : nil
    }
  }
}
