import ByteStrings
import ShellSyntax

/// Reads complete commands from a text. Each is parsed and compiled when the one before has run, so that it knows the
/// aliases which that defined.
package struct SourceReader: Sendable {
  enum Result {
    case routine(Routine)
    /// The text has ended. `isEmpty`: no command was in it; `continuation` is handed out once.
    case end(isEmpty: Bool, continuation: Evaluation.Continuation?)
    case failed(SyntaxError)
  }

  /// For messages: the file's name.
  package let name: ByteString
  /// Whether a syntax error ends a script. Not if `command` runs `eval` or `.`.
  var endsScriptOnError = true
  /// What follows the text, once that has been run.
  var continuation: Evaluation.Continuation?
  /// Whether no command has been found in it yet.
  private var isEmpty = true
  private var parser: Parser

  package init(_ source: ByteString, name: ByteString, startingAt position: SourcePosition = SourcePosition()) {
    self.name = name
    parser = Parser(source, at: position)
  }

  /// Adds to the end of the text.
  mutating func append(_ source: ByteString) { parser.append(source) }

  /// What `next` has read since the text was read up to `offset`: for `set -v`.
  func text(from offset: Int) -> ByteString { parser.text(from: offset) }

  var offset: Int { parser.offset }

  /// The next complete command. Performs no I/O.
  mutating func next(in environment: inout ExecutionEnvironment) -> Result {
    parser.follow(environment)
    switch parser.parseCompleteCommand() {
    case .command(let command):
      isEmpty = false
      return .routine(Compiler.compile(command.list, in: &environment, source: name))
    case .endOfInput, .needsMoreInput:
      defer { continuation = nil }
      return .end(isEmpty: isEmpty, continuation: continuation)
    case .error(let error): return .failed(error)
    }
  }

  /// All commands as one routine.
  mutating func all(in environment: inout ExecutionEnvironment) -> Result {
    var items: [ListItem] = []
    parser.follow(environment)
    while true {
      switch parser.parseCompleteCommand() {
      case .command(let command): items.append(contentsOf: command.list.items)
      case .endOfInput, .needsMoreInput:
        if items.isEmpty { return .end(isEmpty: true, continuation: nil) }
        return .routine(Compiler.compile(List(items), in: &environment, source: name))
      case .error(let error): return .failed(error)
      }
    }
  }
}

extension Parser {
  /// Parses the next command by the aliases and options of an environment.
  package mutating func follow(_ environment: ExecutionEnvironment) {
    aliases = environment.options.contains(.noAliases) ? AliasTable() : environment.aliases
    isPosix = environment.options.contains(.posix)
    nestingLimit = environment.shell.nestingLimit
    hasPatternGroups = environment.options.contains(.extGlob)
  }
}
