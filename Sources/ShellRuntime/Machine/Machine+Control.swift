import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Loops, `case`, subshells and command substitutions.
extension Machine {
  // MARK: Loops

  mutating func enterLoop(breakTo: Int32, continueTo: Int32) {
    frames.append(.loop(Frame.Loop(savedState: savedState, breakPosition: breakTo, continuePosition: continueTo)))
  }

  /// Enters a `for`. Its words are the fields of an open command, which stays open until `endFor`.
  mutating func enterFor(breakTo: Int32, continueTo: Int32) {
    let first = operands.commandStarts[operands.commandStarts.count - 1]
    frames.append(
      .loop(Frame.Loop(savedState: savedState, breakPosition: breakTo, continuePosition: continueTo, nextField: first)))
  }

  mutating func nextFor(_ number: NameNumber, end: Int) -> ControlFlow {
    let top = frames.count - 1
    guard case .loop(var loop) = frames[top], let index = loop.nextField, index < loop.savedState.operands.fields else {
      position = end
      return .next
    }
    loop.nextField = index + 1
    frames[top] = .loop(loop)
    let word = operands.fields[Int(index)]
    if environment.isNameReference(number) { return setReference(number, to: word, end: end) }
    do { try environment.assign(word, to: number) } catch {
      return expansionError(.variable(error))
    }
    return .next
  }

  /// Makes the name reference that is a loop's variable name something else; what it cannot name ends the loop.
  @inline(never)
  private mutating func setReference(_ number: NameNumber, to name: ByteString, end: Int) -> ControlFlow {
    do throws(VariableError) {
      try environment.setReference(name, of: number)
    } catch {
      report(.variable(error))
      let top = frames.count - 1
      guard case .loop(var loop) = frames[top] else { return .next }
      loop.status = .failure
      frames[top] = .loop(loop)
      position = end
    }
    return .next
  }

  /// Ends an iteration of the innermost loop.
  @inline(__always)
  mutating func loopBack(to target: Int) -> ControlFlow {
    let top = frames.count - 1
    if case .loop(var loop) = frames[top] {
      // `continue` as a plain jump may leave a tested part, such as a condition, without its `endTested`.
      testedDepth = loop.savedState.testedDepth
      if loop.status != environment.status {
        loop.status = environment.status
        frames[top] = .loop(loop)
      }
    }
    position = target
    return countTurn()
  }

  /// Counts a turn, and stops the machine if a signal or request is pending or its turns are used up. The instruction
  /// counts as run, so the machine goes on behind it.
  @inline(__always)
  mutating func countTurn() -> ControlFlow {
    if let reason = context.countTurn() { return .stop(reason) }
    return .next
  }

  mutating func finishLoop() {
    if case .loop(let loop) = frames[frames.count - 1] { environment.status = loop.status }
    popFrame()
  }

  // MARK: case

  @inline(__always)
  mutating func matchCase(_ pattern: StaticPattern, _ target: Int) {
    let text = operands.texts[operands.texts.count - 1]
    if pattern.matches(text, environment.options.comparingPatterns, environment.decoder) { enterCase(target) }
  }

  mutating func matchCase(_ pattern: Pattern, _ target: Int) {
    if pattern.matches(operands.texts[operands.texts.count - 1]) { enterCase(target) }
  }

  @inline(__always)
  private mutating func enterCase(_ target: Int) {
    operands.texts.removeLast()
    position = target
  }

  // MARK: Subshells

  mutating func enterSubshell(end: Int32) {
    let outer = enterEnvironment()
    environment.closeCoprocesses()
    frames.append(.subshell(Frame.Subshell(savedState: savedState, outerEnvironment: outer, endPosition: end)))
  }

  /// Begins a subshell's environment, for which no signal is pending.
  @inline(__always)
  private mutating func enterEnvironment() -> OuterEnvironment {
    defer { context.pendingSignals = SignalSet() }
    return OuterEnvironment(
      takenFrom: &context.environment, context.pendingSignals, inner: context.environment.subshell())
  }

  mutating func enterSubstitution(
    _ body: Routine, for purpose: Frame.Capture.Purpose = .substitution, flags: Instruction.Flags
  ) {
    let role = environment.jobRole.ofSubstitution
    let pipe = InProcessPipe(capacity: .unlimited)
    let outer = enterEnvironment()
    environment.jobRole = role
    if environment.options.contains(.dropsErrExit), !environment.options.contains(.posix) {
      environment.options.remove(.errExit)
    }
    environment.descriptors[1] = OpenFile(writingTo: pipe)
    let capture = Frame.Capture(caller: caller, flags: flags, pipe: pipe, purpose: purpose)
    // The frame's mark must not count the word that is pushed below, or unwinding would not restore it.
    frames.append(
      .substitution(Frame.Substitution(savedState: savedState, outerEnvironment: outer, capture: capture)))
    operands.beginInsideWord(separators: environment.fieldSeparators)
    context.routine = body
    context.position = 0
  }

