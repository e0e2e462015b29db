import Platform
import SystemPackage

/// The process that a subshell would be in a shell that forks: the parent of its programs.
///
/// A stand-in is made with the first program that does not take the subshell's place, since nobody else could tell the
/// difference before. From then on a signal to its process ID is for the subshell alone, and it ends with the subshell.
/// The outermost environment of a job that is one coroutine has the job's own stand-in.
///
/// Held by the environment, and by what that environment starts. Confined to the thread of its shell's loop; hence
/// unchecked.
final class SubshellProcess: StandInOwner, @unchecked Sendable {
  private let shell: Shell
  /// The coroutine in which the subshell runs; `nil` when the subshell has ended.
  private weak var coroutine: Coroutine?
  /// The job whose process it is, if there is one.
  private let job: Job?
  private var ownStandIn: StandIn?
  /// Its number where there was no process to be had.
  private var syntheticID: ProcessID?
  /// With job control, the process group of its programs, in which it is too.
  private(set) var group: ProcessGroup?
  /// Signals that were sent to it alone, and on which the subshell has not acted.
  var pendingSignals: SignalSet = []
  /// Whether it was stopped without job control, where no shell continues it.
  private var isHeldBack = false

  init(of coroutine: Coroutine) {
    shell = coroutine.shell
    self.coroutine = coroutine
    job = nil
  }

  /// The process of a job, for the job's outermost environment.
  init(of coroutine: Coroutine, in job: Job) {
    shell = coroutine.shell
    self.coroutine = coroutine
    self.job = job
  }

  /// The stand-in, if it was made.
  var standIn: StandIn? { job?.standIn ?? ownStandIn }

  /// The stand-in, which is made by the first call; `nil` where no process can be made.
  ///
  /// - Parameter group: With job control, the process group of its programs. It leads the group if nothing does.
  func standIn(in group: ProcessGroup?) -> StandIn? { try? makeStandIn(in: group) }

  /// Its process ID; a number that only this shell knows where no process can be made.
  ///
  /// - Parameter group: As in `standIn(in:)`.
  func processID(in group: ProcessGroup?) -> ProcessID {
    if let syntheticID { return syntheticID }
    do throws(Errno) {
      return try makeStandIn(in: group).id
    } catch {
      if let job { return job.processID() }
      let id = shell.makeSyntheticID()
      syntheticID = id
      shell.report(.noStandIn("subshell", id, error))
      return id
    }
  }

  /// The stand-in, if need be a new one.
  private func makeStandIn(in group: ProcessGroup?) throws(Errno) -> StandIn {
    guard let coroutine else { throw .noSuchProcess }
    self.group = self.group ?? group
    if let standIn { return standIn }
    let placement = group.map { $0.id.map { .join($0) } ?? .new } ?? SpawnRequest.GroupPlacement.inherit
    let made: StandIn
    if let job {
      made = try job.makeStandIn(placement)
    } else {
      made = try shell.children.startStandIn(placement, for: shell)
      shell.children.add(made, of: self, in: shell)
      ownStandIn = made
      coroutine.job?.outermost.add(self)
    }
    if case .new = placement { group?.lead(made.id) }
    return made
  }

  var hasEnded: Bool { coroutine == nil }

  /// Ends with the subshell, and as that does. Only the first call counts.
  func end(_ status: ProcessStatus) {
    release()
    coroutine?.job?.outermost.remove(self)
    coroutine = nil
    ownStandIn.take()?.end(status)
  }

  // The subshell was given up with all that it is in.
  deinit {
    release()
    ownStandIn?.end(.exited(0))
  }

  // MARK: What the stand-in receives

  /// Acts as a process does, for itself alone.
  func receive(_ signal: SignalNumber) {
    guard let coroutine else { return }
    if pass(signal, of: coroutine) { return }
    if signal == .continue { go() }
    if signal.stopsByDefault, signal == .stop || !coroutine.catches(signal) { return stop(signal) }
    pendingSignals.insert(signal)
    coroutine.look(atSignalsOf: self)
    if signal == .kill { go() }
  }

  /// Passes a signal on to the program that has taken its place, if there is one.
  private func pass(_ signal: SignalNumber, of coroutine: Coroutine) -> Bool {
    guard !coroutine.catches(signal), let program = coroutine.programInItsPlace else { return false }
    _ = try? Signals.send(signal, to: program.id)
    return true
  }

  func standInDidChange(_ status: ProcessStatus) {
    switch status {
    case .stopped(let signal):
      if let coroutine { _ = pass(.stop, of: coroutine) }
      stop(signal)
    case .continued: go()
    case .exited, .signaled:
      ownStandIn = nil
      // Not told to end: by KILL, which nothing can catch.
      receive(.kill)
    }
  }

  func standInWasLost() { ownStandIn = nil }

  // MARK: Stopping

  /// With job control the whole job stops, as a shell has it that waits for a process which was stopped. Without it no
  /// shell continues anything, so the coroutine alone is held back until a signal does.
  private func stop(_ signal: SignalNumber) {
    if coroutine?.job?.outermost.state.isStopped == true { return }
    // Whoever looks at it sees that it is stopped, and can continue it.
    if signal != .stop { stopStandIn() }
    if group != nil, let job = coroutine?.job?.outermost { return job.stop(signal, includesPrograms: false) }
    if isHeldBack { return }
    isHeldBack = true
    shell.loop.beginExternal()
    coroutine?.stop()
  }

  private func go() {
    if let job = coroutine?.job?.outermost, job.state.isStopped { return job.continue(includesPrograms: false) }
    release()
  }

  private func release() {
    guard isHeldBack else { return }
    isHeldBack = false
    shell.loop.endExternal()
    coroutine?.continue()
  }

  /// Stops the stand-in, because its job was stopped: whoever looks at it sees that.
  func stopStandIn() { if let ownStandIn { try? Signals.send(.stop, to: ownStandIn.id) } }

  func continueStandIn() {
    guard let ownStandIn else { return }
    try? Signals.send(.continue, to: ownStandIn.id)
    // Otherwise the report would be reaped later, perhaps after another stop, which it would seem to end.
    _ = ChildProcesses.takeContinuation(of: ownStandIn.id)
  }
}
