import ByteStrings
import Meanwhile
import Platform

/// How control leaves constructs. All of it pops frames with `popFrame`, which restores what each of them changed.
extension Machine {
  // MARK: Frames

  /// What a frame that is pushed now has to restore.
  var savedState: Frame.SavedState {
    @inline(__always) get {
      Frame.SavedState(operands: operands.mark, command: context.command, testedDepth: context.inherited.testedDepth)
    }
  }

  /// Where execution goes on behind the instruction that runs.
  var caller: Frame.Caller {
    @inline(__always) get {
      Frame.Caller(routine: context.routine, position: Int32(truncatingIfNeeded: context.position))
    }
  }

  /// Removes the innermost frame, restores all that its construct changed, and goes on where it was begun or, for a
  /// subshell, behind it. No other code removes a frame.
  mutating func popFrame() {
    let savedState = frames[frames.count - 1].savedState
    // Operands first: a word that the construct interrupted is under construction again when its caller goes on.
    operands.unwind(to: savedState.operands)
    context.command = savedState.command
    context.inherited.testedDepth = savedState.testedDepth
    // The frame is taken apart where it is removed, so that what it holds is moved and not copied.
    switch frames.removeLast() {
    case .loop, .timing: break
    case .redirections(let redirections): redirections.undo(in: &context.environment)
    case .processSubstitutions(let substitutions): substitutions.undo(in: &context.environment)
    case .assignment(let assignment): assignment.undo(in: &context.environment)
    // Moving the environment back ends the inner one at once.
    case .subshell(let subshell):
      leave(subshell.outerEnvironment)
      // The machine runs step by step from here on.
      if environment.options.contains(.debugTrap) { shell.attention.raise() }
      context.position = Int(subshell.endPosition) + 1
    case .substitution(let substitution):
      leave(substitution.outerEnvironment)
      resume(substitution.capture.caller)
    case .collection(let collection): resume(collection.capture.caller)
    case .call(let call):
      call.undo(in: &context.environment)
      resume(call.caller)
    case .source(let source):
      source.undo(in: &context.environment)
      resume(source.caller)
    case .lastElement(let element):
      element.undo(in: &context.environment)
      resume(element.caller)
    case .trap(let trap):
      trap.undo(in: &context.environment)
      resume(trap.caller)
    case .exitTrap(let trap): resume(trap.caller)
    }
  }

  /// Makes the environment around a subshell the one that runs. What is still pending for the subshell ends with it.
  @inline(__always)
  private mutating func leave(_ outer: OuterEnvironment) {
    if let changes = environment.cold.value.childChanges { endProcess(changes) }
    context.pendingSignals = outer.giveBack(to: &context.environment)
  }

  /// Ends the process of the outermost environment, which the machine has ended.
  func endProcess(_ status: ProcessStatus) { environment.cold.value.childChanges?.process?.end(status) }

  private func endProcess(_ changes: ChildChanges) {
    changes.process?.end(.exited(Int(environment.status.rawValue)))
  }

  @inline(__always)
  private mutating func resume(_ caller: consuming Frame.Caller) {
    context.position = Int(caller.position)
    context.routine = caller.routine
  }

  /// Pops all frames but the first `depth`, then drops what was begun without a frame inside of the frame that is now
  /// innermost: operands, and commands whose status `set -e` does not look at.
  private mutating func unwind(to depth: Int) {
    while frames.count > depth { popFrame() }
    operands.unwind(to: depth == 0 ? Operands.Mark() : frames[depth - 1].inside)
    testedDepth = depth == 0 ? inheritedTestedDepth : frames[depth - 1].savedState.testedDepth
  }

  // MARK: Leaving

  /// Leaves constructs as `completion` says. Returns `.moved` if execution goes on elsewhere: the caller must return
  /// that at once, since the command that it works for has ended.
  mutating func leave(_ completion: Completion) -> ControlFlow {
    let flow: ControlFlow =
      switch completion {
      case .breakLoop(let count): leaveLoops(count, isBreak: true)
      case .continueLoop(let count): leaveLoops(count, isBreak: false)
      case .returnFunction(let status): leaveCall(status ?? statusOfReturn)
      case .exit(let status): exit(status ?? statusOfExit)
      case .abandon(let status): abandon(status)
      case .endAfterError(let status): leaveForgivingSource(status) ?? abandon(status)
      case .dropCommand(let status): dropCommand(status)
      case .stopExecuting: stopExecuting()
      case .terminate(let signal): terminate(signal)
      }
    if case .next = flow { return .moved }
    return flow
  }

