import Meanwhile
import Platform

/// Signals that arrive at this process, and requests from other threads: where each goes.
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

  /// Acts on what the flag was raised for: children that changed, the keyboard, traps, other threads. The flag is
  /// lowered first: what is raised after that is seen by the next call.
  package func attend() {
    attention.lower()
    for request in takeRequests() { request() }
    guard isMain else { return }
    let signals = Signals.takePending()
    // Children first: a signal's trap finds out what became of them. Their own trap comes last.
    if signals.contains(.child) { children.reap() }
    for signal in signals where signal != .child { receive(signal) }
    if signals.contains(.child) { receive(.child) }
  }

  private func receive(_ signal: SignalNumber) {
    switch signal {
    case .interrupt: interruptForeground()
    case .quit: if let job = foregroundJob { job.deliver(.quit, toPrograms: false) } else { main.deliver(.quit) }
    case .terminalStop: if foreground.isRunning { (foregroundJob ?? jobOfLine()).stop(.terminalStop) }
    case .hangup:
      hangUpForeground()
      main.deliver(.hangup)
    default: main.deliver(signal)
    }
  }

  /// The terminal is gone: the job that has it shall learn it too, as the kernel tells only the shell. Not where the
  /// shell itself means to go on.
  private func hangUpForeground() {
    if let job = foreground.broughtJob {
      job.send(.hangup)
    } else if let job = foreground.job, !main.catches(.hangup) {
      job.deliver(.hangup, toPrograms: true)
    }
  }

  /// Ctrl-C is for the foreground job. The second one gives up waiting for a job that does not react.
  private func interruptForeground() {
    guard let job = foregroundJob else { return main.deliver(.interrupt) }
    foreground.interrupts += 1
    if foreground.interrupts > 1, job.isTerminating { foreground.isGivingUp = true }
    job.deliver(.interrupt, toPrograms: false)
  }
}
