import ByteStrings

/// What one call of the parser returns: a list up to the newline that ends it.
package struct CompleteCommand: Sendable, Equatable {
  package var list: List

  package init(_ list: List) { self.list = list }
}

/// AND-OR lists, each ended by `;`, `&` or a newline. Never empty in a parsed tree.
package struct List: Sendable, Equatable {
  package var items: [ListItem]

  package init(_ items: [ListItem]) { self.items = items }
}

package struct ListItem: Sendable, Equatable {
  package var andOr: AndOrList
  /// Whether it is ended by `&`.
  package var isAsynchronous: Bool

  package init(_ andOr: AndOrList, isAsynchronous: Bool = false) {
    self.andOr = andOr
    self.isAsynchronous = isAsynchronous
  }
}

/// `a && b || c`: both operators have the same precedence and group from the left.
package struct AndOrList: Sendable, Equatable {
  package enum Operator: Sendable, Equatable { case and, or }

  package struct Element: Sendable, Equatable {
    package var `operator`: Operator
    package var pipeline: Pipeline

    package init(_ operator: Operator, _ pipeline: Pipeline) {
      self.operator = `operator`
      self.pipeline = pipeline
    }
  }

  package var first: Pipeline
  package var rest: [Element]

  package init(_ first: Pipeline, _ rest: [Element] = []) {
    self.first = first
    self.rest = rest
  }
}

/// `time ! a | b`.
package struct Pipeline: Sendable, Equatable {
  /// `time`: how the time that it takes is written.
  package enum Timing: Sendable, Equatable {
    /// For people, with minutes.
    case minutes
    /// `-p`: as POSIX has it of the utility `time`, in seconds.
    case seconds
  }

  package var timing: Timing?
  package var isNegated: Bool
  /// At least one.
  package var elements: [Command]
  package var position: SourcePosition

  package init(
    _ elements: [Command], isNegated: Bool = false, timing: Timing? = nil, position: SourcePosition = SourcePosition()
  ) {
    self.timing = timing
    self.isNegated = isNegated
    self.elements = elements
    self.position = position
  }
}

package enum Command: Sendable, Equatable {
  case simple(SimpleCommand)
  /// With the redirections that follow it, and where it begins.
  indirect case compound(CompoundCommand, [Redirection], SourcePosition)
  indirect case function(FunctionDefinition)

  /// Where the command begins.
  package var position: SourcePosition {
    switch self {
    case .simple(let command): command.position
    case .compound(_, _, let position): position
    case .function(let definition): definition.position
    }
  }
}

/// `a=1 echo hi >file`. At least one of the three is not empty in a parsed tree.
package struct SimpleCommand: Sendable, Equatable {
  package var assignments: [Assignment]
  package var words: [Word]
  /// The arrays among the operands of `declare` and the like. In `words` stands the name of each.
  package var arrays: [Assignment] = []
  /// In the order they are written, wherever they stood in the command.
  package var redirections: [Redirection]
  package var position: SourcePosition

  package init(
    assignments: [Assignment] = [], words: [Word], redirections: [Redirection] = [],
    position: SourcePosition = SourcePosition()
  ) {
    self.assignments = assignments
    self.words = words
    self.redirections = redirections
    self.position = position
  }
}

/// `name=value` in front of a command. A `~` at the beginning of the value and after each unquoted `:` expands too.
package struct Assignment: Sendable, Equatable {
  package var name: ByteString
  /// `name[subscript]=value`.
  package var `subscript`: Word?
  /// `name+=value`.
  package var isAppending: Bool
  package var value: Word
  /// `name=(…)`; `value` is empty then.
  package var elements: [ArrayElement]?
  package var position: SourcePosition

  package init(
    name: ByteString, subscript: Word? = nil, isAppending: Bool = false, value: Word, elements: [ArrayElement]? = nil,
    position: SourcePosition = SourcePosition()
  ) {
    self.name = name
    self.subscript = `subscript`
    self.isAppending = isAppending
    self.value = value
    self.elements = elements
    self.position = position
  }
}