  /// The status of `exit` without an operand: that of the last command or, where `exit` ends the action of a trap, that
  /// before the trap (POSIX.1-2024 XCU exit). A function that the action calls ends the action too, a subshell does not.
  private var statusOfExit: ExitStatus { statusBeforeTrap { $0.isSubshell } }

  /// The same of `return` (XCU return). In a function or file that the action calls it ends only that.
  private var statusOfReturn: ExitStatus { statusBeforeTrap { $0.isSubshell || $0.endsAtReturn } }

  /// The status before the innermost trap that runs, unless a construct inside of it is all that ends; then that of the
  /// last command.
  private func statusBeforeTrap(unlessOnlyEnding ends: (Frame) -> Bool) -> ExitStatus {
    for frame in frames.reversed() {
      if let status = frame.statusBeforeTrap { return status }
      if ends(frame) { break }
    }
    return environment.status
  }

  /// `break` and `continue` do not reach loops around the function or subshell that runs, but those around a trap.
  private mutating func leaveLoops(_ count: Int, isBreak: Bool) -> ControlFlow {
    var remaining = count
    var target: Int?
    search: for index in frames.indices.reversed() {
      switch frames[index] {
      case .loop:
        target = index
        remaining -= 1
        if remaining == 0 { break search }
      case .call, .subshell, .substitution, .exitTrap: break search
      default: break
      }
    }
    guard let target, case .loop(let loop) = frames[target] else {
      // Outside a loop `break` and `continue` do nothing.
      environment.status = .success
      return finishCommand()
    }
    // The loop's own frame stays: the instruction at the target pops it or goes on with it.
    unwind(to: target + 1)
    position = Int(isBreak ? loop.breakPosition : loop.continuePosition)
    environment.status = .success
    return .next
  }

  private mutating func leaveCall(_ status: ExitStatus) -> ControlFlow {
    while let top = frames.last {
      switch top {
      case _ where top.endsAtReturn:
        // What was begun in it without a frame ends before a trap runs.
        unwind(to: frames.count)
        return endCall(status)
      case .trap(let trap):
        popFrame()
        if case .ofReturn = trap.kind { return goOn(after: .ofReturn(status)) }
        if case .ofFileEnd = trap.kind { return goOn(after: .ofFileEnd(status)) }
      case .subshell, .substitution, .exitTrap: return exit(status)
      default: popFrame()
      }
    }
    return purpose == .startupFile ? abandon(status) : exit(status)
  }

  /// Ends the innermost environment with `status`.
  mutating func exit(_ status: ExitStatus) -> ControlFlow {
    let place = caller
    // Keeps the frame of the environment that ends, or of its EXIT trap: that one must not run twice.
    let depth = (frames.lastIndex { $0.isSubshell || $0.isExitTrap } ?? -1) + 1
    unwind(to: depth)
    environment.status = status
    switch frames.last {
    case .exitTrap: return endExitTrap(status)
    case .some, nil: return endEnvironment(status, at: place)
    }
  }

  /// Ends the innermost environment, all of whose constructs have been left, with `status`: its `EXIT` trap first.
  ///
  /// - Parameter place: Where the command was that ends it.
  mutating func endEnvironment(_ status: ExitStatus, at place: Frame.Caller? = nil) -> ControlFlow {
    if frames.last?.isSubshell == true { return leaveSubshell(at: place) }
    return runExitTrap(nil, at: place) ?? .stop(.finished(.exited(status)))
  }

  /// Ends the innermost environment with `status`, as `exit` does, when the traps of the signals that are pending have
  /// run: `set -e` ends a shell behind the command during which they came.
  mutating func exitAfterTraps(_ status: ExitStatus) -> ControlFlow {
    if frames.last(where: { $0.isSubshell || $0.isExitTrap })?.isExitTrap == true { return leave(.exit(status)) }
    let place = caller
    unwind(to: (frames.lastIndex(where: \.isSubshell) ?? -1) + 1)
    environment.status = status
    frames.append(
      .exitTrap(
        Frame.ExitTrap(
          savedState: savedState, caller: caller, interrupted: place, status: status, stage: .beforeAction)))
    context.routine = .empty
    context.position = 0
    return .stop(.attention)
  }

  /// Drops the rest of the line in an interactive shell; in a script or a subshell, ends the environment.
  private mutating func abandon(_ status: ExitStatus) -> ControlFlow {
    let survives = environment.isMain && (environment.options.contains(.interactive) || purpose == .startupFile)
    if !survives || frames.contains(where: \.isSubshell) { return exit(status) }
    unwind(to: 0)
    environment.status = status
    context.pendingSignals.remove(.interrupt)
    return .stop(.finished(.abandoned(status)))
  }

