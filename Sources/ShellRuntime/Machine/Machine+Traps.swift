import ByteStrings
import Platform
import ShellSyntax

/// Signals and traps: POSIX.1-2024 XCU 2.12.
///
/// Signals are acted on when `run` begins, and nowhere else. If one is pending, the machine returns `.attention` for
/// that at a turn, behind a simple command and its redirections, and behind a subshell or a pipeline. So a trap runs
/// between two instructions and can return to the second.
///
/// The order: KILL, then by number, up to the first that changes where execution goes on; the others stay pending.
///
/// One machine may hold several environments (subshells), each of which would be a process in another shell. A signal to
/// a process group, as the keyboard sends it, is for all of them: the one that runs acts on it first, each other when it
/// runs again (`OuterEnvironment` keeps the signal until then). A signal to a process is for the outermost alone: that
/// runs its trap when the subshells have ended, but where the signal ends it, the machine ends at once. SIGPIPE of a
/// failed write is for the environment that wrote.
extension Machine {
  // MARK: Receiving

  /// Takes over signals that were sent to it, as `SignalAddressee` says.
  mutating func receive(forGroup group: SignalSet, byKernel: SignalSet, forProcess process: SignalSet) {
    context.processSignals = context.processSignals.union(process)
    if !group.isEmpty { receive(group) }
    if !byKernel.isEmpty { receive(byKernel, byKernel: true) }
  }

  /// Takes over signals to the process group in which it would run. With job control the shell is in another one than
  /// its subshells.
  mutating func receive(_ group: SignalSet, byKernel: Bool = false) {
    if !(byKernel && processThatRuns?.standIn != nil) { context.pendingSignals = context.pendingSignals.union(group) }
    let isWithShell = !environment.options.contains(.monitor) || group.contains(.kill)
    for index in frames.indices where isProcess(at: index) && (isWithShell || !frames[index].surroundsMain) {
      guard let outer = frames[index].outerEnvironment, !(byKernel && outer.process?.standIn != nil) else { continue }
      outer.receive(group)
    }
  }

  private var isInSubshell: Bool { frames.contains(where: \.isSubshell) }

  /// Whether a frame is that of a subshell that would be a process of its own. Not one that is all that is left of the
  /// environment around it: other shells run that in the same process, as in `( … ) &`.
  func isProcess(at index: Int) -> Bool {
    frames[index].isSubshell && (frames[index].surroundsMain || !hasOnlyEndLeft(behindSubshellAt: index))
  }

  /// The frame of the outermost subshell that would be a process of its own.
  private var innerProcess: Int? { frames.indices.first { isProcess(at: $0) } }

  /// The first signal to the process that ends the machine, with all of its environments, whatever it waits for.
  private var signalOfEnd: SignalNumber? {
    if context.processSignals.isEmpty { return nil }
    let process = innerProcess.flatMap { frames[$0].outerEnvironment?.environment } ?? environment
    return context.processSignals.first { process.isEnded(by: $0) }
  }

  /// The same of a subshell: the first that a signal to its own process ends, and the frame around it; `nil` as the frame
  /// of the outermost environment.
  private var endOfSubshell: (frame: Int?, signal: SignalNumber)? {
    if context.signalledSubshells.isEmpty { return nil }
    var frame: Int?
    for next in frames.indices where frames[next].isSubshell {
      guard let outer = frames[next].outerEnvironment else { continue }
      if let signal = outer.process?.pendingSignals.first(where: { outer.isEnded(by: $0) }) { return (frame, signal) }
      frame = next
    }
    let process = environment.cold.value.childChanges?.process
    return process?.pendingSignals.first { environment.isEnded(by: $0) }.map { (frame, $0) }
  }

  /// The process of the environment that runs, if it was asked for.
  var processThatRuns: SubshellProcess? {
    if let process = environment.cold.value.childChanges?.process { return process }
    for index in frames.indices.reversed() where frames[index].isSubshell {
      if isProcess(at: index) { return nil }
      if let process = frames[index].outerEnvironment?.process { return process }
    }
    return nil
  }

  /// The signals to its process alone on which the environment that runs has to act.
  private var ownProcessSignals: SignalSet {
    let ofMachine = context.processSignals.isEmpty || innerProcess != nil ? [] : context.processSignals
    return context.signalledSubshells.isEmpty ? ofMachine : ofMachine.union(processThatRuns?.pendingSignals ?? [])
  }

  private mutating func removeOwnProcessSignal(_ signal: SignalNumber) {
    if innerProcess == nil { context.processSignals.remove(signal) }
    processThatRuns?.pendingSignals.remove(signal)
  }

