import ByteStrings
import ShellSyntax

extension Compiler {
  mutating func list(_ list: List) {
    for item in list.items {
      if item.isAsynchronous { asynchronousList(item.andOr) } else { andOrList(item.andOr) }
    }
  }

  private mutating func andOrList(_ list: AndOrList) {
    if list.rest.isEmpty { return pipeline(list.first) }
    let end = label()
    // `set -e` ignores failures of all pipelines but the last. So there are two ways to the end: behind the last
    // pipeline, which runs after `endTested`, and from a skip of it, which has to end the tested part itself.
    emit(.beginTested)
    pipeline(list.first)
    for (index, element) in list.rest.enumerated() {
      let isLast = index == list.rest.count - 1
      // A skipped element leaves the status as it is, for the next operator to test.
      let next = label()
      emit(element.operator == .and ? .jumpIfFailure : .jumpIfSuccess, to: isLast ? end : next)
      if isLast { emit(.endTested) }
      pipeline(element.pipeline)
      if isLast {
        let done = label()
        emit(.jump, to: done)
        place(end)
        emit(.endTested)
        place(done)
      }
      place(next)
    }
  }

  private mutating func pipeline(_ pipeline: Pipeline) {
    guard let timing = pipeline.timing else { return untimed(pipeline) }
    // `break` must pop the frame of `time`, so it is no plain jump here.
    let outerLoops = loops
    loops = []
    emit(.beginTiming)
    untimed(pipeline)
    emit(.endTiming, a: timing == .seconds ? 1 : 0)
    loops = outerLoops
  }

  private mutating func untimed(_ pipeline: Pipeline) {
    if pipeline.isNegated { emit(.beginTested) }
    if pipeline.elements.count == 1 {
      command(pipeline.elements[0])
    } else {
      mark(pipeline.position)
      emit(.pipeline, a: add(pipeline.elements))
      checkStatus(ofCommandAt: pipeline.elements[pipeline.elements.count - 1].position)
    }
    if pipeline.isNegated {
      emit(.endTested)
      emit(.negate, a: 1)
    }
  }

  private mutating func add(_ elements: [Command]) -> Int {
    parts.pipelines.append(compiled(elements))
    return parts.pipelines.count - 1
  }

  private mutating func compiled(_ elements: [Command]) -> Routine.CompiledPipeline {
    Routine.CompiledPipeline(
      elements: elements.map { element in routine(of: .command(element)) { $0.command(element) } })
  }

  private mutating func asynchronousList(_ list: AndOrList) {
    mark(list.first.position)
    if let command = list.jobContinuation { return simpleCommand(command) }
    emit(.startJob, a: add(list))
  }

  mutating func coprocess(_ coprocess: Coprocess) {
    let position = coprocess.command.position
    let whole = AndOrList(Pipeline([.compound(.coprocess(coprocess), [], position)], position: position))
    text(of: coprocess.name ?? Word([.literal("COPROC")]))
    emit(.startCoprocess, a: add(AndOrList(Pipeline([coprocess.command], position: position)), shownAs: whole))
  }

  /// Compiles a list that runs in the background; its index among those of the routine.
  ///
  /// - Parameter whole: What the job is called by, where that is not the list.
  mutating func add(_ list: AndOrList, shownAs whole: AndOrList? = nil) -> Int {
    var namesOwnProcess = false
    let routine = routine(of: .andOr(list)) { compiler in
      compiler.andOrList(list)
      namesOwnProcess = compiler.namesOwnProcess
    }
    // A program that starts at once has a process ID that its words cannot have named.
    let probing = namesOwnProcess ? .none : probing(of: list)
    parts.lists.append(Routine.AsynchronousList(routine: routine, probing: probing, tree: whole ?? list))
    return parts.lists.count - 1
  }

  /// Whether the list's only work may be one program or one pipeline of programs.
  private func probing(of list: AndOrList) -> Routine.Probing {
    guard let commands = list.onlyCommands else { return .none }
    // A list of simple commands is probed in any case, so their words are expanded at once.
    if list.first.isPlain { return .unlessFunctions([]) }
    var names: [ByteString] = []
    for command in commands {
      guard let name = command.words[0].plainText else { continue }
      if let builtin = builtins[name], builtin.replacement == nil { return .none }
      names.append(name)
    }
    return .unlessFunctions(names)
  }

  mutating func command(_ command: Command) {
    if !isPosix, command.hasProcessSubstitution { return withProcessSubstitutions { $0.commandInside(command) } }
    commandInside(command)
  }