/// A word between the parentheses of `name=(…)`, or `[subscript]=word`.
package struct ArrayElement: Sendable, Equatable {
  package var `subscript`: Word?
  package var value: Word

  package init(subscript: Word? = nil, value: Word) {
    self.subscript = `subscript`
    self.value = value
  }
}

package enum CompoundCommand: Sendable, Equatable {
  /// `{ list; }`.
  case group(List)
  /// `( list )`.
  case subshell(List)
  case conditional(IfClause)
  indirect case loop(WhileLoop)
  indirect case forLoop(ForLoop)
  indirect case caseClause(CaseClause)
  /// `((expression))`.
  case arithmetic(Word)
  indirect case arithmeticFor(ArithmeticFor)
  /// `[[ … ]]`.
  case test(ConditionalExpression)
  indirect case coprocess(Coprocess)
}

/// `coproc command`, `coproc name compound-command`.
package struct Coprocess: Sendable, Equatable {
  /// The array that gets the descriptors; `nil` for `COPROC`.
  package var name: Word?
  /// A simple command, which has no name in front, or a compound one.
  package var command: Command

  package init(name: Word? = nil, _ command: Command) {
    self.name = name
    self.command = command
  }
}

/// `if … then … elif … then … else … fi`.
package struct IfClause: Sendable, Equatable {
  package struct Branch: Sendable, Equatable {
    package var condition: List
    package var body: List

    package init(condition: List, body: List) {
      self.condition = condition
      self.body = body
    }
  }

  /// The `if` and each `elif`; at least one.
  package var branches: [Branch]
  package var alternative: List?

  package init(branches: [Branch], alternative: List? = nil) {
    self.branches = branches
    self.alternative = alternative
  }
}

/// `while … do … done`, `until … do … done`.
package struct WhileLoop: Sendable, Equatable {
  package enum Kind: Sendable, Equatable { case `while`, until }

  package var kind: Kind
  package var condition: List
  package var body: List

  package init(_ kind: Kind, condition: List, body: List) {
    self.kind = kind
    self.condition = condition
    self.body = body
  }
}

/// `for name in words; do … done`, and the same with `select`.
package struct ForLoop: Sendable, Equatable {
  package enum Kind: Sendable, Equatable { case `for`, select }

  package var kind: Kind
  package var name: ByteString
  /// `nil` without `in`: the positional parameters, as `"$@"`.
  package var words: [Word]?
  package var body: List
  /// Where the name stands.
  package var position: SourcePosition

  package init(
    _ kind: Kind = .for, name: ByteString, words: [Word]?, body: List, position: SourcePosition = SourcePosition()
  ) {
    self.kind = kind
    self.name = name
    self.words = words
    self.body = body
    self.position = position
  }
}

/// `for ((initial; condition; update)); do … done`. Each of the three may be empty.
package struct ArithmeticFor: Sendable, Equatable {
  package var initial: Word
  package var condition: Word
  package var update: Word
  package var body: List
  package var position: SourcePosition

  package init(initial: Word, condition: Word, update: Word, body: List, position: SourcePosition = SourcePosition()) {
    self.initial = initial
    self.condition = condition
    self.update = update
    self.body = body
    self.position = position
  }
}

/// What stands between `[[` and `]]`.
package indirect enum ConditionalExpression: Sendable, Equatable {
  /// `a && b && c`: at least two.
  case all([ConditionalExpression])
  /// `a || b || c`: at least two.
  case any([ConditionalExpression])
  case not(ConditionalExpression)
  /// `-f word`; a word alone is `-n word`.
  case unary(ByteString, Word)
  case binary(Word, ByteString, Word)
}

/// `case word in … esac`.
package struct CaseClause: Sendable, Equatable {
  package var word: Word
  package var items: [CaseItem]

  package init(_ word: Word, items: [CaseItem]) {
    self.word = word
    self.items = items
  }
}