  /// Leaves the subshell of the innermost frame. If it has an `EXIT` trap, that runs first, and `endExitTrap` goes on.
  ///
  /// - Parameter place: Where the command was that ends it.
  mutating func leaveSubshell(at place: Frame.Caller? = nil) -> ControlFlow {
    runExitTrap(nil, at: place) ?? popSubshell()
  }

  /// Goes on in the environment around the subshell of the innermost frame, with the subshell's status and output.
  mutating func popSubshell() -> ControlFlow {
    // Popping restores the outer environment, with its own `$?`.
    let status = environment.status
    assert(frames.last?.isSubshell == true, "only a subshell or a command substitution has an environment to leave")
    let capture = frames[frames.count - 1].capture
    popFrame()
    subshellDidEnd()
    if let capture { return collect(capture, status) }
    environment.status = status
    return needsAttention ? .stop(.attention) : .next
  }

  /// Adds the output of a substitution, whose commands have ended, to its word. Waits before that until all writers
  /// have closed the pipe, since background jobs of the substitution may still have it open.
  private mutating func collect(_ capture: Frame.Capture, _ status: ExitStatus) -> ControlFlow {
    if let request = capture.pipe.closing { return waitForWriters(capture, status, request) }
    if capture.purpose == .substitution {
      environment.status = status
      context.command.substitutionStatus = status
    }
    append(capture.pipe.takeText(keepsNewlines: capture.purpose == .prompt), capture.flags)
    return .next
  }

  /// Pushes a frame for the wait, so that the word under construction is kept if a trap runs meanwhile and dropped if
  /// the command is given up. `position` is set to the routine's `end` instruction, which calls `goOnCollecting`: that
  /// is where execution goes on after a trap.
  private mutating func waitForWriters(
    _ capture: Frame.Capture, _ status: ExitStatus, _ request: WaitRequest
  ) -> ControlFlow {
    var pending = Frame.Collection(savedState: savedState, capture: capture, status: status)
    pending.capture.caller = caller
    frames.append(.collection(pending))
    operands.beginInsideWord(separators: environment.fieldSeparators)
    return waitForWriters(request)
  }

  private mutating func waitForWriters(_ request: WaitRequest) -> ControlFlow {
    context.position = routine.instructions.count - 1
    return wait(for: request) { machine in machine.goOnCollecting() }
  }

  mutating func goOnCollecting() -> ControlFlow {
    guard case .collection(let collection) = frames[frames.count - 1] else {
      preconditionFailure("a collection's frame is on top while its output is waited for")
    }
    if let request = collection.capture.pipe.closing { return waitForWriters(request) }
    popFrame()
    return collect(collection.capture, collection.status)
  }

  // MARK: The end of a routine

  mutating func endRoutine() -> ControlFlow {
    if frames.isEmpty {
      // A subshell ends with its routine, and its EXIT trap runs. The shell's own environment goes on with the next
      // line.
      let goesOn = environment.isMain ? purpose != .end : purpose == .text
      return goesOn ? .stop(.finished(.completed)) : exit(environment.status)
    }
    // First, and without a copy of the frame.
    if frames[frames.count - 1].isCall {
      if environment.options.contains(.returnTrap), let flow = runReturnTrap(environment.status) { return flow }
      popFrame()
      return finishCommand()
    }
    switch frames[frames.count - 1] {
    case .source: return continueSource()
    case .substitution: return leaveSubshell()
    case .collection: return goOnCollecting()
    case .lastElement(let element): return endLastElement(element)
    case .trap(let trap):
      popFrame()
      return goOn(after: trap.kind)
    case .exitTrap(let trap): return endExitTrap(trap.status)
    case .loop, .redirections, .processSubstitutions, .assignment, .timing, .subshell, .call:
      preconditionFailure("a routine ends with its own frames")
    }
  }
}

// MARK: - set -e

extension Machine {
  @inline(__always)
  mutating func checkErrExit() -> ControlFlow {
    if environment.status.isSuccess || testedDepth > 0 || environment.options.isDisjoint(with: [.errExit, .errorTrap]) {
      return .next
    }
    return environment.options.contains(.errorTrap) ? runErrorTrap() : endIfErrExit()
  }

  mutating func endIfErrExit() -> ControlFlow {
    guard environment.options.contains(.errExit) else { return .next }
    return needsAttention ? exitAfterTraps(environment.status) : leave(.exit(environment.status))
  }
}