  // MARK: Waiting

  /// Whether a signal ends the wait of the machine. One that is held until the subshells have ended, or that has no
  /// effect, ends no wait.
  var signalsEndWait: Bool {
    guard let waiting else { return false }
    if signalOfEnd != nil || endOfSubshell != nil || context.pendingSignals.contains(.kill) { return true }
    if waiting.interruption == .none { return false }
    let pending = context.pendingSignals.subtracting([.child])
    // What is sent to a process group, or to a job, is also for the program that a builtin stands for.
    if pending.contains(where: { !hasNoEffect($0) }) { return true }
    return ownProcessSignals.subtracting([.child]).contains { signal in
      if context.hasAction(signal) { return waiting.interruption == .byTraps }
      return !hasNoEffect(signal) && !(signal == .quit && environment.survivesKeyboard)
    }
  }

  /// Whether nothing is to be done for the signal. What stops a process has stopped it already, or is ignored under job
  /// control.
  private func hasNoEffect(_ signal: SignalNumber) -> Bool {
    context.isIgnored(signal) || signal.stopsByDefault && !context.hasAction(signal)
  }

  /// Acts on the pending signals: runs traps, or ends what runs.
  mutating func actOnSignals() -> ControlFlow {
    if let signal = signalOfEnd {
      context.processSignals.remove(signal)
      endWait(signal)
      return leave(.terminate(signal))
    }
    if let (frame, signal) = endOfSubshell {
      endWait(signal)
      return frame.map { endSubshell(at: $0, by: signal) } ?? leave(.terminate(signal))
    }
    // Traps run when the command that waits has ended.
    if waiting != nil, !signalsEndWait, !childEndsWait { return .next }
    if context.pendingSignals.contains(.kill) { return actOnKill() }
    let ofProcess = ownProcessSignals
    for signal in context.pendingSignals.union(ofProcess) {
      if isInOwnRedirections, context.hasAction(signal) {
        // The wait ends now, but the trap runs when the redirections have ended (`endCommandFrame`).
        endWait(signal)
        continue
      }
      context.pendingSignals.remove(signal)
      if ofProcess.contains(signal) { removeOwnProcessSignal(signal) }
      if let flow = act(on: signal) {
        if childTrapIsDue { shell.attention.raise() }
        return flow
      }
    }
    return runChildTrap()
  }

  /// KILL cannot be caught. The foreground line gets it after a deadlock only, and then fails instead of the shell.
  private mutating func actOnKill() -> ControlFlow {
    context.pendingSignals = SignalSet()
    endWait(.kill)
    return leave(isMainMachine ? .abandon(.failure) : .terminate(.kill))
  }

  /// Whether the outermost environment is the shell's own.
  private var isMainMachine: Bool { environment.isMain || frames.contains(where: \.surroundsMain) }

  private mutating func act(on signal: SignalNumber) -> ControlFlow? {
    if let action = environment.traps.action(for: signal.rawValue) {
      if action.isEmpty { return nil }
      job?.isTerminating = false
      endWait(signal)
      return runTrap(action)
    }
    if hasNoEffect(signal) { return nil }
    endWait(signal)
    if isInSubshell { return endSubshell(by: signal) }
    if signal == .interrupt, environment.survivesKeyboard { return leave(.abandon(.signal(signal))) }
    if signal == .quit, environment.survivesKeyboard { return nil }
    return leave(.terminate(signal))
  }

  /// Ends the wait: the builtin that waited ends with the signal's status.
  private mutating func endWait(_ signal: SignalNumber) {
    guard let ended = waiting.take() else { return }
    context.output.removeAll()
    context.endBuiltin()
    // A wait of the machine itself is set up so that the instruction at `position` begins it again after the trap.
    if case .machine = ended.continuation { return }
    environment.status = .signal(signal)
  }

  // MARK: Running traps

  /// Whether children of a subshell's environment have changed that has a trap on CHLD.
  var childTrapIsDue: Bool {
    guard let changes = environment.cold.value.childChanges else { return false }
    return changes.arePending && context.hasAction(.child)
  }

  /// Whether a trap on CHLD ends the wait, the subshell's or the shell's own.
  var childEndsWait: Bool {
    guard let waiting, context.hasAction(.child) else { return false }
    if waiting.interruption == .byTraps, childTrapIsDue { return true }
    if waiting.interruption != .none, context.pendingSignals.contains(.child) { return true }
    return waiting.interruption == .byTraps && ownProcessSignals.contains(.child)
  }

