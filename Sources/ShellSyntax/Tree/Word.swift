import ByteStrings

/// A word before expansion: pieces that follow each other without a break.
///
/// A parsed word has no empty literal and no two literals side by side; only `''`, `""` and the values of
/// assignments (`x=`), the words of parameter expansions (`${x:-}`), arithmetic and here-documents can be empty.
package struct Word: Sendable, Equatable {
  package var units: [WordUnit]
  package var position: SourcePosition

  package init(_ units: [WordUnit] = [], position: SourcePosition = SourcePosition()) {
    self.units = units
    self.position = position
  }

  /// The parts between the unquoted bytes `separator`.
  func split(at separator: UInt8) -> [Word] {
    var parts: [Word] = [Word(position: position)]
    for unit in units {
      guard case .literal(let text) = unit else {
        parts[parts.count - 1].units.append(unit)
        continue
      }
      for (index, part) in text.split(separator: separator, omittingEmptySubsequences: false).enumerated() {
        if index > 0 { parts.append(Word(position: position)) }
        if !part.isEmpty { parts[parts.count - 1].units.append(.literal(ByteString(part))) }
      }
    }
    return parts
  }

  /// The bytes of a word that is one unquoted literal; `nil` for any other.
  package var plainText: ByteString? {
    guard units.count == 1, case .literal(let text) = units[0] else { return nil }
    return text
  }
}

/// One piece of a word.
///
/// Inside `.doubleQuoted`, in a here-document's body and in arithmetic, `.literal` is quoted text. The word of
/// `${x-word}` and its like takes part in the quoting around it: within double quotes its literals are quoted
/// text too (and `.doubleQuoted` may stand in it again); the pattern of `${x#pattern}` does not.
package enum WordUnit: Sendable, Equatable {
  /// Unquoted bytes, as they stand in the source.
  case literal(ByteString)
  /// `\x`, or several in a row: quoted bytes, without the backslashes.
  case escaped(ByteString)
  /// `'…'`.
  case singleQuoted(ByteString)
  /// `$'…'`: the bytes that it stands for, and the source between the quotes.
  indirect case dollarSingleQuoted(decoded: ByteString, source: ByteString)
  /// `"…"`.
  case doubleQuoted([WordUnit])
  /// `$x`, `${x…}`.
  indirect case parameter(ParameterExpansion)
  /// `$(…)`, or its older form in backquotes.
  indirect case commandSubstitution(CommandSubstitution)
  /// `<(…)` or `>(…)`: the path of a pipe from or to the commands.
  indirect case processSubstitution(ProcessSubstitution)
  /// `$((…))`: the text of the expression, to be expanded before it is evaluated.
  indirect case arithmetic(Word, SourcePosition)
}

/// `$x`, `${x}`, `${x…}`.
package struct ParameterExpansion: Sendable, Equatable {
  package var parameter: Parameter
  /// Whether it is written `${x}`, and not `$x`.
  package var isBraced = true
  /// `${!x}`: the parameter that the value names is meant.
  package var isIndirect = false
  package var `subscript`: ParameterSubscript
  package var operation: ParameterOperation?
  /// Where the `$` stands.
  package var position: SourcePosition

  package init(
    _ parameter: Parameter, subscript: ParameterSubscript = .none, operation: ParameterOperation? = nil,
    position: SourcePosition = SourcePosition()
  ) {
    self.parameter = parameter
    self.subscript = `subscript`
    self.operation = operation
    self.position = position
  }
}

extension ParameterExpansion {
  /// `$x`.
  package static func unbraced(_ parameter: Parameter, position: SourcePosition = SourcePosition()) -> Self {
    var expansion = Self(parameter, position: position)
    expansion.isBraced = false
    return expansion
  }
}

/// What a parameter expansion names.
package enum Parameter: Sendable, Hashable {
  /// A variable's name.
  case variable(ByteString)
  /// `$1`, `${10}`; from 1. A number too large for `Int` is `Int.max`.
  case positional(Int)
  /// One of `@ * # ? - $ ! 0`.
  case special(UInt8)
}

/// `[…]` after a variable's name, within `${…}`.
package enum ParameterSubscript: Sendable, Equatable {
  case none
  /// `${x[word]}`.
  indirect case index(Word)
  /// `${x[@]}`.
  case all
  /// `${x[*]}`.
  case joined
}

