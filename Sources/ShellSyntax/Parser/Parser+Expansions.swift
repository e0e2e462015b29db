import ByteStrings

// What begins with `$`, and backquotes (POSIX.1-2024, 2.6).

extension Parser {
  /// Reads what begins with the `$` that is the next byte.
  mutating func readDollar(_ context: WordContext, into builder: inout WordBuilder) throws(ParseStop) {
    let position = input.position
    input.index += 1
    let next = input.peek()
    if next.isNameStart {
      builder.append(.parameter(.unbraced(.variable(readName()), position: position)))
    } else if next == Byte.leftBrace {
      builder.append(.parameter(try readBracedParameter(context, at: position)))
    } else if next == Byte.leftParenthesis {
      builder.append(try readParenthesized(at: position))
    } else if next.isDigit || next.isSpecialParameter {
      input.index += 1
      builder.append(.parameter(.unbraced(Self.parameter(next), position: position)))
    } else if next == Byte.singleQuote, !context.isQuoted || isInBracesInDoubleQuotes(context) {
      builder.append(try readDollarSingleQuotes(at: position))
    } else if next == Byte.doubleQuote, !context.isQuoted, !isPosix {
      // `$"…"` is to be translated: there is nothing to translate it with.
    } else if next == Byte.leftBracket, !isPosix {
      builder.append(try readBracketArithmetic(at: position))
    } else {
      builder.append(literal: Byte.dollar)
    }
  }

  /// Whether it is the word of `"${x-word}"`, in which bash knows `$'…'`.
  private func isInBracesInDoubleQuotes(_ context: WordContext) -> Bool {
    context == .quotedBraces && !isPosix && open.contains { $0.construct == .doubleQuote }
  }

  private static func parameter(_ byte: UInt8) -> Parameter {
    byte.isDigit && byte != UInt8(ascii: "0") ? .positional(Int(byte - UInt8(ascii: "0"))) : .special(byte)
  }

  /// Reads a name, whose first byte is known to be one.
  private mutating func readName() -> ByteString {
    var name = ByteString()
    repeat {
      let start = input.index
      var index = start
      while input.bytes[index].isNameByte { index += 1 }
      name.append(input.slice(start..<index))
      input.index = index
    } while input.bytes[input.index] == Byte.backslash && input.peek().isNameByte
    return name
  }

  /// Reads `(…)` or `((…))` after a `$`.
  ///
  /// `$((` begins an arithmetic expansion where that can be, and otherwise a command substitution whose first command
  /// is a subshell.
  private mutating func readParenthesized(at position: SourcePosition) throws(ParseStop) -> WordUnit {
    input.index += 1
    guard input.peek() == Byte.leftParenthesis else { return try readCommandSubstitution(at: position) }
    return try readArithmetic(reporting: .arithmetic) { (parser) throws(ParseStop) in
      try parser.readArithmeticText(.arithmeticExpansion, at: position).map { .arithmetic($0, position) }
    } or: { (parser) throws(ParseStop) in
      try parser.readCommandSubstitution(at: position)
    }
  }

  /// Which of two readings of a text is the likelier one, so that what is wrong with it is reported.
  enum Reading { case arithmetic, other }

  /// Reads what begins with `((`, the first of which has been read: an arithmetic expression, for which `expression`
  /// returns `nil` where it turns out to be none, and then what `other` reads. What may still become an expression
  /// needs more input.
  mutating func readArithmetic<Result>(
    reporting likelier: Reading, _ expression: (inout Parser) throws(ParseStop) -> Result?,
    or other: (inout Parser) throws(ParseStop) -> Result
  ) throws(ParseStop) -> Result {
    let start = input
    var stop: ParseStop?
    switch arithmeticAttempts.outcome(at: start) {
    case .failed(let stop): throw stop
    case .isOther(let reason): stop = reason
    case nil:
      let checkpoint = Checkpoint(self)
      do {
        if let result = try expression(&self) { return result }
      } catch {
        stop = error
      }
      arithmeticAttempts.note(.isOther(instead: stop), at: start)
      restore(checkpoint)
    }
    do {
      return try other(&self)
    } catch {
      guard let stop, likelier == .arithmetic || stop.isNeed else { throw error }
      arithmeticAttempts.note(.failed(stop), at: start)
      throw stop
    }
  }

