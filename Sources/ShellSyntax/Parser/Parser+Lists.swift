import ByteStrings

// Lists, AND-OR lists and pipelines (POSIX.1-2024, 2.9.2 and 2.9.3).

extension Parser {
  /// Reads a list. One that spans lines ends at what no command begins with, such as `fi` or `)`; the other also at
  /// a newline. What ends it stays the current token.
  mutating func parseList(spanningLines: Bool) throws(ParseStop) -> List {
    var items: [ListItem] = []
    while true {
      let andOr = try parseAndOrList()
      let isAsynchronous = token == .ampersand
      items.append(ListItem(andOr, isAsynchronous: isAsynchronous))
      let isSeparated = isAsynchronous || token == .semicolon
      if isSeparated { hasToken = false } else if !spanningLines || token != .newline { break }
      if spanningLines { try skipNewlines() } else { _ = try commandToken() }
      if isAtListEnd { break }
    }
    return List(items)
  }

  /// Reads a list within a compound command: newlines, then at least one command.
  mutating func parseCompoundList() throws(ParseStop) -> List {
    try skipNewlines()
    return try parseList(spanningLines: true)
  }

  /// Passes newlines where a command may follow.
  mutating func skipNewlines() throws(ParseStop) {
    while try commandToken() == .newline { hasToken = false }
  }

  /// Whether no command begins with the current token.
  var isAtListEnd: Bool {
    switch token {
    case .word: keyword?.endsList ?? false
    case .ioNumber, .leftParenthesis: false
    case .less, .greater, .doubleLess, .doubleLessDash, .doubleGreater, .lessAmpersand, .greaterAmpersand,
      .lessGreater, .clobber, .tripleLess, .ampersandGreater, .ampersandDoubleGreater:
      false
    case .newline, .endOfInput, .rightParenthesis, .doubleSemicolon, .semicolonAmpersand, .doubleSemicolonAmpersand:
      true
    // No command begins with these either; but here they are mistakes, which parsing a command reports.
    case .ampersand, .and, .semicolon, .pipe, .pipeAmpersand, .or: false
    }
  }

  private mutating func parseAndOrList() throws(ParseStop) -> AndOrList {
    let first = try parsePipeline()
    guard token == .and || token == .or else { return AndOrList(first) }
    var rest: [AndOrList.Element] = []
    while token == .and || token == .or {
      let connective: AndOrList.Operator = token == .and ? .and : .or
      hasToken = false
      try skipNewlines()
      rest.append(AndOrList.Element(connective, try parsePipeline()))
    }
    return AndOrList(first, rest)
  }

  private mutating func parsePipeline() throws(ParseStop) -> Pipeline {
    var timing = try parseTiming()
    var isNegated = false
    while try commandToken() == .word, keyword == .bang {
      // POSIX has one.
      if isNegated, isPosix { break }
      isNegated.toggle()
      hasToken = false
      if timing == nil { timing = try parseTiming() }
      _ = try commandToken()
    }
    let position = tokenPosition
    var elements = [try parseCommand()]
    while try currentToken() == .pipe || token == .pipeAmpersand {
      if token == .pipeAmpersand {
        elements[elements.count - 1].append(.errorsToOutput(at: tokenPosition))
      } else if input.peek() == Byte.ampersand {
        throw notInLanguage(.pipeOfErrors, at: tokenPosition)
      }
      hasToken = false
      try skipNewlines()
      elements.append(try parseCommand())
    }
    return Pipeline(elements, isNegated: isNegated, timing: timing, position: position)
  }

  /// Reads `time [-p] [--]` in front of a pipeline, which POSIX lets a shell reserve; `nil` where there is none.
  private mutating func parseTiming() throws(ParseStop) -> Pipeline.Timing? {
    guard try commandToken() == .word, wordUnits == [.literal("time")], let timing = timingAhead() else { return nil }
    hasToken = false
    for _ in 0..<timing.optionCount {
      _ = try currentToken()
      hasToken = false
    }
    return timing.timing
  }

  /// What `time` means by what follows it on its line: `nil` for the utility, alone or with another option, and for the
  /// definition of a function.
  private func timingAhead() -> (timing: Pipeline.Timing, optionCount: Int)? {
    var rest = input.bytes[input.index...].drop(while: \.isBlank)
    if input.isInAlias, rest.first == 0 { return (.minutes, 0) }
    let isPortable = Self.skip(option: UInt8(ascii: "p"), in: &rest)
    let timing: Pipeline.Timing = isPortable ? .seconds : .minutes
    if Self.skip(option: Byte.minus, in: &rest) { return (timing, isPortable ? 2 : 1) }
    switch rest.popFirst() {
    case nil, 0, Byte.newline, Byte.semicolon, Byte.ampersand, Byte.verticalLine, Byte.rightParenthesis, Byte.minus,
      Byte.numberSign:
      return nil
    case Byte.leftParenthesis where rest.drop(while: \.isBlank).first == Byte.rightParenthesis: return nil
    default: return (timing, isPortable ? 1 : 0)
    }
  }

  /// Passes `-` with a letter, and the blanks behind it.
  private static func skip(option letter: UInt8, in text: inout ArraySlice<UInt8>) -> Bool {
    let start = text.startIndex
    guard text.starts(with: [Byte.minus, letter]), text[start + 2].isBlank else { return false }
    text = text[(start + 2)...].drop(while: \.isBlank)
    return true
  }

  mutating func parseCommand() throws(ParseStop) -> Command {
    switch token {
    case .word:
      guard let keyword else { return try parseSimpleCommand() }
      return try parseCompoundCommand(keyword)
    case .leftParenthesis: return try parseParenthesized()
    case .ioNumber, .less, .greater, .doubleLess, .doubleLessDash, .doubleGreater, .lessAmpersand, .greaterAmpersand,
      .lessGreater, .clobber, .tripleLess, .ampersandGreater, .ampersandDoubleGreater:
      return try parseSimpleCommand()
    default: throw unexpected(.command)
    }
  }
}
