import ByteStrings

@testable import ShellSyntax

/// Writes trees in a notation that shows every node, so that expected trees can be literals in tests.
///
/// A simple command is `[words]`, with assignments `x:=word` in front and redirections `<(word)` behind; units of
/// words but for unquoted literals are in braces with what they are in front: `{'a b}`, `{"a {$x}}`, `{\$}`.
enum TreeDump {
  static func dump(_ command: CompleteCommand) -> String { dump(command.list) }

  static func dump(_ list: List) -> String {
    list.items.map { dump($0.andOr) + ($0.isAsynchronous ? " &" : "") }.joined(separator: "; ")
  }

  static func dump(_ andOr: AndOrList) -> String {
    andOr.rest.reduce(dump(andOr.first)) { $0 + ($1.operator == .and ? " && " : " || ") + dump($1.pipeline) }
  }

  static func dump(_ pipeline: Pipeline) -> String {
    (pipeline.isNegated ? "! " : "") + pipeline.elements.map(dump).joined(separator: " | ")
  }

  static func dump(_ command: Command) -> String {
    switch command {
    case .simple(let command):
      let parts =
        command.assignments.map(dump) + command.words.map(dump) + command.arrays.map(dump)
        + command.redirections.map(dump)
      return "[" + parts.joined(separator: " ") + "]"
    case .compound(let command, let redirections, _):
      return ([dump(command)] + redirections.map(dump)).joined(separator: " ")
    case .function(let definition): return "function(\(definition.name) \(dump(definition.body)))"
    }
  }

  static func dump(_ command: CompoundCommand) -> String {
    switch command {
    case .group(let list): return "group(\(dump(list)))"
    case .subshell(let list): return "subshell(\(dump(list)))"
    case .conditional(let clause):
      let branches = clause.branches.map { "\(dump($0.condition)) ? \(dump($0.body))" }
      let alternative = clause.alternative.map { [": " + dump($0)] } ?? []
      return "if(" + (branches + alternative).joined(separator: ", ") + ")"
    case .loop(let loop): return "\(loop.kind)(\(dump(loop.condition)) ? \(dump(loop.body)))"
    case .forLoop(let loop):
      let words = loop.words.map { " in" + $0.map { " " + dump($0) }.joined() } ?? ""
      return "\(loop.kind)(\(loop.name)\(words) ? \(dump(loop.body)))"
    case .caseClause(let clause):
      let items = clause.items.map { item in
        let patterns = item.patterns.map(dump).joined(separator: "|")
        let terminator =
          switch item.terminator {
          case .break: ";;"
          case .fallThrough: ";&"
          case .nextMatch: ";;&"
          }
        return patterns + ") " + (item.body.map(dump) ?? "-") + terminator
      }
      return "case(" + ([dump(clause.word)] + items).joined(separator: " ") + ")"
    case .arithmetic(let word): return "arithmetic(\(dump(word)))"
    case .arithmeticFor(let loop):
      let parts = [loop.initial, loop.condition, loop.update].map(dump).joined(separator: "; ")
      return "for((\(parts)) ? \(dump(loop.body)))"
    case .test(let expression): return "test(\(dump(expression)))"
    case .coprocess(let coprocess):
      return "coproc(" + ([coprocess.name.map(dump) ?? "-", dump(coprocess.command)].joined(separator: " ")) + ")"
    }
  }

  private static func dump(_ assignment: Assignment) -> String {
    let place = "\(assignment.name)" + (assignment.subscript.map { "[\(dump($0))]" } ?? "")
    let elements = assignment.elements?.map { element in
      (element.subscript.map { "[\(dump($0))]=" } ?? "") + dump(element.value)
    }
    let value = elements.map { "(" + $0.joined(separator: " ") + ")" } ?? dump(assignment.value)
    return place + ":" + (assignment.isAppending ? "+" : "") + "=" + value
  }

  static func dump(_ expression: ConditionalExpression) -> String {
    switch expression {
    case .all(let parts): "and(" + parts.map(dump).joined(separator: ", ") + ")"
    case .any(let parts): "or(" + parts.map(dump).joined(separator: ", ") + ")"
    case .not(let inner): "not(\(dump(inner)))"
    case .unary(let name, let word): "\(name) \(dump(word))"
    case .binary(let left, let name, let right): "\(dump(left)) \(name) \(dump(right))"
    }
  }