  /// Reads the text between `((`, of which the first has been read, and `))`; `nil` where it turns out to be no
  /// arithmetic.
  mutating func readArithmeticText(_ construct: Construct, at position: SourcePosition) throws(ParseStop) -> Word? {
    try open(construct, at: position)
    input.index += 1
    let word = try readEnclosedWord(.arithmetic)
    guard input.peek() == Byte.rightParenthesis else {
      if input.isAtEnd { throw endedWithinWord() }
      return nil
    }
    input.index += 1
    close()
    return word
  }

  /// Reads `[…]` after a `$`.
  private mutating func readBracketArithmetic(at position: SourcePosition) throws(ParseStop) -> WordUnit {
    try open(.bracketArithmetic, at: position)
    input.index += 1
    var builder = WordBuilder()
    let start = input.position
    try readUnits(.bracketArithmetic, into: &builder)
    if input.peek() != Byte.rightBracket {
      throw failure(.unexpected(.token(")"), expected: .closer(open[open.count - 1])), at: input.position)
    }
    input.index += 1
    close()
    return .arithmetic(Word(builder.finish(), position: start), position)
  }

  /// Reads `…)` after `$(`.
  private mutating func readCommandSubstitution(at position: SourcePosition) throws(ParseStop) -> WordUnit {
    try open(.commandSubstitution, at: position)
    let (body, source) = try readCommands()
    return .commandSubstitution(CommandSubstitution(body, textWithAliases: source, position: position))
  }

  /// Whether `<(` or `>(` comes next.
  var isAtProcessSubstitution: Bool {
    let byte = input.bytes[input.index]
    return (byte == Byte.less || byte == Byte.greater) && input.bytes[input.index + 1] == Byte.leftParenthesis
      && !isPosix
  }

  /// Reads `<(…)` or `>(…)`.
  mutating func readProcessSubstitution() throws(ParseStop) -> WordUnit {
    let position = input.position
    let direction: ProcessSubstitution.Direction = input.bytes[input.index] == Byte.less ? .reading : .writing
    try open(.processSubstitution(direction), at: position)
    input.index += 2
    let (body, source) = try readCommands()
    return .processSubstitution(
      ProcessSubstitution(direction, body, textWithAliases: source, position: position))
  }

  /// Reads the commands of a substitution and the parenthesis that ends them, and closes it.
  private mutating func readCommands() throws(ParseStop) -> (body: [CompleteCommand], textWithAliases: ByteString?) {
    let (start, text, outerHereDocuments) = (input.index, input.textNumber, pendingHereDocuments)
    pendingHereDocuments = []
    var body: [CompleteCommand] = []
    while true {
      while try commandToken() == .newline { hasToken = false }
      if token == .rightParenthesis { break }
      body.append(CompleteCommand(try parseList(spanningLines: false)))
      if token != .newline, token != .rightParenthesis { throw unexpected(.closer(open[open.count - 1])) }
    }
    hasToken = false
    let isWhole = input.textNumber == text && pendingHereDocuments.isEmpty
    // A here-document that was begun here and has not come yet follows the next newline.
    pendingHereDocuments = outerHereDocuments + pendingHereDocuments
    close()
    return (body, isWhole ? textWithAliases(input.slice(start..<input.index - 1), body) : nil)
  }

  /// The `textWithAliases` of a substitution for a text and the commands in it.
  private func textWithAliases(_ text: ByteString, _ body: [CompleteCommand]) -> ByteString? {
    body.count > 1 && text.contains(part: "alias") ? text : nil
  }