  /// A subshell of the environment that runs has ended: its child, in a shell that forks.
  @inline(__always)
  mutating func subshellDidEnd() {
    if !context.signalledSubshells.isEmpty { actOnSignalsOfSubshells() }
    if environment.cold.value.childChanges != nil { noteSubshell() }
    shell.actOnRecordedStop(in: environment)
  }

  /// Has the environment that runs now act on the signals that were held for its process.
  private mutating func actOnSignalsOfSubshells() {
    context.signalledSubshells.removeAll { $0.hasEnded || $0.pendingSignals.isEmpty }
    if !context.signalledSubshells.isEmpty { shell.attention.raise() }
  }

  private mutating func noteSubshell() {
    if context.hasAction(.child), environment.isMain { context.processSignals.insert(.child) }
    if !environment.isMain, let changes = environment.cold.value.childChanges, changes.areWatched {
      changes.arePending = true
    }
    if needsAttention || childTrapIsDue { shell.attention.raise() }
  }

  /// Runs the trap on CHLD of a subshell's environment, if it is due.
  private mutating func runChildTrap() -> ControlFlow {
    guard childTrapIsDue, let action = environment.traps.action(for: SignalNumber.child.rawValue) else { return .next }
    if isInOwnRedirections {
      // The trap runs when the redirections have ended (`endCommandFrame`).
      endWait(.child)
      shell.attention.raise()
      return .next
    }
    environment.cold.value.childChanges?.arePending = false
    endWait(.child)
    return runTrap(action) ?? .next
  }

  /// Runs the action of a trap, after which execution goes on with the next instruction.
  ///
  /// - Parameters:
  ///   - interrupted: Where the command was that the action is told of, if not here.
  ///   - position: Where `LINENO` has the action, if not at that command.
  mutating func runTrap(
    _ action: ByteString, _ kind: Frame.Trap.Kind = .ofSignal, at interrupted: Frame.Caller? = nil,
    _ position: SourcePosition? = nil
  ) -> ControlFlow? {
    let place = interrupted ?? caller
    guard let compiled = routine(ofAction: action, at: position ?? place.sourcePosition) else { return nil }
    frames.append(
      .trap(
        Frame.Trap(
          savedState: savedState, caller: caller, interrupted: place, status: environment.status, kind: kind)))
    operands.beginInsideWord(separators: environment.fieldSeparators)
    context.routine = compiled
    context.position = 0
    return .next
  }

  /// Runs the `EXIT` trap of the environment that ends, once; `nil` if it has none.
  ///
  /// - Parameter death: How a signal ends the environment, if one does.
  /// - Parameter place: Where the command was that ends it.
  mutating func runExitTrap(_ death: Frame.Death?, at place: Frame.Caller? = nil) -> ControlFlow? {
    if let death { environment.status = .signal(death.signal) }
    guard let action = environment.traps.action(for: TrapTable.exit), !action.isEmpty, death?.signal != .kill else {
      return nil
    }
    environment.traps.set(nil, for: TrapTable.exit)
    guard let compiled = routine(ofAction: action, at: (place ?? caller).sourcePosition) else { return nil }
    frames.append(
      .exitTrap(
        Frame.ExitTrap(
          savedState: savedState, caller: caller, interrupted: place ?? caller, status: environment.status,
          stage: .action(death))))
    context.routine = compiled
    context.position = 0
    return .next
  }

  /// Goes on ending the environment after its `EXIT` trap, or the traps before that one, have run.
  mutating func endExitTrap(_ status: ExitStatus) -> ControlFlow {
    guard case .exitTrap(let trap) = frames[frames.count - 1] else {
      preconditionFailure("an EXIT trap that has ended has its frame on top")
    }
    popFrame()
    environment.status = status
    switch trap.stage {
    case .beforeAction: return endEnvironment(status, at: trap.interrupted)
    case .action(let death?): return goOn(with: death)
    case .action(nil):
      if frames.last?.isSubshell == true { return popSubshell() }
      return .stop(.finished(.exited(status)))
    }
  }

  /// Compiles the action of a trap; reports a syntax error in it.
  private mutating func routine(ofAction action: ByteString, at position: SourcePosition) -> Routine? {
    var reader = SourceReader(action, name: routine.source, startingAt: position)
    switch reader.all(in: &context.environment) {
    case .routine(let routine): return routine
    case .end: return nil
    case .failed(let error):
      context.report(error, in: routine.source)
      return nil
    }
  }
}
