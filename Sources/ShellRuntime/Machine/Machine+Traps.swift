import ByteStrings
import Platform
import ShellSyntax

/// Signals and traps: POSIX.1-2024 XCU 2.12.
extension Machine {
  /// Whether one of `signals` ends the wait that the machine stands in.
  func endsWait(_ signals: SignalSet) -> Bool {
    if signals.isEmpty || continuation == nil { return false }
    if signals.contains(.kill) { return true }
    return isWaitInterruptible && signals.contains { !isIgnored($0) }
  }

  private func isIgnored(_ signal: SignalNumber) -> Bool {
    if hasAction(signal) { return false }
    return signal.isIgnoredByDefault || environment.traps.action(for: signal.rawValue) != nil
      || environment.ignoredSignals.contains(signal)
  }

  func hasAction(_ signal: SignalNumber) -> Bool {
    environment.traps.action(for: signal.rawValue).map { !$0.isEmpty } ?? false
  }

  /// Acts on the signals that were sent: runs traps, or ends what runs.
  mutating func actOnSignals() -> Step {
    // A command that goes on waiting runs traps when it has ended.
    if continuation != nil, !endsWait(pendingSignals) { return .next }
    if pendingSignals.contains(.kill) { return actOnKill() }
    for signal in pendingSignals {
      if isForOuterEnvironment(signal) { continue }
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
    signal != .interrupt && signal != .quit && environment.isMain != isMainMachine
  }

  /// Whether the outermost environment is the shell's own.
  private var isMainMachine: Bool { saved.environments.first?.isMain ?? environment.isMain }

  private mutating func act(on signal: SignalNumber) -> Step? {
    if let action = environment.traps.action(for: signal.rawValue) {
      if action.isEmpty { return nil }
      job?.isTerminating = false
      endWait(signal)
      return runTrap(action)
    }
    if isIgnored(signal) { return nil }
    endWait(signal)
    if frames.contains(where: \.isSubshell), isMainMachine {
      // The subshells die of it; what is around them decides for itself.
      dropSubshells(.signal(signal))
      return act(on: signal)
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

  private mutating func runTrap(_ action: ByteString) -> Step? {
    endRedirectionsOfCommand()
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

  /// A trap comes after the simple command, and does not write where that was redirected to.
  private mutating func endRedirectionsOfCommand() {
    guard let top = frames.last, top.kind == .redirections, Int(top.markCount) > marks.count else { return }
    endRedirections()
    position += 1
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
    if trap.value != 0 { return .stop(.finished(.terminated(SignalNumber(trap.value)))) }
    if frames.last?.isSubshell == true { return leaveSubshell() }
    return .stop(.finished(.exited(environment.status)))
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