  /// Reads `` `…` ``.
  mutating func readBackquotes(_ context: WordContext) throws(ParseStop) -> WordUnit {
    let position = input.position
    try open(.backquote, at: position)
    input.index += 1
    let start = input.position
    let isInDoubleQuotes = context == .doubleQuotes || context == .quotedBraces
    let text = try readBackquotedText(isInDoubleQuotes: isInDoubleQuotes)
    var parser = nestedParser(for: text, at: start)
    var body: [CompleteCommand] = []
    while let command = try parser.parseNext() { body.append(command) }
    close()
    return .commandSubstitution(
      CommandSubstitution(
        body, notation: .backquote, textWithAliases: textWithAliases(ByteString(text), body), position: position))
  }

  /// Reads up to the closing backquote and consumes it; removes the backslashes that quote for the backquotes only.
  private mutating func readBackquotedText(isInDoubleQuotes: Bool) throws(ParseStop) -> [UInt8] {
    var text: [UInt8] = []
    while true {
      let byte = input.bytes[input.index]
      switch byte {
      case 0:
        guard input.isInAlias, !input.isAtNul else { throw endedWithinWord() }
        input.leaveAlias()
        continue
      case Byte.backquote:
        input.index += 1
        return text
      case Byte.newline:
        text.append(byte)
        input.skipNewline()
        continue
      case Byte.backslash:
        let next = input.bytes[input.index + 1]
        let isRemoved =
          next == Byte.dollar || next == Byte.backquote || next == Byte.backslash
          || (isInDoubleQuotes && next == Byte.doubleQuote)
        if isRemoved {
          input.index += 1
          text.append(next)
        } else {
          text.append(byte)
        }
      default: text.append(byte)
      }
      input.index += 1
    }
  }

  /// A parser for a text within this one, which is complete.
  func nestedParser(for text: [UInt8], at position: SourcePosition) -> Parser {
    var parser = Parser(
      ByteString(text), at: position, aliases: aliases, isComplete: true, nestingLimit: nestingLimit)
    parser.isPosix = isPosix
    parser.hasPatternGroups = hasPatternGroups
    parser.outerNesting = outerNesting + open.count
    return parser
  }

  /// The next command of a nested text; `nil` at its end.
  private mutating func parseNext() throws(ParseStop) -> CompleteCommand? {
    switch parseCompleteCommand() {
    case .command(let command): return command
    case .endOfInput: return nil
    case .needsMoreInput(let need): throw .needsMore(need)
    case .error(let error): throw .error(error)
    }
  }
}

// MARK: - ${…}

extension Parser {
  /// Reads `{…}` after a `$`.
  private mutating func readBracedParameter(
    _ context: WordContext, at position: SourcePosition
  ) throws(ParseStop) -> ParameterExpansion {
    try open(.parameterExpansion, at: position)
    input.index += 1
    let isLength = input.peek() == Byte.numberSign && isLengthOperator()
    let isIndirect = !isPosix && input.peek() == Byte.exclamationMark && isIndirection()
    if isLength || isIndirect { input.index += 1 }
    guard let parameter = readParameter() else { return try readForeignExpansion(context, at: position) }
    var expansion = ParameterExpansion(parameter, operation: isLength ? .length : nil, position: position)
    expansion.isIndirect = isIndirect
    expansion.subscript = try readSubscript(of: parameter)
    if isIndirect, let operation = readNameList() {
      expansion.operation = operation
    } else if !skip(Byte.rightBrace) {
      if isLength { return try readForeignLength(of: expansion, context) }
      expansion.operation = try readOperation(context)
    }
    close()
    return expansion
  }

  /// Reads what no parameter begins, such as `${(M)x}` of zsh: an error where it is expanded.
  private mutating func readForeignExpansion(
    _ context: WordContext, at position: SourcePosition
  ) throws(ParseStop) -> ParameterExpansion {
    if isPosix || input.bytes[input.index] == 0 { throw missingParameter(at: position) }
    let word = try readEnclosedWord(context.ofDefaultWord)
    close()
    return ParameterExpansion(.variable(ByteString()), operation: .invalid(word), position: position)
  }

