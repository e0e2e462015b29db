import ByteStrings
import ShellSyntax

extension Compiler {
  mutating func compoundCommand(_ command: CompoundCommand, at position: SourcePosition) {
    switch command {
    case .group(let list): self.list(list)
    case .subshell(let list): subshell { $0.list(list) }
    case .conditional(let clause): conditional(clause)
    case .loop(let loop): whileLoop(loop)
    case .forLoop(let loop): forLoop(loop, at: position)
    case .caseClause(let clause):
      mark(position, beginsCommand: true)
      caseClause(clause)
    case .arithmetic(let word):
      mark(position, beginsCommand: true)
      arithmeticCommand(word)
      emit(.checkErrExit)
    case .arithmeticFor(let loop): arithmeticFor(loop, at: position)
    case .test(let expression):
      mark(position, beginsCommand: true)
      emit(.beginTested)
      test(expression)
      emit(.endTested)
      emit(.checkErrExit)
    case .coprocess(let coprocess): self.coprocess(coprocess)
    }
  }

  /// Compiles `((…))`: the status says whether the value is not 0. An error is status 1.
  private mutating func arithmeticCommand(_ word: Word) {
    if let program = arithmeticProgram(word) { return emit(.arithmeticCommand, a: program) }
    emit(.beginText)
    for unit in word.units { self.unit(unit, .text.quoted) }
    emit(.arithmeticCommandText)
  }

  /// Compiles `body` in a copy of the environment.
  mutating func subshell(_ body: (inout Compiler) -> Void) {
    // `break` in a subshell does not reach the loops around it.
    let outerLoops = loops
    loops = []
    let end = label()
    emit(.enterSubshell, to: end)
    body(&self)
    place(end)
    emit(.leaveSubshell)
    loops = outerLoops
  }

  private mutating func tested(_ list: List) {
    emit(.beginTested)
    self.list(list)
    emit(.endTested)
  }

  private mutating func conditional(_ clause: IfClause) {
    let end = label()
    for branch in clause.branches {
      let next = label()
      tested(branch.condition)
      emit(.jumpIfFailure, to: next)
      list(branch.body)
      emit(.jump, to: end)
      place(next)
    }
    // Without a branch that ran, the status is 0 and not that of the last condition.
    if let alternative = clause.alternative { list(alternative) } else { emit(.setStatus, a: 0) }
    place(end)
  }

  private mutating func whileLoop(_ loop: WhileLoop) {
    // enterLoop; start: condition; jump to end if it fails; body; continue: loopBack to start;
    // end: finishLoop (the status is that of the last body); jump to done; break: leaveLoop; done.
    let labels = LoopLabels(breakLabel: label(), continueLabel: label())
    let end = label()
    emitLoop(labels)
    loops.append(labels)
    let start = label()
    place(start)
    tested(loop.condition)
    emit(loop.kind == .while ? .jumpIfFailure : .jumpIfSuccess, to: end)
    loopBody(loop.body, labels, start: start, end: end)
  }

  /// Compiles the body of a loop, after which it goes back to `start`, and its two ends: `end`, where its condition goes,
  /// and that of `break`.
  private mutating func loopBody(_ body: List, _ labels: LoopLabels, start: Label, end: Label) {
    list(body)
    place(labels.continueLabel)
    emit(.loopBack, to: start)
    loops.removeLast()
    place(end)
    emit(.finishLoop)
    let done = label()
    emit(.jump, to: done)
    place(labels.breakLabel)
    emit(.leaveLoop)
    place(done)
  }

  /// Adds line table entries: the instructions from here on belong to the command at `position`, at another place in it.
  private mutating func markCommand(_ position: SourcePosition, _ inner: SourcePosition) {
    mark(position, beginsCommand: true)
    mark(inner)
  }

  private mutating func arithmeticFor(_ loop: ArithmeticFor, at position: SourcePosition) {
    // As `whileLoop`, with the update behind the place to which `continue` goes.
    let labels = LoopLabels(breakLabel: label(), continueLabel: label())
    let end = label()
    markCommand(position, loop.position)
    emit(.beginTested)
    if !loop.initial.units.isEmpty { arithmeticCommand(loop.initial) }
    emit(.endTested)
    emitLoop(labels)
    loops.append(labels)
    let start = label()
    let condition = label()
    emit(.jump, to: condition)
    place(start)
    markCommand(position, loop.position)
    emit(.beginTested)
    if !loop.update.units.isEmpty { arithmeticCommand(loop.update) }
    emit(.endTested)
    place(condition)
    if !loop.condition.units.isEmpty {
      markCommand(position, loop.position)
      emit(.beginTested)
      arithmeticCommand(loop.condition)
      emit(.endTested)
      emit(.jumpIfFailure, to: end)
    }
    loopBody(loop.body, labels, start: start, end: end)
  }