/// `pattern | pattern) list ;;`.
package struct CaseItem: Sendable, Equatable {
  package enum Terminator: Sendable, Equatable {
    /// `;;`, or nothing before `esac`.
    case `break`
    /// `;&`: goes on with the next item's list.
    case fallThrough
    /// `;;&`: goes on with the next item whose pattern matches.
    case nextMatch
  }

  /// At least one.
  package var patterns: [Word]
  package var body: List?
  package var terminator: Terminator

  package init(patterns: [Word], body: List?, terminator: Terminator = .break) {
    self.patterns = patterns
    self.body = body
    self.terminator = terminator
  }
}

/// `name() compound-command redirections`.
package struct FunctionDefinition: Sendable, Equatable {
  package var name: ByteString
  /// Always a `.compound`.
  package var body: Command
  package var position: SourcePosition

  package init(name: ByteString, body: Command, position: SourcePosition = SourcePosition()) {
    self.name = name
    self.body = body
    self.position = position
  }
}

package struct Redirection: Sendable, Equatable {
  /// The number in front of the operator.
  package var descriptor: Int?
  /// `{name}` in front of the operator: the variable that gets the number, or has it where a descriptor is closed.
  package var variable: ByteString?
  /// `{name[subscript]}`: the element of the variable.
  package var `subscript`: Word?
  package var `operator`: RedirectionOperator
  /// The file, the descriptor or `-` of `<&` and `>&`, or the here-document's delimiter as it is written.
  package var target: Word
  /// Where the operator, or the number in front of it, stands.
  package var position: SourcePosition

  package init(
    descriptor: Int? = nil, _ operator: RedirectionOperator, _ target: Word,
    position: SourcePosition = SourcePosition()
  ) {
    self.descriptor = descriptor
    self.operator = `operator`
    self.target = target
    self.position = position
  }
}

extension Redirection {
  /// `2>&1`, as `|&` and `&>` have it.
  package static func errorsToOutput(at position: SourcePosition) -> Redirection {
    Redirection(descriptor: 2, .duplicateOutput, Word([.literal("1")], position: position), position: position)
  }
}

extension Command {
  /// Adds a redirection behind those that it has; to the definition of a function it would mean nothing.
  mutating func append(_ redirection: Redirection) {
    switch self {
    case .simple(var command):
      command.redirections.append(redirection)
      self = .simple(command)
    case .compound(let command, let redirections, let position):
      self = .compound(command, redirections + [redirection], position)
    case .function: break
    }
  }
}

package enum RedirectionOperator: Sendable, Equatable {
  /// `<`.
  case input
  /// `>`.
  case output
  /// `>>`.
  case append
  /// `>|`.
  case clobber
  /// `<>`.
  case readWrite
  /// `<&`.
  case duplicateInput
  /// `>&`.
  case duplicateOutput
  /// `<<`, `<<-`.
  case hereDocument(HereDocument)
  /// `<<<`: the word and a newline.
  case hereString

  /// The descriptor that is meant when no number stands in front.
  package var defaultDescriptor: Int {
    switch self {
    case .input, .readWrite, .duplicateInput, .hereDocument, .hereString: 0
    case .output, .append, .clobber, .duplicateOutput: 1
    }
  }
}

/// The lines after `<<delimiter`. A class, because its body is read after the command that it belongs to.
package final class HereDocument: Sendable, Equatable {
  /// The delimiter after quote removal.
  package let delimiter: ByteString
  /// Whether any part of the delimiter was quoted; if so, the body is not expanded.
  package let isQuoted: Bool
  /// `<<-`: leading tabs of each line are removed. They are gone from `body` already.
  package let stripsTabs: Bool
  // Sound without a lock: the parser alone writes it, and before it hands the tree out.
  nonisolated(unsafe) package internal(set) var body: Word

  package init(delimiter: ByteString, isQuoted: Bool, stripsTabs: Bool, body: Word = Word()) {
    self.delimiter = delimiter
    self.isQuoted = isQuoted
    self.stripsTabs = stripsTabs
    self.body = body
  }

  package static func == (left: HereDocument, right: HereDocument) -> Bool {
    left.delimiter == right.delimiter && left.isQuoted == right.isQuoted && left.stripsTabs == right.stripsTabs
      && left.body == right.body
  }
}
