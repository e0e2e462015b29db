import ByteStrings
import Platform
import ShellSyntax

/// Signals and traps: POSIX.1-2024 XCU 2.12.
extension Machine {
  /// Whether one of `signals` ends the wait that the machine stands in.
  func endsWait(_ signals: SignalSet) -> Bool {
    if signals.isEmpty || continuation == nil { return false }
    if signals.contains(.kill) { return true }
    return signals.contains { isWaitInterruptible && !isIgnored($0) || endsScript($0) }
  }

  /// Whether it does nothing here; a script keeps ignoring what it was started with ignored.
  package func isIgnored(_ signal: SignalNumber) -> Bool {
    if let action = environment.traps.action(for: signal.rawValue) { return action.isEmpty }
    return signal.isIgnoredByDefault || environment.ignoredSignals.contains(signal)
      || !environment.options.contains(.interactive) && Signals.wasIgnoredAtEntry(signal)
  }

  /// Whether the signal ends the shell itself, whatever that waits for: a script without a trap on it.
  private func endsScript(_ signal: SignalNumber) -> Bool {
    guard isMainMachine, signal == .terminate || signal == .hangup else { return false }
    let outermost = saved.environments.first ?? environment
    return !outermost.options.contains(.interactive) && outermost.traps.action(for: signal.rawValue) == nil
  }

  package func hasAction(_ signal: SignalNumber) -> Bool {
    environment.traps.action(for: signal.rawValue).map { !$0.isEmpty } ?? false
  }

  /// Acts on the signals that were sent: runs traps, or ends what runs.
  mutating func actOnSignals() -> Step {
    // A command that goes on waiting runs traps when it has ended.
    if continuation != nil, !endsWait(pendingSignals) { return .next }
    if pendingSignals.contains(.kill) { return actOnKill() }
    for signal in pendingSignals {
      if isForOuterEnvironment(signal) { continue }
      if isInOwnRedirections, hasAction(signal) {
        // The trap runs when they have ended.
        endWait(signal)
        continue
      }
      pendingSignals.remove(signal)
      if let step = act(on: signal) { return step }
    }
    return .next
  }

  /// Nothing catches this one. The shell's own line gets it where nothing could ever wake it: that is an error.
  private mutating func actOnKill() -> Step {
    pendingSignals = []
    endWait(.kill)
    return leave(isMainMachine ? .abandon(.failure) : .terminate(.kill))
  }

  /// A signal for the shell's own process waits until its subshells have ended; the terminal's are for all of them.
  private func isForOuterEnvironment(_ signal: SignalNumber) -> Bool {
    signal != .interrupt && signal != .quit && environment.isMain != isMainMachine && !endsScript(signal)
  }

  /// Whether the outermost environment is the shell's own.
  private var isMainMachine: Bool { saved.environments.first?.isMain ?? environment.isMain }

  private mutating func act(on signal: SignalNumber) -> Step? {
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
    if isIgnored(signal) { return nil }
    endWait(signal)
    if isMainMachine, frames.contains(where: \.isSubshell) {
      // The subshells die of it; what is around them decides for itself.
      return endSubshells(by: signal) ?? act(on: signal)
    }
    let survives = environment.isMain && environment.options.contains(.interactive)
    if signal == .interrupt, survives { return leave(.abandon(.signal(signal))) }
    if signal == .terminate || signal == .quit, survives { return nil }
    return leave(.terminate(signal))
  }

  /// The builtin that waits ends with the signal's status.
  private mutating func endWait(_ signal: SignalNumber) {
    if continuation == nil { return }
    continuation = nil
    restoreModes()
    environment.status = .signal(signal)
    restoreVariables(to: temporaryBase)
  }

  /// Runs the trap of a subshell that sends itself a signal.
  package mutating func runOwnTrap(on signal: SignalNumber) -> Step {
    environment.status = .success
    restoreVariables(to: temporaryBase)
    return environment.traps.action(for: signal.rawValue).flatMap { runTrap($0) } ?? .next
  }

  private mutating func runTrap(_ action: ByteString) -> Step? {
    guard let compiled = routine(ofAction: action) else { return nil }
    var trap = frame(.trap, position: Int32(truncatingIfNeeded: position))
    trap.routine = routine
    trap.status = environment.status
    frames.append(trap)
    saved.words.append(word)
    word = FieldBuilder(separators: environment.fieldSeparators)
    routine = compiled
    position = 0
    return .next
  }

  mutating func popTrap() {
    let trap = frames.removeLast()
    routine = trap.routine!
    position = Int(trap.position)
    environment.status = trap.status
    testedDepth = trap.testedDepth
    word = saved.words.removeLast()
  }

  /// Runs the `EXIT` trap of the environment that ends, once; `nil` if it has none.
  mutating func runExitTrap() -> Step? {
    guard let action = environment.traps.action(for: TrapTable.exit), !action.isEmpty else { return nil }
    environment.traps.set(nil, for: TrapTable.exit)
    guard let compiled = routine(ofAction: action) else { return nil }
    var trap = frame(.exitTrap, position: Int32(truncatingIfNeeded: position))
    trap.routine = routine
    trap.status = environment.status
    frames.append(trap)
    routine = compiled
    position = 0
    return .next
  }

  /// Goes on with the end of the environment.
  mutating func endExitTrap() -> Step {
    let trap = frames.removeLast()
    routine = trap.routine!
    position = Int(trap.position)
    environment.status = trap.status
    if trap.value != 0 { return goOnDying(of: SignalNumber(trap.value)) }
    if frames.last?.isSubshell == true { return leaveSubshell() }
    return .stop(.finished(.exited(environment.status)))
  }

  /// What follows when the `EXIT` trap of an environment that a signal ends has run.
  private mutating func goOnDying(of signal: SignalNumber) -> Step {
    guard isMainMachine, frames.contains(where: \.isSubshell), !endsScript(signal) else {
      return leave(.terminate(signal))
    }
    return endSubshells(by: signal) ?? act(on: signal) ?? .next
  }

  private mutating func routine(ofAction action: ByteString) -> Routine? {
    var reader = SourceReader(action, name: routine.source, startingAt: sourcePosition)
    switch reader.all(in: &environment) {
    case .routine(let routine): return routine
    case .end: return nil
    case .failed(let error):
      report(error, in: routine.source)
      return nil
    }
  }
}
