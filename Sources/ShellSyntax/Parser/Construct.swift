import ByteStrings

/// What must be closed once it has been opened.
package enum Construct: Sendable, Equatable {
  case singleQuote
  /// `$'`
  case dollarSingleQuote
  case doubleQuote
  case backquote
  /// `${`
  case parameterExpansion
  /// `[` after a variable's name in `${`
  case `subscript`
  /// `$(`
  case commandSubstitution
  /// `<(` or `>(`
  case processSubstitution(ProcessSubstitution.Direction)
  /// `$((`
  case arithmeticExpansion
  /// `$[`
  case bracketArithmetic
  /// `((`
  case arithmeticCommand
  /// `[[`
  case test
  /// `(` after `name=`
  case array
  /// `(` after one of `?*+@!`
  case patternGroup
  /// `(`
  case subshell
  /// `{`
  case group
  /// `if`
  case conditional
  /// `while`
  case whileLoop
  /// `until`
  case untilLoop
  /// `for`
  case forLoop
  /// `select`
  case selectLoop
  /// `case`
  case caseClause

  /// The token that closes it.
  package var closer: ByteString {
    switch self {
    case .singleQuote, .dollarSingleQuote: "'"
    case .doubleQuote: "\""
    case .backquote: "`"
    case .parameterExpansion, .group: "}"
    case .subscript, .bracketArithmetic: "]"
    case .commandSubstitution, .processSubstitution, .subshell, .array, .patternGroup: ")"
    case .arithmeticExpansion, .arithmeticCommand: "))"
    case .test: "]]"
    case .conditional: "fi"
    case .whileLoop, .untilLoop, .forLoop, .selectLoop: "done"
    case .caseClause: "esac"
    }
  }

  /// The token that opens it.
  package var opener: ByteString {
    switch self {
    case .singleQuote: "'"
    case .dollarSingleQuote: "$'"
    case .doubleQuote: "\""
    case .backquote: "`"
    case .parameterExpansion: "${"
    case .subscript: "["
    case .commandSubstitution: "$("
    case .processSubstitution(let direction): direction == .reading ? "<(" : ">("
    case .arithmeticExpansion: "$(("
    case .bracketArithmetic: "$["
    case .arithmeticCommand: "(("
    case .test: "[["
    case .subshell, .array, .patternGroup: "("
    case .group: "{"
    case .conditional: "if"
    case .whileLoop: "while"
    case .untilLoop: "until"
    case .forLoop: "for"
    case .selectLoop: "select"
    case .caseClause: "case"
    }
  }
}

/// A construct, and where it was opened.
package struct OpenConstruct: Sendable, Equatable {
  package let construct: Construct
  package let position: SourcePosition
}
