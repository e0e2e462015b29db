import Meanwhile
import Platform
import SystemPackage

/// The process that stands for a job without a process: a coroutine, a thread or a future.
///
/// It is made when the job's number is first asked for, since nobody else could tell the difference before. From then
/// on it is stopped, continued and ended with the job; and what the kernel does to it, or another program sends to it,
/// happens to the job.
extension Job: StandInOwner {
  /// Its process ID, for `$!` and `jobs -l`. A job without a process gets a stand-in now.
  package func processID() -> ProcessID {
    if let knownID { return knownID }
    do throws(Errno) {
      // With job control a signal of the keyboard is for the foreground's process group.
      return try makeStandIn(shell.controllingTerminal == nil ? .inherit : .new).id
    } catch {
      let id = shell.makeSyntheticID()
      becomeKnown(as: id)
      shell.report(.noStandIn(text, id, error))
      return id
    }
  }

  /// Makes its stand-in, which gives it its process ID.
  func makeStandIn(_ group: SpawnRequest.GroupPlacement) throws(Errno) -> StandIn {
    let made = try shell.children.startStandIn(group, for: shell)
    standIn = made
    shell.children.add(made, of: self, in: shell)
    becomeKnown(as: made.id)
    if state.isFinal { endStandIn() }
    if state.isStopped { stopStandIn() }
    return made
  }

  /// Acts on a signal that its stand-in has received, or that this shell sends to its process ID: as a process does, for
  /// itself alone. Its programs are other processes.
  package func receive(_ signal: SignalNumber) {
    if state.isFinal { return }
    let program = programInItsPlace
    if signal == .continue { self.continue(includesPrograms: program != nil) }
    if signal.stopsByDefault, !coroutines.contains(where: { $0.catches(signal) }) {
      return stop(signal, includesPrograms: program != nil)
    }
    if let program, !coroutines[0].catches(signal) {
      _ = try? Signals.send(signal, to: program.id)
    } else {
      deliver(signal, to: .process, toPrograms: false)
    }
    // Nothing holds this one back, a stop neither.
    if signal == .kill, state.isStopped { self.continue(includesPrograms: false) }
  }

  /// The program that is all that is left of it.
  private var programInItsPlace: ChildProcess? { coroutines.count == 1 ? coroutines[0].programInItsPlace : nil }

  /// Learns what the kernel did to its stand-in.
  func standInDidChange(_ status: ProcessStatus) {
    switch status {
    case .stopped(let signal): stop(signal, includesPrograms: programInItsPlace != nil)
    case .continued: if state.isStopped { self.continue(includesPrograms: programInItsPlace != nil) }
    case .exited, .signaled:
      standIn = nil
      // Not told to end: by KILL, which nothing can catch.
      receive(.kill)
    }
  }

  func standInWasLost() { standIn = nil }

  func stopStandIn() {
    for subshell in subshells { subshell.stopStandIn() }
    guard let standIn else { return }
    try? Signals.send(.stop, to: standIn.id)
  }

  func continueStandIn() {
    guard state.isStopped else { return }
    for subshell in subshells { subshell.continueStandIn() }
    guard let standIn else { return }
    try? Signals.send(.continue, to: standIn.id)
    // Otherwise the report would be reaped later, perhaps after another stop, which it would seem to end.
    _ = ChildProcesses.takeContinuation(of: standIn.id)
  }

  func endStandIn() {
    guard let ended = standIn else { return }
    standIn = nil
    switch state {
    case .terminated(let signal, let coreDumped): ended.end(.signaled(signal, coreDumped: coreDumped))
    case .running, .stopped, .done: ended.end(.exited(Int(state.status.rawValue)))
    }
  }
}