  /// Compiles `body` between the beginning and the end of a command in whose words process substitutions stand.
  private mutating func withProcessSubstitutions(_ body: (inout Compiler) -> Void) {
    // `break` inside must end them first.
    let outerLoops = loops
    loops = []
    emit(.beginProcessSubstitutions)
    body(&self)
    emit(.endProcessSubstitutions)
    loops = outerLoops
  }

  private mutating func commandInside(_ command: Command) {
    switch command {
    case .simple(let simple): simpleCommand(simple)
    case .compound(let compound, let redirections, let position):
      mark(position)
      withRedirections(redirections) { $0.compoundCommand(compound, at: position) }
      // Not under its redirections, since a trap on `ERR` may run.
      if case .subshell = compound { checkStatus(ofCommandAt: position) }
    case .function(let definition): function(definition)
    }
  }

  /// Looks at the status of a command that is not a simple one.
  private mutating func checkStatus(ofCommandAt position: SourcePosition) {
    mark(position, beginsCommand: true)
    emit(.checkErrExit)
  }

  private mutating func function(_ definition: FunctionDefinition) {
    mark(definition.position)
    let body = routine(of: .command(definition.body), function: definition.name) { $0.command(definition.body) }
    parts.functions.append(Function(routine: body, definition: definition))
    emit(.defineFunction, a: parts.functions.count - 1, b: number(of: definition.name))
  }

  // MARK: Simple commands

  private mutating func simpleCommand(_ command: SimpleCommand) {
    mark(command.position, beginsCommand: true)
    guard !command.words.isEmpty else { return assignments(of: command) }
    if !command.arrays.isEmpty { return declaration(command) }
    plainCommand(command)
  }

  /// Compiles `declare -a x=(…)` and the like: the arrays are assigned when they have been declared, and become
  /// read-only after that.
  private mutating func declaration(_ command: SimpleCommand) {
    var declaring = command
    declaring.arrays = []
    var marking: SimpleCommand?
    if command.words[0].plainText == "readonly" {
      marking = declaring
      declaring.words = []
    } else if command.words.contains(where: \.isReadOnlyOption) {
      marking = SimpleCommand(
        words: [Word([.literal("readonly")])] + command.arrays.map { Word([.literal($0.name)]) },
        position: command.position)
      declaring.words = command.words.map { $0.isReadOnlyOption ? $0.withoutReadOnlyOption : $0 }
    }
    let end = label()
    emit(.beginTested)
    if !declaring.words.isEmpty {
      plainCommand(declaring)
      emit(.jumpIfFailure, to: end)
    }
    for array in command.arrays { assign(array) }
    if let marking { plainCommand(marking) }
    place(end)
    emit(.endTested)
    emit(.checkErrExit)
  }

  private mutating func plainCommand(_ command: SimpleCommand) {
    if let jump = staticJump(command) { return emitJump(jump) }
    // The order of POSIX.1-2024 XCU 2.9.1.1: words, redirections, assignments.
    emit(.beginCommand)
    let operands = declarationOperands(command)
    for (index, word) in command.words.enumerated() {
      if operands, index > 0, let operand = assignmentOperand(word), isPosix || !hasBraces(word) {
        emit(.beginText)
        units(of: operand.target, .text)
        value(units: operand.value, .text)
        emit(.textField)
      } else {
        commandFields(of: word)
      }
    }
    withRedirections(command.redirections, ofSimpleCommand: true) {
      [name = command.words[0], assignments = command.assignments, position = command.position] compiler in
      compiler.withTemporaryAssignments(assignments) { $0.emitExecute(name, at: position) }
    }
  }

  /// Compiles `body` between the assignments before a command and their end.
  private mutating func withTemporaryAssignments(_ assignments: [Assignment], _ body: (inout Compiler) -> Void) {
    if assignments.isEmpty { return body(&self) }
    for assignment in assignments {
      if assignment.isAppending { appendedValue(of: assignment) } else { value(of: assignment.value) }
      emit(.assignTemporarily, a: number(of: assignment.name))
    }
    body(&self)
    for _ in assignments { emit(.endTemporaryAssignment) }
  }

  private mutating func emitExecute(_ name: Word, at position: SourcePosition) {
    mark(position)
    // A literal name is looked up now: its number for functions, its index for builtins. A function of that name may be
    // defined later, so `executeNamed` still asks for one.
    if let name = name.plainText, !mayBePattern(name), !name.hasPrefix("~"), !name.hasPrefix("%"),
      isPosix || !name.contains(UInt8(ascii: "{"))
    {
      emit(.executeNamed, a: number(of: name), b: builtins.index(of: name) ?? -1)
    } else {
      emit(.execute)
    }
  }

