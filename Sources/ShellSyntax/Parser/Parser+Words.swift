import ByteStrings

// Words and quoting (POSIX.1-2024, 2.2). One loop reads words, quoted parts, here-documents and arithmetic alike;
// `WordContext` says how they differ.

extension Parser {
  /// Reads units up to what ends them in `context`, which is not consumed.
  mutating func readUnits(_ context: WordContext, into builder: inout WordBuilder) throws(ParseStop) {
    var parentheses = 0
    var brackets = 0
    while true {
      readLiteralRun(context, into: &builder)
      let byte = input.bytes[input.index]
      switch byte {
      case 0:
        if input.isInAlias, !input.isAtNul {
          input.leaveAlias()
        } else if !input.isAtNul,
          context == .hereDocument || context.isCommand || context == .regularExpression && parentheses == 0
        {
          return
        } else {
          throw endedWithinWord()
        }
      case Byte.newline:
        if context.isCommand || context == .regularExpression && parentheses == 0 { return }
        builder.append(literal: byte)
        input.skipNewline()
      case Byte.backslash: try readBackslash(context, into: &builder)
      case Byte.dollar: try readDollar(context, into: &builder)
      case Byte.backquote: builder.append(try readBackquotes(context))
      case Byte.singleQuote: builder.append(try readSingleQuotes())
      case Byte.doubleQuote:
        if context == .doubleQuotes { return }
        if context.hasDoubleQuotes {
          builder.append(try readDoubleQuotes())
        } else {
          builder.append(literal: byte)
          input.index += 1
        }
      case Byte.leftParenthesis where context == .commandWithGroups && builder.endsInGroupOperator:
        try readPatternGroup(into: &builder)
      case Byte.leftParenthesis where !context.isCommand, Byte.rightParenthesis where parentheses > 0:
        parentheses += byte == Byte.leftParenthesis ? 1 : -1
        builder.append(literal: byte)
        input.index += 1
      case Byte.rightBracket where context == .bracketArithmetic && parentheses > 0:
        builder.append(literal: byte)
        input.index += 1
      case Byte.leftBracket where context.isInBrackets, Byte.rightBracket where brackets > 0:
        brackets += byte == Byte.leftBracket ? 1 : -1
        builder.append(literal: byte)
        input.index += 1
      case Byte.space where parentheses > 0, Byte.tab where parentheses > 0:
        builder.append(literal: byte)
        input.index += 1
      case Byte.less where context.hasProcessSubstitutions, Byte.greater where context.hasProcessSubstitutions:
        if isAtProcessSubstitution {
          builder.append(try readProcessSubstitution())
        } else if context.isCommand {
          return
        } else {
          builder.append(literal: byte)
          input.index += 1
        }
      default: return
      }
    }
  }

  /// Reads the bytes up to the next one that may be special.
  @inline(__always) private mutating func readLiteralRun(_ context: WordContext, into builder: inout WordBuilder) {
    let start = input.index
    var index = start
    while !context.stops(at: input.bytes[index]) { index += 1 }
    if index == start { return }
    input.index = index
    builder.append(literal: input.slice(start..<index))
  }

  private mutating func readBackslash(
    _ context: WordContext, into builder: inout WordBuilder
  ) throws(ParseStop) {
    let next = input.bytes[input.index + 1]
    if next == Byte.newline {
      _ = input.peek()
      return
    }
    input.index += 1
    if next == 0 {
      if input.isAtNul { throw failure(.nulByte, at: input.position) }
      if !input.isInAlias, !isComplete { throw .needsMore(.restOfLine) }
      // At the very end of the source it quotes nothing.
      builder.append(escaped: Byte.backslash)
    } else if context.isEscapable(next) {
      builder.append(escaped: next)
      input.index += 1
    } else {
      builder.append(literal: Byte.backslash)
    }
  }

  /// Reads `(…)` after one of `?*+@!`, with all parentheses in it. Only quotes and expansions mean something there.
  private mutating func readPatternGroup(into builder: inout WordBuilder) throws(ParseStop) {
    try open(.patternGroup, at: input.position)
    builder.append(literal: Byte.leftParenthesis)
    input.index += 1
    try readUnits(.patternGroup, into: &builder)
    builder.append(literal: Byte.rightParenthesis)
    input.index += 1
    close()
  }

  /// Reads `'…'`.
  private mutating func readSingleQuotes() throws(ParseStop) -> WordUnit {
    try open(.singleQuote, at: input.position)
    input.index += 1
    let text = try readRawText(escapes: false)
    close()
    return .singleQuoted(text)
  }

  /// Reads `'…'` after a `$`.
  mutating func readDollarSingleQuotes(at position: SourcePosition) throws(ParseStop) -> WordUnit {
    try open(.dollarSingleQuote, at: position)
    input.index += 1
    let source = try readRawText(escapes: true)
    close()
    return .dollarSingleQuoted(decoded: DollarQuoting.decode(source), source: source)
  }

  /// Reads up to the single quote that ends the text, and consumes it.
  private mutating func readRawText(escapes: Bool) throws(ParseStop) -> ByteString {
    var text = ByteString()
    while true {
      let start = input.index
      var index = start
      while true {
        let byte = input.bytes[index]
        if byte == Byte.singleQuote || byte == 0 { break }
        index += escapes && byte == Byte.backslash && input.bytes[index + 1] != 0 ? 2 : 1
      }
      text.append(input.slice(start..<index))
      passLines(upTo: index)
      if input.bytes[index] == Byte.singleQuote {
        input.index += 1
        return text
      }
      guard input.isInAlias, !input.isAtNul else { throw endedWithinWord() }
      input.leaveAlias()
    }
  }

  /// Moves on to `index`, and counts the lines that are passed.
  mutating func passLines(upTo index: Int) {
    while input.index < index {
      if input.bytes[input.index] == Byte.newline { input.skipNewline() } else { input.index += 1 }
    }
  }

  /// Reads `"…"`.
  private mutating func readDoubleQuotes() throws(ParseStop) -> WordUnit {
    try open(.doubleQuote, at: input.position)
    input.index += 1
    var builder = WordBuilder()
    try readUnits(.doubleQuotes, into: &builder)
    input.index += 1
    close()
    return .doubleQuoted(builder.finish())
  }

  /// Reads a part of a word, and consumes the byte that ends it.
  mutating func readEnclosedWord(_ context: WordContext) throws(ParseStop) -> Word {
    let position = input.position
    var builder = WordBuilder()
    try readUnits(context, into: &builder)
    input.index += 1
    return Word(builder.finish(), position: position)
  }
}
