import ByteStrings

/// Writes syntax trees as text that parses to the same trees.
package struct SyntaxPrinter {
  package enum Style: Sendable {
    /// On one line, but for newlines within words; the bodies of here-documents follow it.
    case oneLine
    /// On one line without the bodies of here-documents: how a job is called. Control bytes are as they are;
    /// `ByteString.visible` shows them.
    case jobText
    /// One command a line, indented by two spaces: how a function is listed.
    case indented
  }

  /// What has been written.
  private(set) var output: [UInt8] = []
  private let style: Style
  /// Whether lists are written one command a line here.
  private var isSpread: Bool
  private var indentation = 0
  /// The here-documents whose bodies follow the next newline.
  private var pendingHereDocuments: [HereDocument] = []

  init(_ style: Style) {
    self.style = style
    isSpread = style == .indented
  }

  package static func text(of command: CompleteCommand, style: Style = .oneLine) -> ByteString {
    written(style) { $0.write(command.list, isOnOneLine: true) }
  }

  package static func text(of list: List, style: Style = .oneLine) -> ByteString {
    written(style) { $0.write(list) }
  }

  package static func text(of andOr: AndOrList, style: Style = .oneLine) -> ByteString {
    written(style) { $0.write(andOr) }
  }

  package static func text(of pipeline: Pipeline, style: Style = .oneLine) -> ByteString {
    written(style) { $0.write(pipeline) }
  }

  package static func text(of command: Command, style: Style = .oneLine) -> ByteString {
    written(style) { $0.write(command) }
  }

  /// A command as `BASH_COMMAND` has it: of a loop, a `select` or a `case`, what stands before its body.
  package static func text(ofBeginning command: Command) -> ByteString {
    written(.jobText) { $0.writeBeginning(command) }
  }

  package static func text(of definition: FunctionDefinition, style: Style = .indented) -> ByteString {
    written(style) { $0.write(definition) }
  }

  package static func text(of redirection: Redirection, style: Style = .jobText) -> ByteString {
    written(style) { $0.write(redirection) }
  }

  package static func text(of word: Word) -> ByteString {
    written(.oneLine) { $0.write(word) }
  }

  private static func written(_ style: Style, _ write: (inout SyntaxPrinter) -> Void) -> ByteString {
    var printer = SyntaxPrinter(style)
    write(&printer)
    printer.endLine()
    return ByteString(printer.output)
  }
}

// MARK: - Text and lines

extension SyntaxPrinter {
  mutating func write(_ text: ByteString) { text.withUnsafeBytes { output.append(contentsOf: $0) } }

  mutating func write(_ byte: UInt8) { output.append(byte) }

  /// Begins a new line, and writes what must follow the newline.
  private mutating func newline() {
    write(Byte.newline)
    writePendingHereDocuments()
    for _ in 0..<indentation { write("  ") }
  }

  /// Writes what must follow the end of the text.
  private mutating func endLine() {
    if pendingHereDocuments.isEmpty { return }
    write(Byte.newline)
    writePendingHereDocuments()
  }

  private mutating func writePendingHereDocuments() {
    let documents = pendingHereDocuments
    pendingHereDocuments = []
    for document in documents {
      write(document.body)
      write(document.delimiter)
      write(Byte.newline)
    }
  }

  /// Writes `body` one level deeper, on lines of its own where lists are spread.
  private mutating func indented(_ body: (inout SyntaxPrinter) -> Void) {
    indentation += 1
    lineBreak()
    body(&self)
    indentation -= 1
  }

  /// A newline where lists are spread, a space where not.
  private mutating func lineBreak() {
    if isSpread { newline() } else { write(Byte.space) }
  }

  /// Writes with lists on one line.
  private mutating func onOneLine(_ body: (inout SyntaxPrinter) -> Void) {
    let wasSpread = isSpread
    isSpread = false
    body(&self)
    isSpread = wasSpread
  }
}

// MARK: - Lists

extension SyntaxPrinter {
  /// Writes a list; its last command is not ended by `;`. The list of a complete command stays on its line also
  /// where those within it are spread.
  private mutating func write(_ list: List, isOnOneLine: Bool = false) {
    for (index, item) in list.items.enumerated() {
      write(item.andOr)
      if item.isAsynchronous { write(" &") }
      if index == list.items.count - 1 { break }
      if !item.isAsynchronous, isOnOneLine || !isSpread { write(Byte.semicolon) }
      if isOnOneLine { write(Byte.space) } else { lineBreak() }
    }
  }