  /// Whether operands of the form `NAME=value` are expanded as assignments: no field splitting, tildes after `:`.
  private func declarationOperands(_ command: SimpleCommand) -> Bool {
    var words = command.words[...]
    while words.first?.plainText == "command" { words = words.dropFirst() }
    guard let name = words.first?.plainText else { return false }
    return name == "export" || name == "readonly" || name == "local" || name == "declare" || name == "typeset"
  }

  /// Compiles a text that is parsed when it runs.
  mutating func evaluation(of text: ByteString, at position: SourcePosition) {
    simpleCommand(.evaluation(of: text, at: position))
  }

  /// Compiles a command without words. POSIX.1-2024 XCU 2.9.1.2: its redirections are performed in a subshell, so that
  /// `>${x=y}` assigns nothing.
  private mutating func assignments(of command: SimpleCommand) {
    emit(.beginAssignments)
    for assignment in command.assignments { assign(assignment) }
    emit(.endAssignments)
    if command.redirections.isEmpty { return }
    subshell { compiler in
      compiler.emit(.beginAssignments)
      compiler.withRedirections(command.redirections) { $0.emit(.endAssignments, a: 1) }
    }
    emit(.checkErrExit)
  }

  private mutating func assign(_ assignment: Assignment) {
    let number = number(of: assignment.name)
    if let elements = assignment.elements { return array(elements, to: number, isAppending: assignment.isAppending) }
    if let word = assignment.subscript {
      subscriptText(word, of: assignment.name)
      value(of: assignment.value)
      return emit(.assignElement, a: number, b: assignment.isAppending ? 1 : 0)
    }
    if assignment.isAppending {
      value(of: assignment.value)
      return emit(.appendToVariable, a: number, b: 1)
    }
    if let text = assignment.value.plainText, !text.contains(UInt8(ascii: "~")) {
      emit(.assignLiteral, a: number, b: constant(text))
    } else if let program = arithmeticOnly(assignment.value) {
      emit(.assignArithmetic, a: number, b: program)
    } else if let rest = whatIsAdded(to: assignment.name, by: assignment.value) {
      value(of: rest)
      emit(.appendToVariable, a: number)
    } else {
      value(of: assignment.value)
      emit(.assign, a: number)
    }
  }

  /// Compiles `name=(…)`. All words are expanded before the variable changes.
  private mutating func array(_ elements: [ArrayElement], to number: Int, isAppending: Bool) {
    emit(.beginFields)
    for element in elements {
      if let word = element.subscript {
        text(of: word)
        emit(.textField)
        value(of: element.value)
        emit(.textField)
      } else {
        emit(.beginFields)
        fieldsWithBraces(of: element.value)
        emit(.arrayWords)
      }
    }
    emit(.assignArray, a: number, b: isAppending ? 1 : 0)
  }

  /// Puts the variable's value with what is added to it on the stack.
  private mutating func appendedValue(of assignment: Assignment) {
    let before = ParameterExpansion(.variable(assignment.name), operation: .useDefault(colon: false, Word()))
    emit(.beginText)
    parameter(before, .text)
    value(units: assignment.value.units, .text)
  }

  /// The units behind `$x` in `x=$x…`, if their expansion changes no variable and runs no command.
  private func whatIsAdded(to name: ByteString, by value: Word) -> Word? {
    var units = value.units
    if units.count == 1, case .doubleQuoted(let quoted) = units[0] { units = quoted }
    guard !isDynamic(name), units.count > 1, units[0].isPlainVariable(name), units.dropFirst().allSatisfy(\.isPlain)
    else { return nil }
    let rest = Array(units.dropFirst())
    return Word(value.units.count == 1 ? [.doubleQuoted(rest)] : rest)
  }

  /// The target of a `break` or `continue` that can be compiled to a jump within this routine.
  private func staticJump(_ command: SimpleCommand) -> Label? {
    guard command.assignments.isEmpty, command.redirections.isEmpty, command.words.count <= 2, !loops.isEmpty,
      let name = command.words[0].plainText, name == "break" || name == "continue"
    else { return nil }
    if command.words.count == 2, command.words[1].plainText != "1" { return nil }
    let loop = loops[loops.count - 1]
    return name == "break" ? loop.breakLabel : loop.continueLabel
  }

  private mutating func emitJump(_ label: Label) {
    emit(.setStatus, a: 0)
    emit(.jump, to: label)
  }

  // MARK: Redirections