  static func dump(_ redirection: Redirection) -> String {
    let text: String
    switch redirection.operator {
    case .input: text = "<"
    case .output: text = ">"
    case .append: text = ">>"
    case .clobber: text = ">|"
    case .readWrite: text = "<>"
    case .duplicateInput: text = "<&"
    case .duplicateOutput: text = ">&"
    case .hereString: text = "<<<"
    case .hereDocument(let document):
      let kind = (document.stripsTabs ? "<<-" : "<<") + (document.isQuoted ? "'" : "")
      return (redirection.descriptor.map(String.init) ?? "") + "\(kind)\(document.delimiter)(\(dump(document.body)))"
    }
    return (redirection.descriptor.map(String.init) ?? "") + text + "(" + dump(redirection.target) + ")"
  }

  static func dump(_ word: Word) -> String { dump(word.units) }

  static func dump(_ units: [WordUnit]) -> String { units.map(dump).joined() }

  static func dump(_ unit: WordUnit) -> String {
    switch unit {
    case .literal(let text): "\(text)"
    case .escaped(let text): "{\\\(text)}"
    case .singleQuoted(let text): "{'\(text)}"
    case .dollarSingleQuoted(let decoded, _): "{$'\(decoded)}"
    case .doubleQuoted(let units): "{\"\(dump(units))}"
    case .parameter(let expansion): "{$" + dump(expansion) + "}"
    case .commandSubstitution(let substitution):
      "{" + (substitution.notation == .dollar ? "$( " : "` ") + substitution.body.map(dump).joined(separator: " ⏎ ")
        + "}"
    case .processSubstitution(let substitution):
      "{" + (substitution.direction == .reading ? "<( " : ">( ")
        + substitution.body.map(dump).joined(separator: " ⏎ ") + "}"
    case .arithmetic(let word, _): "{(( \(dump(word))}"
    }
  }

  static func dump(_ expansion: ParameterExpansion) -> String {
    var text: String
    switch expansion.parameter {
    case .variable(let name): text = "\(name)"
    case .positional(let number): text = "\(number)"
    case .special(let byte): text = String(UnicodeScalar(byte))
    }
    switch expansion.subscript {
    case .none: break
    case .all: text += "[@]"
    case .joined: text += "[*]"
    case .index(let word): text += "[" + dump(word) + "]"
    }
    return (expansion.isIndirect ? "!" : "") + text + (expansion.operation.map(dump) ?? "")
  }

  private static func dump(_ operation: ParameterOperation) -> String {
    switch operation {
    case .length: " length"
    case .useDefault(let colon, let word): (colon ? " :- " : " - ") + dump(word)
    case .assignDefault(let colon, let word): (colon ? " := " : " = ") + dump(word)
    case .errorIfUnset(let colon, let word): (colon ? " :? " : " ? ") + dump(word)
    case .useAlternative(let colon, let word): (colon ? " :+ " : " + ") + dump(word)
    case .removeSmallestSuffix(let pattern): " % " + dump(pattern)
    case .removeLargestSuffix(let pattern): " %% " + dump(pattern)
    case .removeSmallestPrefix(let pattern): " # " + dump(pattern)
    case .removeLargestPrefix(let pattern): " ## " + dump(pattern)
    case .substring(let offset, let length): " : " + dump(offset) + (length.map { " : " + dump($0) } ?? "")
    case .replace(let part, let pattern, let word): " \(part) " + dump(pattern) + " / " + dump(word)
    case .changeCase(let change, let pattern):
      " \(change.kind)\(change.isOfAll ? " all" : "")" + (pattern.map { " " + dump($0) } ?? "")
    case .transform(let letter): " @" + String(UnicodeScalar(letter))
    case .names(let areFields): areFields ? " names@" : " names*"
    case .invalid(let rest): " invalid " + dump(rest)
    }
  }

  /// The commands of a text, one a line, and what ended them if it was not the end of the input.
  static func parse(
    _ source: String, aliases: [String: String] = [:], isComplete: Bool = true, isPosix: Bool = false
  ) -> String {
    var table = AliasTable()
    for (name, text) in aliases { table[ByteString(name)] = ByteString(text) }
    var parser = Parser(ByteString(source), aliases: table, isComplete: isComplete)
    parser.isPosix = isPosix
    var lines: [String] = []
    while true {
      switch parser.parseCompleteCommand() {
      case .command(let command): lines.append(dump(command))
      case .endOfInput: return lines.joined(separator: "\n")
      case .error(let error): return (lines + ["error \(error.messageWithPosition)"]).joined(separator: "\n")
      case .needsMoreInput(let need): return (lines + ["needs \(describe(need))"]).joined(separator: "\n")
      }
    }
  }

  private static func describe(_ need: Need) -> String {
    switch need {
    case .restOfLine: "the rest of the line"
    case .command: "a command"
    case .closing(let opened): "\(opened.construct.closer) for \(opened.construct.opener) at \(opened.position.text)"
    case .hereDocument(let document): "here-document \(document.delimiter)"
    }
  }
}
