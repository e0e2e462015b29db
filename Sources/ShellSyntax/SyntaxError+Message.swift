import ByteStrings

// All wording of this target.

extension SyntaxError {
  /// The error in one line, without its place: what was found, and what is expected.
  package var message: ByteString {
    switch reason {
    case .unexpected(let found, let expectation):
      return "unexpected " + found.text + "; expected " + expectation.text
    case .unclosed(let construct): return construct.name + " is not closed"
    case .missing(let keyword, let opened):
      return quoted(keyword) + " is expected " + opened.purpose(of: keyword)
    case .unexpectedEnd(let expectation): return "unexpected end of input; expected " + expectation.text
    case .badParameterExpansion(let text): return quoted(text) + ": bad parameter expansion"
    case .nulByte: return "a NUL byte cannot be part of a command"
    case .nestedTooDeeply(let limit):
      return "commands are nested too deeply; the limit is " + ByteString(decimal: limit) + " levels"
    case .notInLanguage(let feature): return feature.text
    }
  }

  /// The error in one line with its place: `12:5: the single quote is not closed`.
  package var messageWithPosition: ByteString { position.text + ": " + message }
}

extension SourcePosition {
  /// `line:column`.
  package var text: ByteString { ByteString(decimal: Int(line)) + ":" + ByteString(decimal: Int(column)) }
}

/// Bytes of the source as they may be shown, with an end where they are long.
private func quoted(_ text: ByteString) -> ByteString {
  let limit = 60
  let shown = text.count > limit ? text.subrange(0..<limit).visible + "…" : text.visible
  return "`" + shown + "`"
}

extension SyntaxError.Found {
  fileprivate var text: ByteString {
    switch self {
    case .newline: "end of line"
    case .token(let text): quoted(text)
    }
  }
}

extension SyntaxError.Expectation {
  fileprivate var text: ByteString {
    switch self {
    case .command: "a command"
    case .endOfCommand: "the end of the command"
    case .keyword(let keyword, let opened): quoted(keyword) + " " + opened.purpose(of: keyword)
    case .closer(let opened): quoted(opened.construct.closer) + " " + opened.purpose(of: opened.construct.closer)
    case .variableName: "the name of a variable"
    case .fileName: "a file name"
    case .hereDocumentDelimiter: "the delimiter of a here-document"
    case .casePattern: "a pattern or `esac`"
    case .caseWord: "a word after `case`"
    case .patternEnd: "`)` or `|` after the pattern"
    case .functionName: "the name of a function"
    case .functionParentheses: "`)` after the name of the function"
    case .functionBody(let name): "a compound command as the body of the function " + quoted(name)
    case .arithmeticFor: "three expressions with `;` between them"
    case .testOperand: "an expression or `]]`"
    case .testOperator: "an operator, `&&`, `||` or `]]`"
    }
  }
}

extension SyntaxError.Extension {
  fileprivate var text: ByteString {
    switch self {
    case .functionKeyword: "`function` is not part of this language; write `name() { …; }`"
    case .array: "array variables are not part of this language"
    case .hereString: "`<<<` is not part of this language; write a here-document"
    case .processSubstitution: "process substitution is not part of this language"
    case .arithmeticFor: "`for ((…))` is not part of this language; write a `while` loop"
    case .select: "`select` is not part of this language"
    case .pipeOfErrors: "`|&` is not part of this language; write `2>&1 |`"
    case .caseContinuation: "`;;&` is not part of this language"
    }
  }
}

extension OpenConstruct {
  /// What a reserved word or a closing token does for this construct.
  fileprivate func purpose(of keyword: ByteString) -> ByteString {
    let verb: ByteString = keyword == construct.closer ? "to close" : "for"
    return verb + " the " + quoted(construct.opener) + " of line " + ByteString(decimal: Int(position.line))
  }
}

extension Construct {
  /// What it is called in a sentence.
  fileprivate var name: ByteString {
    switch self {
    case .singleQuote: "the single quote"
    case .dollarSingleQuote: "the quote `$'`"
    case .doubleQuote: "the double quote"
    case .backquote: "the backquote"
    case .parameterExpansion: "the parameter expansion `${`"
    case .subscript: "the subscript `[`"
    case .commandSubstitution: "the command substitution `$(`"
    case .processSubstitution(let direction):
      direction == .reading ? "the process substitution `<(`" : "the process substitution `>(`"
    case .arithmeticExpansion: "the arithmetic expansion `$((`"
    case .bracketArithmetic: "the arithmetic expansion `$[`"
    case .arithmeticCommand: "the arithmetic command `((`"
    case .test: "the test `[[`"
    case .array: "the array `(`"
    case .patternGroup: "the group of patterns `(`"
    case .subshell, .group, .conditional, .whileLoop, .untilLoop, .forLoop, .selectLoop, .caseClause:
      "the " + quoted(opener)
    }
  }
}