  /// Writes a list and what must stand between it and the reserved word that follows.
  private mutating func writeEnded(_ list: List) {
    write(list)
    if list.items.last?.isAsynchronous != true, !isSpread { write(Byte.semicolon) }
    lineBreak()
  }

  /// Writes a list one level deeper, and goes back to where the reserved word that follows stands.
  private mutating func writeBody(_ list: List) {
    indented { $0.write(list) }
    if list.items.last?.isAsynchronous != true, !isSpread { write(Byte.semicolon) }
    lineBreak()
  }

  /// Writes the list between a reserved word and `then` or `do`.
  private mutating func writeCondition(_ list: List) {
    onOneLine { $0.writeEnded(list) }
  }

  private mutating func write(_ andOr: AndOrList) {
    write(andOr.first)
    for element in andOr.rest {
      write(element.operator == .and ? " && " : " || ")
      write(element.pipeline)
    }
  }

  private mutating func write(_ pipeline: Pipeline) {
    if let timing = pipeline.timing {
      write(timing == .seconds ? "time -p " : "time ")
      if !pipeline.isNegated, pipeline.elements[0].beginsWithMinus { write("-- ") }
    }
    if pipeline.isNegated { write("! ") }
    for (index, command) in pipeline.elements.enumerated() {
      if index > 0 { write(" | ") }
      write(command)
    }
  }

  private mutating func write(_ command: Command) {
    switch command {
    case .simple(let command): write(command)
    case .compound(let command, let redirections, _):
      write(command)
      for redirection in redirections {
        write(Byte.space)
        write(redirection)
      }
    case .function(let definition): write(definition)
    }
  }

  private mutating func write(_ definition: FunctionDefinition) {
    write(definition.name)
    write("() ")
    write(definition.body)
  }
}

// MARK: - Simple commands

extension SyntaxPrinter {
  private mutating func write(_ command: SimpleCommand, isOfCoprocess: Bool = false) {
    var isFirst = true
    func separate(_ printer: inout SyntaxPrinter) {
      if !isFirst { printer.write(Byte.space) }
      isFirst = false
    }
    for assignment in command.assignments {
      separate(&self)
      write(assignment)
    }
    // In front, a word that spells a reserved word would be one; after a redirection it is not.
    let first = command.assignments.isEmpty ? command.words.first?.plainText : nil
    let beginsWithKeyword = first == "time" || first.flatMap(Keyword.init) != nil
    // Behind `coproc` the first word would be a name in front of it.
    let second = isOfCoprocess ? command.words.dropFirst().first?.plainText : nil
    let hasNamelike = second.flatMap(Keyword.init)?.beginsCompoundCommand == true
    let leading = beginsWithKeyword || hasNamelike ? command.redirections.count : 0
    for redirection in command.redirections.prefix(leading) {
      separate(&self)
      write(redirection)
    }
    var arrays = command.arrays[...]
    for word in command.words {
      separate(&self)
      if let array = arrays.first, word.plainText == array.name, word.position == array.position {
        write(array)
        arrays.removeFirst()
      } else {
        write(word)
      }
    }
    for redirection in command.redirections.dropFirst(leading) {
      separate(&self)
      write(redirection)
    }
  }

  private mutating func write(_ assignment: Assignment) {
    write(assignment.name)
    if let word = assignment.subscript { writeSubscript(word) }
    write(assignment.isAppending ? "+=" : "=")
    guard let elements = assignment.elements else { return write(assignment.value) }
    write(Byte.leftParenthesis)
    for (index, element) in elements.enumerated() {
      if index > 0 { write(elements[index - 1].endsWithLine ? Byte.newline : Byte.space) }
      if let word = element.subscript {
        writeSubscript(word)
        write(Byte.equals)
      }
      write(element.value)
    }
    write(Byte.rightParenthesis)
  }

  private mutating func writeSubscript(_ word: Word) {
    write(Byte.leftBracket)
    write(word)
    write(Byte.rightBracket)
  }

