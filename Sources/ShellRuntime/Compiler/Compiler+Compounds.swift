import ByteStrings
import ShellSyntax

extension Compiler {
  mutating func compoundCommand(_ command: CompoundCommand) {
    switch command {
    case .group(let list): self.list(list)
    case .subshell(let list): subshell(list)
    case .conditional(let clause): conditional(clause)
    case .loop(let loop): whileLoop(loop)
    case .forLoop(let loop): forLoop(loop)
    case .caseClause(let clause): caseClause(clause)
    }
  }

  private mutating func subshell(_ list: List) {
    // `break` in a subshell does not reach the loops around it.
    let outerLoops = loops
    loops = []
    let end = label()
    emit(.enterSubshell, to: end)
    self.list(list)
    place(end)
    emit(.leaveSubshell)
    emit(.checkErrExit)
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
    list(loop.body)
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

  private mutating func forLoop(_ loop: ForLoop) {
    // As `whileLoop`, with `nextFor` as the condition. The words are the fields of a command that stays open during the
    // loop, so `unwind` drops them if the loop is left by `return` or an error.
    let labels = LoopLabels(breakLabel: label(), continueLabel: label())
    let end = label()
    mark(loop.position)
    emit(.beginCommand)
    if let words = loop.words {
      for word in words { fields(of: word) }
    } else {
      emit(.beginWord)
      emit(.allParameters, .quoted, a: Int(UInt8(ascii: "@")))
      emit(.endWord)
    }
    emitFor(labels)
    loops.append(labels)
    let start = label()
    place(start)
    emit(.nextFor, a: number(of: loop.name), to: end)
    list(loop.body)
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
    emit(.endFor)
  }

  private mutating func caseClause(_ clause: CaseClause) {
    // The word's text stays on the stack while patterns are tested. A match drops it and jumps to the body; `endCase`
    // drops it if none matches.
    text(of: clause.word)
    let end = label()
    let bodies = clause.items.map { _ in label() }
    for (item, body) in zip(clause.items, bodies) {
      for pattern in item.patterns { matchCase(pattern, body) }
    }
    emit(.endCase)
    emit(.setStatus, a: 0)
    emit(.jump, to: end)
    for (index, item) in clause.items.enumerated() {
      place(bodies[index])
      if let body = item.body { list(body) } else { emit(.setStatus, a: 0) }
      // After `;&` the next body follows directly.
      let isLast = index == clause.items.count - 1
      if item.terminator == .break || isLast { emit(.jump, to: end) }
    }
    place(end)
  }

  private mutating func matchCase(_ pattern: Word, _ body: Label) {
    if let text = staticPattern(pattern) {
      parts.patterns.append(Pattern(text))
      emit(.matchCase, a: parts.patterns.count - 1, to: body)
    } else {
      patternText(of: pattern)
      emit(.matchCaseText, a: 0, to: body)
    }
  }
}
