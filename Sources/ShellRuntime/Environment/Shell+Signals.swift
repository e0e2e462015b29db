import Meanwhile
import Platform

/// Signals that arrive at this process, and requests from other threads: who gets each.
extension Shell {
  /// Makes the loop notice signals while it waits. Called before the first wait.
  func watchSignals() {
    guard isMain, !isWatchingSignals else { return }
    isWatchingSignals = true
    guard let descriptor = try? Signals.wakeDescriptor() else {
      return loop.watchWithoutDescriptor { [unowned self] in if Signals.arePending { attend() } }
    }
    loop.watch(descriptor) { [unowned self] in
      Signals.acknowledgeWake()
      attend()
    }
  }

  /// Acts on all that is pending: requests of other threads, changes of children, signals. Called between two
  /// instructions of a machine, by the loop while it waits, and by the session at the prompt; on the loop's thread
  /// only.
  ///
  /// It delivers signals and does not run traps: a coroutine that gets a signal here runs its trap in its next `run`.
  /// So it is safe while a machine is in the middle of a routine, and it may be called from inside another coroutine's
  /// run.
  ///
  /// The order matters. The flag is lowered first, so that anything that arrives from here on raises it again. Children
  /// are reaped before signals are delivered, so that traps find their statuses; the trap on CHLD is last.
  package func attend() {
    attention.lower()
    for request in takeRequests() { request() }
    guard isMain else { return }
    let signals = Signals.takePending()
    let tellsOfChildren = signals.contains(.child) && children.reap()
    let isToGroup = signals.contains(.interrupt) || signals.contains(.quit)
    if signals.contains(.standIn) || isToGroup { children.passOnNews(afterSignalToGroup: isToGroup) }
    for signal in signals where signal != .child && signal != .standIn { receive(signal) }
    if tellsOfChildren { receive(.child) }
  }

  /// Passes on a signal that arrived at this process.
  func receive(_ signal: SignalNumber) {
    if isSuccessor {
      // All that runs in this process.
      for coroutine in coroutines where coroutine.end == nil && signal != .child { coroutine.receive(signal) }
      return
    }
    switch signal {
    case .interrupt: interruptForeground()
    case .quit:
      if let job = foregroundJob {
        job.deliver(.quit, to: addresseeOfKeyboard, toPrograms: false)
      } else {
        main.deliver(.quit)
      }
    case .keyboardStop: if foreground.isRunning { (foregroundJob ?? jobOfLine()).stop(.terminalStop) }
    case .hangup: receiveHangUp()
    default: main.deliver(signal, to: .process)
    }
  }

  /// A terminal that is gone wakes its readers before the kernel sends SIGHUP, and the kernel sends that only to the
  /// session's leader and to the foreground. So whoever finds the terminal hung up says it here, and what the signal
  /// would do is done now; the signal itself, where it comes, is not acted on again.
  package func terminalIsGone() {
    guard hangUp == .none, !main.machine.context.isIgnored(.hangup) else { return }
    hangUp = .signalIsDue
    actOnHangUp()
  }

  /// A line was read: the terminal was there after the last SIGHUP.
  package func terminalIsThere() { hangUp = .none }

  private func receiveHangUp() {
    let wasFound = hangUp == .signalIsDue
    hangUp = .received
    if !wasFound { actOnHangUp() }
  }

  private func actOnHangUp() {
    hangUpForeground()
    main.deliver(.hangup, to: .process)
  }

  /// Passes SIGHUP on to the foreground job, since the kernel sends it to the shell only when the terminal is gone. Not
  /// to a line of a shell that has a trap on it or ignores it, and so goes on.
  private func hangUpForeground() {
    if let job = foreground.broughtJob {
      job.send(.hangup)
    } else if let job = foreground.job, !main.catches(.hangup) {
      job.deliver(.hangup, toPrograms: true)
    }
  }

  /// Delivers Ctrl-C to the foreground job. A second one gives up the wait if the job has not reacted to the first.
  private func interruptForeground() {
    guard let job = foregroundJob else { return main.deliver(.interrupt) }
    foreground.interrupts += 1
    if foreground.interrupts > 1, job.isTerminating { foreground.isGivingUp = true }
    job.deliver(.interrupt, to: addresseeOfKeyboard, toPrograms: false)
  }

  /// Without job control the stand-ins of the foreground are in the shell's process group, and got the signal too.
  private var addresseeOfKeyboard: SignalAddressee {
    controllingTerminal == nil ? .groupByKernel : .group
  }
}