  private mutating func write(_ redirection: Redirection) {
    if let descriptor = redirection.descriptor { write(ByteString(decimal: descriptor)) }
    if let variable = redirection.variable {
      write("{" + variable)
      if let word = redirection.subscript { writeSubscript(word) }
      write(Byte.rightBrace)
    }
    switch redirection.operator {
    case .input: write("<")
    case .output: write(">")
    case .append: write(">>")
    case .clobber: write(">|")
    case .readWrite: write("<>")
    case .duplicateInput: write("<&")
    case .duplicateOutput: write(">&")
    case .hereString: write("<<<")
    case .hereDocument(let document):
      write(document.stripsTabs ? "<<-" : "<<")
      if style != .jobText { pendingHereDocuments.append(document) }
    }
    // `<<(` would begin a here-document, and `<<-` strips tabs.
    switch (redirection.operator, redirection.target.units.first) {
    case (_, .processSubstitution): write(Byte.space)
    case (.hereDocument, .literal(let text)) where text.first == Byte.minus: write(Byte.space)
    default: break
    }
    write(redirection.target)
  }
}

// MARK: - Compound commands

extension SyntaxPrinter {
  private mutating func write(_ command: CompoundCommand) {
    switch command {
    case .group(let list):
      write(Byte.leftBrace)
      writeBody(list)
      write(Byte.rightBrace)
    case .subshell(let list):
      write(Byte.leftParenthesis)
      indented { $0.write(list) }
      lineBreak()
      write(Byte.rightParenthesis)
    case .conditional(let clause): write(clause)
    case .loop(let loop):
      write(loop.kind == .while ? "while " : "until ")
      writeCondition(loop.condition)
      writeDoGroup(loop.body)
    case .forLoop(let loop): write(loop)
    case .caseClause(let clause): write(clause)
    case .arithmetic(let word):
      write("((")
      write(word)
      write("))")
    case .arithmeticFor(let loop):
      writeBeginning(loop)
      write("; ")
      writeDoGroup(loop.body)
    case .test(let expression):
      write("[[ ")
      write(expression)
      write(" ]]")
    case .coprocess(let coprocess): write(coprocess)
    }
  }

  private mutating func write(_ coprocess: Coprocess) {
    write("coproc ")
    if let name = coprocess.name {
      write(name)
      write(Byte.space)
    }
    if case .simple(let command) = coprocess.command { return write(command, isOfCoprocess: true) }
    write(coprocess.command)
  }

  private mutating func write(_ expression: ConditionalExpression, within outer: ConditionalExpression? = nil) {
    switch expression {
    case .unary(let name, let word):
      write(name + " ")
      write(word)
    case .binary(let left, let name, let right):
      write(left)
      write(" " + name + " ")
      write(right)
    case .not(let inner):
      write("! ")
      write(inner, within: expression)
    case .all(let parts), .any(let parts):
      if outer != nil { write("( ") }
      for (index, part) in parts.enumerated() {
        if index > 0 { write(expression.isAll ? " && " : " || ") }
        write(part, within: expression)
      }
      if outer != nil { write(" )") }
    }
  }

  fileprivate mutating func writeBeginning(_ command: Command) {
    guard case .compound(let compound, _, _) = command else { return write(command) }
    switch compound {
    case .forLoop(let loop): writeBeginning(loop)
    case .arithmeticFor(let loop): writeBeginning(loop)
    case .caseClause(let clause):
      writeBeginning(clause)
      // As bash has it.
      write(Byte.space)
    default: write(command)
    }
  }

  private mutating func writeDoGroup(_ body: List) {
    write("do")
    writeBody(body)
    write("done")
  }

  private mutating func write(_ clause: IfClause) {
    for (index, branch) in clause.branches.enumerated() {
      write(index == 0 ? "if " : "elif ")
      writeCondition(branch.condition)
      write("then")
      writeBody(branch.body)
    }
    if let alternative = clause.alternative {
      write("else")
      writeBody(alternative)
    }
    write("fi")
  }

  private mutating func writeBeginning(_ loop: ArithmeticFor) {
    write("for ((")
    for (index, word) in [loop.initial, loop.condition, loop.update].enumerated() {
      if index > 0 { write(Byte.semicolon) }
      write(word)
    }
    write("))")
  }

  private mutating func write(_ loop: ForLoop) {
    writeBeginning(loop)
    write("; ")
    writeDoGroup(loop.body)
  }

