import ByteStrings

/// What one call of the parser found.
package enum ParseResult: Sendable, Equatable {
  case command(CompleteCommand)
  /// There are no more commands; what was left were blanks, newlines and comments.
  case endOfInput
  /// The command goes on. `Parser.append` the next line, or set `isComplete`, and parse again.
  case needsMoreInput(Need)
  /// An interactive shell drops the rest of the input (`Parser.dropInput`); a script ends.
  case error(SyntaxError)
}

/// Parses the shell command language, one complete command at a time.
///
/// One parser reads one source from its beginning to its end: text can be added as it comes, and aliases may change
/// between two commands. It does no I/O. Nesting is bounded by `nestingLimit`, so that a hostile text
/// ends in an error and not on the stack; a text without nesting may be as long as memory allows.
///
/// Source: POSIX.1-2024, Shell Command Language, 2.3 Token Recognition and 2.10 Shell Grammar.
package struct Parser {
  /// How deep constructs may stand in each other on the stack of any thread.
  package static var defaultNestingLimit: Int { 200 }

  /// The aliases that are substituted from the next command on.
  package var aliases: AliasTable
  /// Whether the source ends where its text ends. If not, an unfinished command needs more input; if so, it is an
  /// error, but for a here-document, which then ends with the input.
  package var isComplete: Bool

  /// Whether only the language of POSIX is known, and nothing of what bash has beyond it.
  package var isPosix = false

  /// Whether `?(…)`, `*(…)`, `+(…)`, `@(…)` and `!(…)` are patterns in any word, and not only in `[[ … ]]`.
  package var hasPatternGroups = false

  /// How deep constructs may stand in each other.
  package var nestingLimit: Int

  var input: ParserInput
  /// How many constructs are open around the source: it may be part of a word.
  var outerNesting = 0
  /// What has been opened and not closed, outermost first.
  var open: [OpenConstruct] = []
  /// The here-documents whose bodies begin after the next newline.
  var pendingHereDocuments: [HereDocument] = []
  var arithmeticAttempts = ArithmeticAttempts()

  // The token that was read last and is not consumed yet.
  var hasToken = false
  var token = Token.endOfInput
  var tokenPosition = SourcePosition()
  /// The units of a word.
  var wordUnits: [WordUnit] = []
  /// How a word begins that is `name[…]=` or `[…]=`.
  var assignedSubscript: AssignedSubscript?
  /// The reserved word that a word spells.
  var keyword: Keyword?
  /// Whether the token follows an alias whose text ends in a blank.
  var followsAliasBlank = false

  /// Why the last command needs more input, and how much of the source was seen then.
  private var lastNeed: (need: Need, closer: ByteString, seen: Int)?

  /// - Parameters:
  ///   - source: The text, or its beginning.
  ///   - position: The place of its first byte.
  package init(
    _ source: ByteString, at position: SourcePosition = SourcePosition(),
    aliases: AliasTable = AliasTable(), isComplete: Bool = true, nestingLimit: Int = Parser.defaultNestingLimit
  ) {
    input = ParserInput(source, at: position)
    self.aliases = aliases
    self.isComplete = isComplete
    self.nestingLimit = nestingLimit
  }

  /// How many bytes of the source have been consumed: after a command, up to and with the newline that ends it.
  package var offset: Int { input.offset }

  /// The source from an offset, behind which nothing was dropped, to where the next command begins.
  package func text(from offset: Int) -> ByteString { input.text(from: offset) }

  /// The place of the next byte.
  package var position: SourcePosition { input.position }

  /// Whether there is source that has not been consumed.
  package var hasInput: Bool { input.isInAlias || !input.isAtEnd || input.isAtNul }

  /// Adds to the end of the source.
  package mutating func append(_ source: ByteString) { input.append(source) }

  /// Passes all source that is left; line numbers go on.
  package mutating func dropInput() {
    input.skipAll()
    lastNeed = nil
  }

  /// Parses the next command, up to and with the newline that ends it, and the here-documents after that.
  ///
  /// Only `.command` and `.endOfInput` consume source.
  package mutating func parseCompleteCommand() -> ParseResult {
    if let need = needThatCannotBeMet() { return .needsMoreInput(need) }
    let start = input
    open.removeAll(keepingCapacity: true)
    pendingHereDocuments.removeAll()
    arithmeticAttempts.removeAll()
    hasToken = false
    do {
      guard let list = try parseTopLevelList() else { return .endOfInput }
      return .command(CompleteCommand(list))
    } catch {
      let seen = input.endOffset
      let outermost = open.first
      // What is wrong so far may be half of a token: `do\` goes on as `done`.
      let mayGoOn = !isComplete && input.endsInContinuation
      hasToken = false
      input.restore(start)
      switch error {
      case .error where mayGoOn:
        lastNeed = nil
        return .needsMoreInput(.restOfLine)
      case .error(let error): return .error(error)
      case .needsMore(let need):
        lastNeed = (need, outermost?.construct.closer ?? need.delimiter, seen)
        return .needsMoreInput(need)
      }
    }
  }

  /// Parses a text that is expanded outside of commands, such as a prompt: as the body of a here-document is.
  package static func parseText(_ source: ByteString, aliases: AliasTable = AliasTable()) throws(SyntaxError) -> Word {
    var parser = Parser(source, aliases: aliases)
    var builder = WordBuilder()
    do {
      try parser.readUnits(.hereDocument, into: &builder)
    } catch {
      guard case .error(let error) = error else { preconditionFailure("a complete text needs no more input") }
      throw error
    }
    return Word(builder.finish())
  }

  /// The last need, if the source that came since then cannot meet it.
  ///
  /// A command is parsed again from its beginning for each line of it. This keeps a long one from costing the
  /// square of its length: what is long is only parsed when the outermost closing token may be there.
  private mutating func needThatCannotBeMet() -> Need? {
    guard let last = lastNeed, !isComplete, input.endOffset - input.offset > 4096, !last.closer.isEmpty,
      !aliases.mayContain(last.closer), !input.mayContain(last.closer, from: last.seen)
    else {
      lastNeed = nil
      return nil
    }
    lastNeed?.seen = input.endOffset
    return last.need
  }

  private mutating func parseTopLevelList() throws(ParseStop) -> List? {
    while try commandToken() == .newline { hasToken = false }
    if token == .endOfInput { return nil }
    let list = try parseList(spanningLines: false)
    switch token {
    case .newline: hasToken = false
    case .endOfInput:
      if !isComplete { throw .needsMore(pendingHereDocuments.first.map(Need.hereDocument) ?? .restOfLine) }
      try readPendingHereDocuments()
    default: throw unexpected(.endOfCommand)
    }
    return list
  }
}