  private mutating func forLoop(_ loop: ForLoop, at position: SourcePosition) {
    // As `whileLoop`, with `nextFor` as the condition. The words are the fields of a command that stays open during the
    // loop, so `unwind` drops them if the loop is left by `return` or an error.
    let labels = LoopLabels(breakLabel: label(), continueLabel: label())
    let end = label()
    if loop.kind == .select { mark(position, beginsCommand: true) }
    mark(loop.position)
    emit(.beginCommand)
    if let words = loop.words {
      for word in words { commandFields(of: word) }
    } else {
      emit(.beginWord)
      emit(.allParameters, .quoted, a: Int(UInt8(ascii: "@")))
      emit(.endWord)
    }
    emitFor(labels)
    loops.append(labels)
    let start = label()
    place(start)
    if loop.kind == .for {
      markCommand(position, loop.position)
      emit(.nextFor, a: number(of: loop.name), to: end)
    } else {
      // The end of the input is no error that `set -e` looks at.
      emit(.beginTested)
      emit(.readSelection, to: end)
      emit(.takeSelection, a: number(of: loop.name), to: end)
      emit(.endTested)
    }
    loopBody(loop.body, labels, start: start, end: end)
    emit(.endFor)
  }

  private mutating func caseClause(_ clause: CaseClause) {
    if clause.items.contains(where: { $0.terminator == .nextMatch }) { return caseClauseWithNextMatch(clause) }
    // The word's text stays on the stack while patterns are tested. A match drops it and jumps to the body; `dropText`
    // drops it if none matches.
    text(of: clause.word)
    let end = label()
    let bodies = clause.items.map { _ in label() }
    firstTests(clause, bodies, end: end)
    for (index, item) in clause.items.enumerated() {
      place(bodies[index])
      if let body = item.body { list(body) } else { emit(.setStatus, a: 0) }
      // After `;&` the next body follows directly.
      let isLast = index == clause.items.count - 1
      if item.terminator == .break || isLast { emit(.jump, to: end) }
    }
    place(end)
  }

  /// Compiles a `case` with `;;&`. The word's text stays on the stack to the end, and each row of tests works on a copy.
  /// There are two rows: one before any body has run, at whose end the status becomes 0, and one behind a body.
  private mutating func caseClauseWithNextMatch(_ clause: CaseClause) {
    // `break` inside must drop the text, so it is no plain jump here.
    let outerLoops = loops
    loops = []
    text(of: clause.word)
    let end = label()
    let bodies = clause.items.map { _ in label() }
    let laterTests = clause.items.map { _ in label() }
    emit(.copyText)
    firstTests(clause, bodies, end: end)
    for (index, item) in clause.items.enumerated() {
      place(laterTests[index])
      for pattern in item.patterns { matchCase(pattern, bodies[index]) }
    }
    emit(.dropText)
    emit(.jump, to: end)
    for (index, item) in clause.items.enumerated() {
      place(bodies[index])
      if let body = item.body { list(body) } else { emit(.setStatus, a: 0) }
      let isLast = index == clause.items.count - 1
      if item.terminator == .break || isLast {
        emit(.jump, to: end)
      } else if item.terminator == .nextMatch {
        emit(.copyText)
        emit(.jump, to: laterTests[index + 1])
      }
    }
    place(end)
    emit(.dropText)
    loops = outerLoops
  }

  /// The tests before any body has run: to the body of the first pattern that matches, or to the end with status 0.
  private mutating func firstTests(_ clause: CaseClause, _ bodies: [Label], end: Label) {
    for (item, body) in zip(clause.items, bodies) {
      for pattern in item.patterns { matchCase(pattern, body) }
    }
    emit(.dropText)
    emit(.setStatus, a: 0)
    emit(.jump, to: end)
  }

  private mutating func matchCase(_ pattern: Word, _ body: Label) {
    if let pattern = staticPattern(pattern, options.comparingPatterns) {
      parts.patterns.append(pattern)
      emit(.matchCase, a: parts.patterns.count - 1, to: body)
    } else {
      patternText(of: pattern)
      emit(.matchCaseText, a: 0, to: body)
    }
  }
}