  private mutating func writeBeginning(_ loop: ForLoop) {
    write(loop.kind == .for ? "for " : "select ")
    write(loop.name)
    if let words = loop.words {
      write(" in")
      for word in words {
        write(Byte.space)
        write(word)
      }
    }
  }

  private mutating func writeBeginning(_ clause: CaseClause) {
    write("case ")
    write(clause.word)
    write(" in")
  }

  private mutating func write(_ clause: CaseClause) {
    writeBeginning(clause)
    indentation += 1
    for item in clause.items {
      lineBreak()
      write(item)
    }
    indentation -= 1
    lineBreak()
    write("esac")
  }

  private mutating func write(_ item: CaseItem) {
    if item.patterns.first?.plainText == "esac" { write(Byte.leftParenthesis) }
    for (index, pattern) in item.patterns.enumerated() {
      if index > 0 { write(" | ") }
      write(pattern)
    }
    write(Byte.rightParenthesis)
    if let body = item.body {
      indentation += 1
      lineBreak()
      write(body)
      // The terminator stands where the body stands.
      lineBreak()
      indentation -= 1
    } else {
      write(Byte.space)
    }
    switch item.terminator {
    case .break: write(";;")
    case .fallThrough: write(";&")
    case .nextMatch: write(";;&")
    }
  }
}

// MARK: - Command substitution

extension SyntaxPrinter {
  mutating func write(_ substitution: CommandSubstitution) {
    switch substitution.notation {
    case .dollar:
      write(Byte.dollar)
      writeParenthesized(substitution.body, textWithAliases: substitution.textWithAliases)
    case .backquote:
      var printer = SyntaxPrinter(style == .jobText ? .jobText : .oneLine)
      printer.writeBody(substitution.body, textWithAliases: substitution.textWithAliases)
      write(Byte.backquote)
      for byte in printer.output {
        if byte == Byte.backquote || byte == Byte.backslash { write(Byte.backslash) }
        write(byte)
      }
      write(Byte.backquote)
    }
  }

  mutating func writeParenthesized(_ commands: [CompleteCommand], textWithAliases: ByteString?) {
    write(Byte.leftParenthesis)
    let start = output.count
    let outer = pendingHereDocuments
    pendingHereDocuments = []
    writeBody(commands, textWithAliases: textWithAliases)
    pendingHereDocuments = outer
    // `$((` would begin an arithmetic expansion, if it does not stand so in the text.
    let mayBeArithmetic = textWithAliases == nil && output.count > start && output[start] == Byte.leftParenthesis
    if mayBeArithmetic { output.insert(Byte.space, at: start) }
    write(Byte.rightParenthesis)
  }

  /// The text that is parsed again when it runs is written as it stands: what it means is known only then.
  private mutating func writeBody(_ commands: [CompleteCommand], textWithAliases: ByteString?) {
    if let textWithAliases, style != .jobText { return write(textWithAliases) }
    let outerIndentation = indentation
    indentation = 0
    onOneLine { printer in
      for (index, command) in commands.enumerated() {
        if index > 0 { printer.separateCommands(after: commands[index - 1]) }
        printer.write(command.list)
      }
      printer.endLine()
    }
    indentation = outerIndentation
  }

  /// Writes what stands between two complete commands: a newline, which a job's text has not.
  private mutating func separateCommands(after command: CompleteCommand) {
    if style == .jobText {
      write(command.list.items.last?.isAsynchronous == true ? " " : "; ")
    } else {
      newline()
    }
  }
}

extension ConditionalExpression {
  fileprivate var isAll: Bool { if case .all = self { true } else { false } }
}

extension Command {
  /// Whether it begins with what `time` would take for an option.
  fileprivate var beginsWithMinus: Bool {
    guard case .simple(let command) = self, command.assignments.isEmpty,
      case .literal(let text)? = command.words.first?.units.first
    else { return false }
    return text.first == Byte.minus
  }
}

extension ArrayElement {
  /// Whether it begins like a subscript, which a `]=` in a later element of its line would close.
  fileprivate var endsWithLine: Bool {
    guard `subscript` == nil, case .literal(let text)? = value.units.first else { return false }
    return text.first == Byte.leftBracket
  }
}