/// Why parsing stopped before a command was complete. Indirect, because each function that may throw has room for it
/// in its frame, and those stand in each other at every level of nesting.
indirect enum ParseStop: Error {
  case needsMore(Need)
  case error(SyntaxError)

  var isNeed: Bool { if case .needsMore = self { true } else { false } }
}

// MARK: - Nesting and stopping

extension Parser {
  /// Notes that a construct has been opened; `close` is its counterpart.
  mutating func open(_ construct: Construct, at position: SourcePosition) throws(ParseStop) {
    if outerNesting + open.count >= nestingLimit { throw failure(.nestedTooDeeply(limit: nestingLimit), at: position) }
    open.append(OpenConstruct(construct: construct, position: position))
  }

  mutating func close() { open.removeLast() }

  func failure(_ reason: SyntaxError.Reason, at position: SourcePosition) -> ParseStop {
    .error(SyntaxError(reason: reason, position: position))
  }

  /// What to throw where the current token is not what is expected.
  func unexpected(_ expected: SyntaxError.Expectation) -> ParseStop {
    switch token {
    case .endOfInput: ended(expected: expected)
    case .newline: failure(.unexpected(.newline, expected: expected), at: tokenPosition)
    default: failure(.unexpected(.token(tokenText), expected: expected), at: tokenPosition)
    }
  }

  /// What to throw where the input ends between two tokens.
  private func ended(expected: SyntaxError.Expectation) -> ParseStop {
    if !isComplete {
      if let document = pendingHereDocuments.first { return .needsMore(.hereDocument(document)) }
      return .needsMore(open.last.map(Need.closing) ?? .command)
    }
    switch expected {
    case .keyword(let keyword, let opened): return failure(.missing(keyword: keyword, of: opened), at: tokenPosition)
    case .closer(let opened):
      return failure(.missing(keyword: opened.construct.closer, of: opened), at: tokenPosition)
    default:
      guard let opened = open.last else { return failure(.unexpectedEnd(expected: expected), at: tokenPosition) }
      return failure(.missing(keyword: opened.construct.closer, of: opened), at: tokenPosition)
    }
  }

  /// What to throw where the input ends within a word: there is a NUL, or the innermost construct is not closed.
  func endedWithinWord() -> ParseStop {
    if input.isAtNul { return failure(.nulByte, at: input.position) }
    guard let opened = open.last else { return .needsMore(.restOfLine) }
    if !isComplete { return .needsMore(.closing(opened)) }
    return failure(.unclosed(opened.construct), at: opened.position)
  }
}

// MARK: - Trying

extension Parser {
  /// What is needed to go back to a place within a word.
  struct Checkpoint {
    fileprivate let input: ParserInput
    fileprivate let openCount: Int
    fileprivate let pendingHereDocuments: [HereDocument]

    init(_ parser: Parser) {
      input = parser.input
      openCount = parser.open.count
      pendingHereDocuments = parser.pendingHereDocuments
    }
  }

  mutating func restore(_ checkpoint: Checkpoint) {
    input.restore(checkpoint.input)
    open.removeSubrange(checkpoint.openCount...)
    pendingHereDocuments = checkpoint.pendingHereDocuments
    hasToken = false
  }
}

/// Where `((` or `$((` has been tried as arithmetic without success. Nested ones would otherwise be tried again
/// for each one around them, twice as often at each level.
struct ArithmeticAttempts {
  enum Outcome {
    /// Something else, if anything; `instead` is what stopped the attempt, unless it cannot be arithmetic.
    case isOther(instead: ParseStop?)
    /// Neither.
    case failed(ParseStop)
  }

  private struct Place: Hashable {
    let text: Int
    let index: Int
  }

  private var outcomes: [Place: Outcome] = [:]

  /// What came of the attempt at the input's place; `nil` where none was made.
  func outcome(at input: ParserInput) -> Outcome? {
    outcomes.isEmpty ? nil : outcomes[Place(text: input.textNumber, index: input.index)]
  }

  mutating func note(_ outcome: Outcome, at input: ParserInput) {
    outcomes[Place(text: input.textNumber, index: input.index)] = outcome
  }

  mutating func removeAll() {
    if !outcomes.isEmpty { outcomes.removeAll() }
  }
}
