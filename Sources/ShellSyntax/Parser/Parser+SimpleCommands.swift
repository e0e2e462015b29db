import ByteStrings

// Simple commands, their redirections, and function definitions (POSIX.1-2024, 2.9.1, 2.7 and 2.9.5).

extension Parser {
  /// Reads a simple command, or a function definition, which begins like one.
  ///
  /// - Parameter mayBeNameOfCoprocess: Whether a word in front of a compound command is all that is read.
  mutating func parseSimpleCommand(mayBeNameOfCoprocess: Bool = false) throws(ParseStop) -> Command {
    var command = SimpleCommand(words: [], position: tokenPosition)
    while true {
      let token = try currentToken(expecting: command.words.isEmpty ? .assignment : .anywhere)
      if mayBeNameOfCoprocess, command.isOneWord, beginsCompoundCommand { return .simple(command) }
      switch token {
      case .word:
        if command.words.isEmpty {
          if let assignment = try takeAssignment() {
            command.assignments.append(assignment)
            continue
          }
          if try substituteAlias() { continue }
        }
        if let array = try takeArrayOperand(of: command) {
          command.words.append(Word([.literal(array.name)], position: array.position))
          command.arrays.append(array)
          continue
        }
        if command.words.isEmpty { command.words.reserveCapacity(4) }
        command.words.append(takeWord())
      case .leftParenthesis:
        return .function(try parseFunctionDefinition(after: command))
      default:
        if try !parseRedirection(into: &command.redirections) {
          if let foreign = foreignConstruct(in: command) { throw notInLanguage(foreign, at: command.position) }
          return .simple(command)
        }
      }
    }
  }

  /// Whether a compound command begins with the current token.
  var beginsCompoundCommand: Bool {
    token == .leftParenthesis || token == .word && keyword?.beginsCompoundCommand == true
  }

  /// Hands over the current word as an assignment, and consumes it; `nil` if it is none.
  private mutating func takeAssignment() throws(ParseStop) -> Assignment? {
    guard case .literal(let text)? = wordUnits.first, let name = text.lengthOfName else { return nil }
    let position = tokenPosition
    if let assigned = assignedSubscript { return takeAssignment(to: assigned, of: text.subrange(0..<name)) }
    let length = lengthOfAssignmentOperator(in: text, at: name)
    if length == 0 { return nil }
    let isArray =
      !isPosix && wordUnits.count == 1 && text.count == name + length
      && input.bytes[input.index] == Byte.leftParenthesis
    var value = takeWord()
    value.dropFromFirstUnit(name + length)
    value.position.column += Int32(truncatingIfNeeded: name + length)
    return Assignment(
      name: text.subrange(0..<name), isAppending: length == 2, value: value,
      elements: isArray ? try parseArray() : nil, position: position)
  }

  /// The same for an element, behind whose subscript the word's other units are apart.
  private mutating func takeAssignment(to assigned: AssignedSubscript, of name: ByteString) -> Assignment? {
    guard case .literal(let text)? = assigned.rest.first else { return nil }
    let length = lengthOfAssignmentOperator(in: text, at: 0)
    if length == 0 { return nil }
    let position = tokenPosition
    var value = takeWord()
    value.units = assigned.rest
    value.dropFromFirstUnit(length)
    return Assignment(
      name: name, subscript: assigned.subscript, isAppending: length == 2, value: value, position: position)
  }

  /// How many bytes the `=` or `+=` has that stands at `index`; 0 if none does.
  private func lengthOfAssignmentOperator(in text: ByteString, at index: Int) -> Int {
    if index < text.count, text[index] == Byte.equals { return 1 }
    let isAppending =
      !isPosix && index + 1 < text.count && text[index] == Byte.plus && text[index + 1] == Byte.equals
    return isAppending ? 2 : 0
  }

  /// Hands over the current word as an operand of `declare` and the like that assigns an array, and consumes it; `nil`
  /// if it is none.
  private mutating func takeArrayOperand(of command: SimpleCommand) throws(ParseStop) -> Assignment? {
    guard !isPosix, input.bytes[input.index] == Byte.leftParenthesis, case .literal(let text)? = wordUnits.first,
      wordUnits.count == 1, text.last == Byte.equals, let name = command.words.first?.plainText,
      Self.declarations.contains(name)
    else { return nil }
    return try takeAssignment()
  }

  private static let declarations: Set<ByteString> = ["declare", "typeset", "local", "export", "readonly"]

  /// Reads `( word [subscript]=word … )`.
  private mutating func parseArray() throws(ParseStop) -> [ArrayElement] {
    guard try currentToken() == .leftParenthesis else { throw unexpected(.endOfCommand) }
    try begin(.array)
    var elements: [ArrayElement] = []
    while true {
      while try currentToken(expecting: .element) == .newline { hasToken = false }
      if token == .rightParenthesis { break }
      guard token == .word || token == .ioNumber else { throw unexpected(.closer(open[open.count - 1])) }
      elements.append(takeArrayElement())
    }
    end()
    return elements
  }

  private mutating func takeArrayElement() -> ArrayElement {
    guard let assigned = assignedSubscript, case .literal(let text)? = assigned.rest.first,
      case .literal(let first)? = wordUnits.first, first.first == Byte.leftBracket, text.first == Byte.equals
    else { return ArrayElement(value: takeWord()) }
    var value = takeWord()
    value.units = assigned.rest
    value.dropFromFirstUnit(1)
    return ArrayElement(subscript: assigned.subscript, value: value)
  }