/// What is done with the parameter's value.
package enum ParameterOperation: Sendable, Equatable {
  /// `${#x}`.
  case length
  /// `${x-word}`; with the colon `${x:-word}`, which takes an empty value as unset.
  case useDefault(colon: Bool, Word)
  /// `${x=word}`, `${x:=word}`.
  case assignDefault(colon: Bool, Word)
  /// `${x?word}`, `${x:?word}`; an empty word stands for a message of the shell's own.
  case errorIfUnset(colon: Bool, Word)
  /// `${x+word}`, `${x:+word}`.
  case useAlternative(colon: Bool, Word)
  /// `${x%pattern}`.
  case removeSmallestSuffix(Word)
  /// `${x%%pattern}`.
  case removeLargestSuffix(Word)
  /// `${x#pattern}`.
  case removeSmallestPrefix(Word)
  /// `${x##pattern}`.
  case removeLargestPrefix(Word)
  /// `${x:offset}`, `${x:offset:length}`.
  case substring(offset: Word, length: Word?)
  /// `${x/pattern/word}`.
  case replace(ReplacedPart, pattern: Word, Word)
  /// `${x^pattern}` and the like; without a pattern any character is meant.
  case changeCase(CaseChange, pattern: Word?)
  /// `${x@Q}` and the like.
  case transform(UInt8)
  /// `${!prefix*}`, `${!prefix@}`: the names that begin with it.
  case names(areFields: Bool)
  /// What this language does not have, such as `${x!}`: an error where it is expanded, since a script may keep
  /// such things for other shells in a branch that is not taken. The word is what follows the parameter.
  case invalid(Word)
}

extension ParameterOperation {
  /// Whether `${@…}` stands for as many fields as there are parameters, or for some of them.
  package var keepsFields: Bool {
    switch self {
    case .removeSmallestSuffix, .removeLargestSuffix, .removeSmallestPrefix, .removeLargestPrefix, .substring, .replace,
      .changeCase, .transform:
      true
    default: false
    }
  }
}

/// What `${x/pattern/word}` replaces.
package enum ReplacedPart: Sendable, Equatable {
  /// The first part that matches.
  case first
  /// `//`: all of them.
  case all
  /// `/#`.
  case prefix
  /// `/%`.
  case suffix
}

/// `^`, `,` or `~`, and whether of all characters that match: `^^`, `,,`, `~~`.
package struct CaseChange: Sendable, Equatable {
  package enum Kind: Sendable, Equatable { case upper, lower, toggled }

  package var kind: Kind
  package var isOfAll: Bool

  package init(_ kind: Kind, isOfAll: Bool) {
    self.kind = kind
    self.isOfAll = isOfAll
  }
}

/// `<(…)` or `>(…)`.
package struct ProcessSubstitution: Sendable, Equatable {
  /// Whose output or input the commands are.
  package enum Direction: Sendable, Equatable {
    /// `<(…)`: what the commands write can be read by the path.
    case reading
    /// `>(…)`: what is written to the path is their standard input.
    case writing
  }

  package var direction: Direction
  package var body: [CompleteCommand]
  /// As that of a command substitution.
  package var textWithAliases: ByteString?
  /// Where the `<` or `>` stands.
  package var position: SourcePosition

  package init(
    _ direction: Direction, _ body: [CompleteCommand], textWithAliases: ByteString? = nil,
    position: SourcePosition = SourcePosition()
  ) {
    self.direction = direction
    self.body = body
    self.textWithAliases = textWithAliases
    self.position = position
  }
}

/// `$(…)`.
package struct CommandSubstitution: Sendable, Equatable {
  /// How it is written.
  package enum Notation: Sendable, Equatable { case dollar, backquote }

  package var body: [CompleteCommand]
  package var notation: Notation
  /// The text of `body`, where one line of it may define an alias that another one uses: it is then to be parsed again,
  /// line by line, when it runs.
  package var textWithAliases: ByteString?
  /// Where the `$` or the backquote stands.
  package var position: SourcePosition

  package init(
    _ body: [CompleteCommand], notation: Notation = .dollar, textWithAliases: ByteString? = nil,
    position: SourcePosition = SourcePosition()
  ) {
    self.body = body
    self.notation = notation
    self.textWithAliases = textWithAliases
    self.position = position
  }
}
