import ByteStrings
import Platform
import ShellSyntax

/// Signals and traps: POSIX.1-2024 XCU 2.12.
///
/// Signals are acted on when `run` begins, and nowhere else. If one is pending, the machine returns `.attention` for
/// that at a turn, behind a simple command and its redirections, and behind a subshell or a pipeline. So a trap runs
/// between two instructions and can return to the second.
///
/// The order: KILL, then by number, up to the first that changes where execution goes on; the others stay pending. One
/// machine may hold several environments (subshells). A signal to a job is for all of them: the innermost acts on it
/// first, and if that ends it, the one around it is next. So are SIGINT and SIGQUIT to the shell; another signal for
/// the shell's process is for the outermost one, and is held until the subshells have ended. SIGPIPE is for the one that
/// wrote.
extension Machine {
  /// Whether one of `signals` ends the wait of the machine. One that is held until the subshells have ended, or that
  /// has no effect, ends no wait.
  func endsWait(_ signals: SignalSet) -> Bool {
    guard !signals.isEmpty, let waiting else { return false }
    return signals.contains { endsWait(waiting, $0) }
  }

  private func endsWait(_ waiting: Waiting, _ signal: SignalNumber) -> Bool {
    if signal == .kill || endsScript(signal) { return true }
    if waiting.interruption == .none || isForOuterEnvironment(signal) || context.isIgnored(signal) { return false }
    // Signals of the keyboard, and those that are sent to a job, are also for the program that a builtin stands for.
    let isForShellAlone = isMainMachine && signal != .interrupt && signal != .quit
    return !isForShellAlone || waiting.interruption == .byTraps || !context.hasAction(signal)
  }

  /// Whether the signal ends the whole shell, whatever it waits for: one of a script without a trap on it that the
  /// process handles all the same, for the EXIT trap or because of writes to pipes.
  func endsScript(_ signal: SignalNumber) -> Bool {
    guard isMainMachine, [.terminate, .hangup, .brokenPipe].contains(signal) else { return false }
    // A failed write sends SIGPIPE too, and that is for the subshell that wrote.
    if signal == .brokenPipe, context.hasAction(signal) { return false }
    let outermost = frames.lazy.compactMap(\.outerEnvironment).first?.environment ?? environment
    return !outermost.options.contains(.interactive) && outermost.traps.action(for: signal.rawValue) == nil
  }

  /// Acts on the pending signals: runs traps, or ends what runs.
  mutating func actOnSignals() -> ControlFlow {
    // Traps run when the command that waits has ended.
    if waiting != nil, !endsWait(context.pendingSignals), !childEndsWait { return .next }
    if context.pendingSignals.contains(.kill) { return actOnKill() }
    for signal in context.pendingSignals {
      if isForOuterEnvironment(signal) { continue }
      if isInOwnRedirections, context.hasAction(signal) {
        // The wait ends now, but the trap runs when the redirections have ended (`endCommandFrame`).
        endWait(signal)
        continue
      }
      context.pendingSignals.remove(signal)
      if let flow = act(on: signal) {
        if childTrapIsDue { shell.attention.raise() }
        return flow
      }
    }
    return runChildTrap()
  }

  /// KILL cannot be caught. The foreground line gets it after a deadlock only, and then fails instead of the shell.
  private mutating func actOnKill() -> ControlFlow {
    context.pendingSignals = []
    endWait(.kill)
    return leave(isMainMachine ? .abandon(.failure) : .terminate(.kill))
  }

  /// Whether the signal is held until the subshells of the line have ended, because it was sent to the shell's process.
  private func isForOuterEnvironment(_ signal: SignalNumber) -> Bool {
    environment.isMain != isMainMachine && ![.interrupt, .quit, .brokenPipe].contains(signal) && !endsScript(signal)
  }

  /// Whether the outermost environment is the shell's own.
  private var isMainMachine: Bool { environment.isMain || frames.contains(where: \.surroundsMain) }

  private mutating func act(on signal: SignalNumber) -> ControlFlow? {
    if endsScript(signal) {
      endWait(signal)
      return leave(.terminate(signal))
    }
    if let action = environment.traps.action(for: signal.rawValue) {
      if action.isEmpty { return nil }
      job?.isTerminating = false
      endWait(signal)
      return runTrap(action)
    }
    if context.isIgnored(signal) { return nil }
    endWait(signal)
    if frames.contains(where: \.isSubshell) { return endSubshell(by: signal) }
    let survives = environment.isMain && environment.options.contains(.interactive)
    if signal == .interrupt, survives { return leave(.abandon(.signal(signal))) }
    if signal == .quit, survives { return nil }
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

  /// Runs the trap of a subshell that has sent a signal to itself.
  mutating func runOwnTrap(on signal: SignalNumber) -> ControlFlow {
    environment.status = .success
    return environment.traps.action(for: signal.rawValue).flatMap { runTrap($0) } ?? .next
  }

  /// Whether children of a subshell's environment have changed that has a trap on CHLD.
  var childTrapIsDue: Bool {
    guard let changes = environment.cold.value.childChanges else { return false }
    return changes.arePending && context.hasAction(.child)
  }

  /// Whether a trap on CHLD ends the wait, the subshell's or the shell's own.
  var childEndsWait: Bool {
    waiting?.interruption == .byTraps && childTrapIsDue || context.pendingSignals.contains(.child) && endsWait([.child])
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

  private mutating func runTrap(_ action: ByteString) -> ControlFlow? {
    guard let compiled = routine(ofAction: action) else { return nil }
    frames.append(.trap(Frame.Trap(savedState: savedState, caller: caller, status: environment.status)))
    operands.beginInsideWord(separators: environment.fieldSeparators)
    context.routine = compiled
    context.position = 0
    return .next
  }

  /// Runs the `EXIT` trap of the environment that ends, once; `nil` if it has none.
  ///
  /// - Parameter signal: The signal that ends the environment, if one does.
  mutating func runExitTrap(signal: SignalNumber?) -> ControlFlow? {
    guard let action = environment.traps.action(for: TrapTable.exit), !action.isEmpty else { return nil }
    environment.traps.set(nil, for: TrapTable.exit)
    guard let compiled = routine(ofAction: action) else { return nil }
    frames.append(
      .exitTrap(Frame.ExitTrap(savedState: savedState, caller: caller, status: environment.status, signal: signal)))
    context.routine = compiled
    context.position = 0
    return .next
  }

  /// Goes on ending the environment after its `EXIT` trap has run.
  mutating func endExitTrap(_ status: ExitStatus) -> ControlFlow {
    guard case .exitTrap(let trap) = popFrame() else {
      preconditionFailure("an EXIT trap that has ended has its frame on top")
    }
    environment.status = status
    if let signal = trap.signal { return goOnDying(of: signal) }
    if frames.last?.isSubshell == true { return popSubshell() }
    return .stop(.finished(.exited(status)))
  }

  /// Compiles the action of a trap; reports a syntax error in it.
  private mutating func routine(ofAction action: ByteString) -> Routine? {
    var reader = SourceReader(action, name: routine.source, startingAt: context.sourcePosition)
    switch reader.all(in: &context.environment) {
    case .routine(let routine): return routine
    case .end: return nil
    case .failed(let error):
      context.report(error, in: routine.source)
      return nil
    }
  }
}