  // MARK: - Redirections

  /// Reads a redirection; `false` if the current token begins none.
  mutating func parseRedirection(into redirections: inout [Redirection]) throws(ParseStop) -> Bool {
    let position = tokenPosition
    var descriptor: Int?
    var variable: (name: ByteString, subscript: Word?)?
    if try currentToken() == .ioNumber {
      let word = takeWord()
      descriptor = word.plainText?.decimalValue
      variable = word.variableInBraces
      _ = try currentToken()
    }
    guard let simple = Self.redirectionOperator(token) else { return false }
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
    let namesFile =
      written == .greaterAmpersand && descriptor == nil && variable == nil && !isPosix && target.isStaticFileName
    let operation: RedirectionOperator =
      isHereDocument
      ? beginHereDocument(target, stripsTabs: written == .doubleLessDash) : namesFile ? .output : simple
    var redirection = Redirection(descriptor: descriptor, operation, target, position: position)
    redirection.variable = variable?.name
    redirection.subscript = variable?.subscript
    redirections.append(redirection)
    if written == .ampersandGreater || written == .ampersandDoubleGreater || namesFile {
      redirections.append(.errorsToOutput(at: position))
    }
    return true
  }

  /// The operator of a token; a here-document's place is held by `.input`.
  private static func redirectionOperator(_ token: Token) -> RedirectionOperator? {
    switch token {
    case .less, .doubleLess, .doubleLessDash: .input
    case .tripleLess: .hereString
    case .greater, .ampersandGreater: .output
    case .doubleGreater, .ampersandDoubleGreater: .append
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
    return FunctionDefinition(name: name, body: try parseFunctionBody(name), position: command.position)
  }

  /// Reads `function name [()] compound-command`.
  mutating func parseFunctionKeyword(at position: SourcePosition) throws(ParseStop) -> FunctionDefinition {
    guard try nextToken() == .word, let name = Word(wordUnits).plainText else { throw unexpected(.functionName) }
    if try nextToken() == .leftParenthesis, input.peek() == Byte.rightParenthesis {
      try nextToken()
      hasToken = false
    }
    return FunctionDefinition(name: name, body: try parseFunctionBody(name), position: position)
  }

  private mutating func parseFunctionBody(_ name: ByteString) throws(ParseStop) -> Command {
    while try currentToken() == .newline { hasToken = false }
    if token == .leftParenthesis { return try parseParenthesized() }
    guard token == .word, let keyword, keyword.beginsCompoundCommand else {
      throw unexpected(.functionBody(name))
    }
    return try parseCompoundCommand(keyword)
  }

  /// The name of the function that is defined where `(` follows a command.
  private func functionName(of command: SimpleCommand) throws(ParseStop) -> ByteString {
    if isPosix, command.words.isEmpty, let last = command.assignments.last, last.value.units.isEmpty {
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

extension SimpleCommand {
  /// Whether it is a word and nothing else.
  var isOneWord: Bool { words.count == 1 && assignments.isEmpty && redirections.isEmpty && arrays.isEmpty }
}

extension Word {
  /// Whether it has no expansions and is neither a number nor `-`, so that `>&word` names a file.
  fileprivate var isStaticFileName: Bool {
    let hasExpansions = units.contains { unit in
      switch unit {
      case .literal, .escaped, .singleQuoted, .dollarSingleQuoted: false
      case .doubleQuoted(let inner): inner.count > 1 || !Word(inner).isLiteral
      case .parameter, .commandSubstitution, .processSubstitution, .arithmetic: true
      }
    }
    let text = textAfterQuoteRemoval
    // `5-` is a descriptor that moves.
    let number = text.last == UInt8(ascii: "-") ? text.subrange(0..<text.count - 1) : text
    return !hasExpansions && text != "-" && number.decimalValue == nil
  }

  private var isLiteral: Bool { units.isEmpty || plainText != nil }
}

extension Word {
  /// Removes bytes at the beginning, which is a literal.
  fileprivate mutating func dropFromFirstUnit(_ count: Int) {
    guard case .literal(let text)? = units.first else { return }
    if text.count == count { units.removeFirst() } else { units[0] = .literal(text.dropping(first: count)) }
  }
}

extension Word {
  /// The variable of `{name}` or `{name[subscript]}`; `nil` for anything else.
  var variableInBraces: (name: ByteString, subscript: Word?)? {
    guard case .literal(let first)? = units.first, first.first == Byte.leftBrace,
      case .literal(let last)? = units.last, last.last == Byte.rightBrace,
      let length = first.dropping(first: 1).lengthOfName
    else { return nil }
    let name = first.subrange(1..<1 + length)
    if units.count == 1, first.count == length + 2 { return (name, nil) }
    guard first.count > length + 1, first[length + 1] == Byte.leftBracket, last.count > 1,
      last[last.count - 2] == Byte.rightBracket
    else { return nil }
    var word = self
    word.units[units.count - 1] = .literal(last.subrange(0..<last.count - 2))
    if last.count == 2 { word.units.removeLast() }
    word.dropFromFirstUnit(length + 2)
    return word.units.isEmpty ? nil : (name, word)
  }
}

extension ByteString {
  /// How long the name at its beginning is; `nil` where there is none.
  package var lengthOfName: Int? {
    withUnsafeBytes { bytes in
      guard let first = bytes.first, first.isNameStart else { return nil }
      return bytes.firstIndex { !$0.isNameByte } ?? bytes.count
    }
  }
}