  /// Reads what follows a length that does not end, such as `${#x[1]y}`, and means nothing in this language either.
  private mutating func readForeignLength(
    of expansion: ParameterExpansion, _ context: WordContext
  ) throws(ParseStop) -> ParameterExpansion {
    if isPosix { throw failure(.badParameterExpansion("${#"), at: expansion.position) }
    let begun = SyntaxPrinter.text(of: Word([.parameter(expansion)]))
    var builder = WordBuilder()
    builder.append(literal: begun.subrange(2..<begun.count - 1))
    try readUnits(context.ofDefaultWord, into: &builder)
    input.index += 1
    close()
    let rest = Word(builder.finish())
    return ParameterExpansion(.variable(ByteString()), operation: .invalid(rest), position: expansion.position)
  }

  /// What to throw where `${` is not followed by a parameter.
  private func missingParameter(at position: SourcePosition) -> ParseStop {
    if input.bytes[input.index] == 0 { return endedWithinWord() }
    return failure(.badParameterExpansion("${" + input.slice(input.index..<input.index + 1)), at: position)
  }

  /// Whether the `#` that is the next byte asks for a length: a parameter, and then the end or a subscript, follow
  /// it. If not, it is the parameter `$#`.
  private func isLengthOperator() -> Bool {
    var ahead = input
    ahead.index += 1
    let first = ahead.peek()
    if first.isNameByte {
      while ahead.peek().isNameByte { ahead.index += 1 }
    } else {
      guard first.isSpecialParameter else { return false }
      ahead.index += 1
    }
    let next = ahead.peek()
    return next == Byte.rightBrace || (next == Byte.leftBracket && first.isNameStart)
  }

  /// Whether the `!` that is the next byte asks for the parameter that a value names: a name or a number follows it, or
  /// `#` and the end. If not, it is the parameter `$!`.
  private func isIndirection() -> Bool {
    var ahead = input
    ahead.index += 1
    let next = ahead.peek()
    if next != Byte.numberSign { return next.isNameByte }
    ahead.index += 1
    return ahead.peek() == Byte.rightBrace
  }

  /// Reads the rest of `${!prefix*}` or `${!prefix@}`; `nil` if it is none of these.
  private mutating func readNameList() -> ParameterOperation? {
    let symbol = input.peek()
    guard symbol == Byte.asterisk || symbol == Byte.at, input.bytes[input.index + 1] == Byte.rightBrace else {
      return nil
    }
    input.index += 2
    return .names(areFields: symbol == Byte.at)
  }

  /// Reads a parameter's name within braces; `nil` if there is none.
  private mutating func readParameter() -> Parameter? {
    let first = input.peek()
    if first.isNameStart { return .variable(readName()) }
    if first.isDigit { return readNumber() }
    guard first.isSpecialParameter else { return nil }
    input.index += 1
    return .special(first)
  }

  private mutating func readNumber() -> Parameter {
    var number = 0
    while input.peek().isDigit {
      let digit = Int(input.bytes[input.index] - UInt8(ascii: "0"))
      let (product, overflowed) = number.multipliedReportingOverflow(by: 10)
      number = overflowed || product > Int.max - digit ? Int.max : product + digit
      input.index += 1
    }
    return number == 0 ? .special(UInt8(ascii: "0")) : .positional(number)
  }

  private mutating func readSubscript(of parameter: Parameter) throws(ParseStop) -> ParameterSubscript {
    guard case .variable = parameter, input.peek() == Byte.leftBracket else { return .none }
    try open(.subscript, at: input.position)
    input.index += 1
    let word = try readEnclosedWord(.subscript)
    close()
    return word.plainText == "@" ? .all : word.plainText == "*" && !isPosix ? .joined : .index(word)
  }