  /// Drops the rest of the complete command; the file, `eval` or input that it was read from goes on with the next one, a
  /// subshell ends.
  private mutating func dropCommand(_ status: ExitStatus) -> ControlFlow {
    let innermost = frames.lastIndex { $0.isSubshell || $0.isExitTrap || $0.reader != nil }
    if let innermost, frames[innermost].reader != nil {
      unwind(to: innermost + 1)
      environment.status = status
      // At the end of a routine the next command is read.
      context.routine = .empty
      context.position = 0
      return .next
    }
    guard innermost == nil, environment.isMain else { return exit(status) }
    unwind(to: 0)
    environment.status = status
    return .stop(.finished(.completed))
  }

  /// Ends the innermost `eval` or `.` that `command` runs, whose errors do not end more; `nil` if there is none.
  private mutating func leaveForgivingSource(_ status: ExitStatus) -> ControlFlow? {
    let innermost = frames.lastIndex { $0.isSubshell || $0.isExitTrap || $0.reader?.endsScriptOnError == false }
    guard let innermost, frames[innermost].reader != nil else { return nil }
    unwind(to: innermost + 1)
    popFrame()
    environment.status = status
    return finishCommand()
  }

  /// Executes nothing more in the innermost environment.
  private mutating func stopExecuting() -> ControlFlow {
    environment.traps.set(nil, for: TrapTable.exit)
    let status = statusOfExit
    if !environment.isMain || frames.contains(where: \.isExitTrap) { return exit(status) }
    unwind(to: 0)
    environment.status = status
    return .stop(.finished(.completed))
  }

  /// Ends the machine with all of its environments, the innermost first, as by a signal with the default action. If one
  /// has an `EXIT` trap, this returns so that the trap runs, and `goOnDying` calls this again.
  private mutating func terminate(_ signal: SignalNumber) -> ControlFlow {
    while let innermost = frames.lastIndex(where: \.isSubshell) {
      unwind(to: innermost + 1)
      if let flow = runExitTrap(.ofMachine(signal)) { return flow }
      popFrame(endedBy: signal)
    }
    unwind(to: 0)
    return runExitTrap(.ofMachine(signal)) ?? .stop(.finished(.terminated(signal)))
  }

  /// Ends the environment that runs, and no other, by a signal that it alone got: SIGPIPE of its own write.
  mutating func endEnvironment(by signal: SignalNumber) -> ControlFlow {
    frames.contains(where: \.isSubshell) ? endSubshell(by: signal) : terminate(signal)
  }

  /// Ends the innermost subshell by a signal. Where the environment around it got the signal too, that acts on it next.
  mutating func endSubshell(by signal: SignalNumber) -> ControlFlow {
    guard let innermost = frames.lastIndex(where: \.isSubshell) else { return .next }
    return endSubshell(at: innermost, by: signal)
  }

  /// Ends the subshell of a frame by a signal, with all that runs inside of it.
  mutating func endSubshell(at frame: Int, by signal: SignalNumber) -> ControlFlow {
    unwind(to: frame + 1)
    return runExitTrap(.ofSubshell(signal)) ?? popSubshell(endedBy: signal)
  }

  /// Goes on after the `EXIT` trap of an environment that a signal ends.
  mutating func goOn(with death: Frame.Death) -> ControlFlow {
    switch death {
    case .ofSubshell(let signal): return popSubshell(endedBy: signal)
    case .ofMachine(let signal):
      if frames.isEmpty { return .stop(.finished(.terminated(signal))) }
      popFrame(endedBy: signal)
      return terminate(signal)
    }
  }

  private mutating func popFrame(endedBy signal: SignalNumber) {
    environment.cold.value.childChanges?.process?.end(.signaled(signal, coreDumped: false))
    popFrame()
  }

  private mutating func popSubshell(endedBy signal: SignalNumber) -> ControlFlow {
    environment.cold.value.childChanges?.process?.end(.signaled(signal, coreDumped: false))
    // The environment around one that is no process of its own dies with it.
    guard isProcess(at: frames.count - 1) else { return terminate(signal) }
    let flow = popSubshell()
    // With job control the keyboard's signal was not for the shell, but it is meant for all of the line. A subshell with
    // a stand-in has got it itself.
    if signal == .interrupt, environment.options.contains(.monitor), processThatRuns?.standIn == nil {
      context.pendingSignals.insert(signal)
    }
    // A wait for the rest of the output of a substitution goes on behind the signal.
    return context.hasSignals ? .stop(.attention) : flow
  }

  /// A copy of the environment with all constructs undone. The shell goes on with it when its line becomes a job; the
  /// machine itself keeps its frames and can be continued.
  var outermostEnvironment: ExecutionEnvironment {
    var environment = environment
    for frame in frames.reversed() { frame.undo(in: &environment) }
    return environment
  }
}