  /// Compiles `body` between the redirections and their end. A simple command with words is open by then.
  mutating func withRedirections(
    _ redirections: [Redirection], ofSimpleCommand isOfSimpleCommand: Bool = false, _ body: (inout Compiler) -> Void
  ) {
    if redirections.isEmpty { return body(&self) }
    // `break` inside must end the redirections first, so it is no plain jump here.
    let outerLoops = loops
    loops = []
    let end = label()
    emit(.beginRedirections, a: isOfSimpleCommand ? 1 : 0)
    for redirection in redirections {
      mark(redirection.position)
      if let variable = redirection.variable, let word = redirection.subscript { subscriptText(word, of: variable) }
      target(of: redirection)
      parts.redirections.append(
        Routine.CompiledRedirection(
          descriptor: redirection.descriptor ?? redirection.operator.defaultDescriptor,
          variable: redirection.variable.map { NameNumber(Int32(number(of: $0))) },
          isElement: redirection.subscript != nil,
          operator: redirection.operator))
      emit(.redirect, a: parts.redirections.count - 1, to: end)
    }
    body(&self)
    place(end)
    emit(.endRedirections)
    loops = outerLoops
  }

  private mutating func target(of redirection: Redirection) {
    if case .hereDocument(let document) = redirection.operator {
      emit(.beginText)
      for unit in document.body.units { self.unit(unit, .hereDocument) }
    } else {
      text(of: redirection.target)
    }
  }
}

extension SimpleCommand {
  /// `eval` with a text.
  static func evaluation(of text: ByteString, at position: SourcePosition) -> SimpleCommand {
    SimpleCommand(words: [Word([.literal("eval")]), Word([.singleQuoted(text)])], position: position)
  }
}

extension WordUnit {
  /// Whether it is `$name` or `${name}` and nothing else.
  fileprivate func isPlainVariable(_ name: ByteString) -> Bool {
    guard case .parameter(let expansion) = self, expansion.isPlain else { return false }
    return expansion.parameter == .variable(name)
  }

  /// Whether its expansion changes no variable and runs nothing.
  fileprivate var isPlain: Bool {
    switch self {
    case .literal(let text): !text.contains(UInt8(ascii: "~"))
    case .escaped, .singleQuoted, .dollarSingleQuoted: true
    case .doubleQuoted(let units): units.allSatisfy(\.isPlain)
    case .parameter(let expansion): expansion.isPlain
    case .commandSubstitution, .processSubstitution, .arithmetic: false
    }
  }
}

extension AndOrList {
  /// The command `bg %1` for the list `%1 &`.
  fileprivate var jobContinuation: SimpleCommand? {
    guard rest.isEmpty, !first.isNegated, first.timing == nil, first.elements.count == 1,
      case .simple(var command) = first.elements[0],
      let name = command.words.first?.plainText, name.hasPrefix("%")
    else { return nil }
    command.words.insert(Word([.singleQuoted("bg")]), at: 0)
    return command
  }
}

extension AndOrList {
  /// The simple commands that are all that the list does, one after the other as elements of pipelines; `nil` if it may
  /// do something else.
  fileprivate var onlyCommands: [SimpleCommand]? {
    guard rest.isEmpty else { return nil }
    var commands: [SimpleCommand] = []
    for element in first.elements {
      guard let only = element.onlyCommands else { return nil }
      commands += only
    }
    return commands
  }
}

extension Command {
  fileprivate var onlyCommands: [SimpleCommand]? {
    switch self {
    case .simple(let command): command.words.isEmpty ? nil : [command]
    case .compound(.group(let list), _, _), .compound(.subshell(let list), _, _):
      list.items.count == 1 && !list.items[0].isAsynchronous ? list.items[0].andOr.onlyCommands : nil
    case .compound, .function: nil
    }
  }
}

extension Pipeline {
  /// Whether it has simple commands only, and neither `!` nor `time`.
  fileprivate var isPlain: Bool {
    timing == nil && !isNegated && elements.allSatisfy { if case .simple = $0 { true } else { false } }
  }
}

extension Word {
  /// Whether it is an option such as `-ra`.
  fileprivate var isReadOnlyOption: Bool {
    guard let text = plainText, text.count > 1, text.first == UInt8(ascii: "-") else { return false }
    return text.contains(UInt8(ascii: "r"))
  }

  fileprivate var withoutReadOnlyOption: Word {
    let letters = ByteString((plainText ?? "").filter { $0 != UInt8(ascii: "r") })
    return Word([.literal(letters == "-" ? "--" : letters)], position: position)
  }
}