  /// Reads an operator, its word and the closing brace.
  private mutating func readOperation(_ context: WordContext) throws(ParseStop) -> ParameterOperation {
    let position = input.position
    let hasColon = skip(Byte.colon)
    let symbol = input.peek()
    switch symbol {
    case Byte.minus, Byte.equals, Byte.questionMark, Byte.plus:
      input.index += 1
      let word = try readEnclosedWord(context.ofDefaultWord)
      switch symbol {
      case Byte.minus: return .useDefault(colon: hasColon, word)
      case Byte.equals: return .assignDefault(colon: hasColon, word)
      case Byte.questionMark: return .errorIfUnset(colon: hasColon, word)
      default: return .useAlternative(colon: hasColon, word)
      }
    case Byte.percent where !hasColon:
      input.index += 1
      let isLargest = skip(Byte.percent)
      let pattern = try readEnclosedWord(context.ofPattern)
      return isLargest ? .removeLargestSuffix(pattern) : .removeSmallestSuffix(pattern)
    case Byte.numberSign where !hasColon:
      input.index += 1
      let isLargest = skip(Byte.numberSign)
      let pattern = try readEnclosedWord(context.ofPattern)
      return isLargest ? .removeLargestPrefix(pattern) : .removeSmallestPrefix(pattern)
    default:
      if !isPosix, let operation = try readExtension(symbol, hasColon: hasColon, context) { return operation }
      var builder = WordBuilder()
      if hasColon { builder.append(literal: Byte.colon) }
      try readUnits(context.ofDefaultWord, into: &builder)
      input.index += 1
      return .invalid(Word(builder.finish(), position: position))
    }
  }

  /// Reads an operator that bash has beyond POSIX, with what belongs to it and the closing brace; `nil` for any other.
  private mutating func readExtension(
    _ symbol: UInt8, hasColon: Bool, _ context: WordContext
  ) throws(ParseStop) -> ParameterOperation? {
    if hasColon {
      if symbol == Byte.rightBrace { return nil }
      let parts = try readEnclosedWord(.plainBraces).split(at: Byte.colon)
      guard parts.count <= 2 else {
        return .invalid(Word(parts.map { [.literal(":")] + $0.units }.reduce([], +)))
      }
      return .substring(offset: parts[0], length: parts.count == 2 ? parts[1] : nil)
    }
    switch symbol {
    case Byte.slash:
      input.index += 1
      return try readReplacement(context)
    case Byte.caret: return try readCaseChange(.upper, symbol, context)
    case Byte.comma: return try readCaseChange(.lower, symbol, context)
    case Byte.tilde: return try readCaseChange(.toggled, symbol, context)
    case Byte.at:
      let start = input
      input.index += 1
      let letter = input.peek()
      if ("QEUuLAaKkP" as ByteString).contains(letter) {
        input.index += 1
        if skip(Byte.rightBrace) { return .transform(letter) }
      }
      input = start
      return nil
    default: return nil
    }
  }

  private mutating func readReplacement(_ context: WordContext) throws(ParseStop) -> ParameterOperation {
    var part = ReplacedPart.first
    switch input.peek() {
    case Byte.slash: part = .all
    case Byte.numberSign: part = .prefix
    case Byte.percent: part = .suffix
    default: break
    }
    if part != .first { input.index += 1 }
    let position = input.position
    var builder = WordBuilder()
    try readUnits(.replacedPattern, into: &builder)
    let pattern = Word(builder.finish(), position: position)
    if skip(Byte.rightBrace) { return .replace(part, pattern: pattern, Word(position: input.position)) }
    input.index += 1
    return .replace(part, pattern: pattern, try readEnclosedWord(context.ofPattern))
  }

  private mutating func readCaseChange(
    _ kind: CaseChange.Kind, _ symbol: UInt8, _ context: WordContext
  ) throws(ParseStop) -> ParameterOperation {
    input.index += 1
    let change = CaseChange(kind, isOfAll: skip(symbol))
    let pattern = try readEnclosedWord(context.ofPattern)
    return .changeCase(change, pattern: pattern.units.isEmpty ? nil : pattern)
  }
}
