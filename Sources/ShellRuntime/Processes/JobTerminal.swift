import Platform
import SystemPackage

/// The controlling terminal of a shell with job control: its foreground process group and its modes.
///
/// The terminal is handed over when a program is spawned, by the child before exec, or when `fg` continues a process
/// group. The shell reclaims it when that job ends or stops.
///
/// An interactive shell takes the terminal for a process group of its own (`take`), and gives it back to the group that
/// it came from before it ends, stops or is replaced (`giveBack`).
///
/// Confined to the main thread, like the shell that has it.
package final class JobTerminal {
  package let terminal: Terminal
  /// The process group that the shell is in.
  package private(set) var shellGroup: ProcessID
  /// The process group that the shell left for one of its own; `nil` while it has left none.
  private var formerGroup: ProcessID?
  /// Whether the last program could not be given the terminal.
  private var couldNotBeGivenAway = false
  /// The modes of the shell, to restore after a job.
  private var shellModes: TerminalAttributes?
  private var hasGivenAway = false
  /// Whether a program has failed since the terminal was handed over.
  private var hasProgramFailed = false

  private init(_ terminal: Terminal, _ group: ProcessID) {
    self.terminal = terminal
    shellGroup = group
    shellModes = try? terminal.attributes()
  }

  /// The controlling terminal of this process; `nil` without one, or if the shell's own process group, which must get
  /// the terminal back, cannot be found out.
  package static func find() -> JobTerminal? {
    guard let group = ProcessID.currentGroup else { return nil }
    return Terminal.openControlling().map { JobTerminal($0, group) }
  }

  /// Makes the shell the leader of a process group that has the terminal; before that, stops it until it is in the
  /// foreground. Where that is refused, the shell stays in the group that it is in.
  package func take() throws(JobControlProblem) {
    guard waitUntilForeground() else { throw .inBackground }
    if shellGroup == ProcessID.current { return }
    do throws(Errno) { try ProcessID.startGroup() } catch { throw .noOwnGroup(error) }
    let former = shellGroup
    guard let own = ProcessID.currentGroup else { throw .noOwnGroup(.notPermitted) }
    do throws(Errno) { try terminal.setForegroundGroup(own) } catch {
      try? ProcessID(0).join(group: former)
      throw .noTerminal(error)
    }
    shellGroup = own
    formerGroup = former
    if former.rawValue > 0 { terminal.giveBackAtEnd(to: former) }
  }

  /// Reclaims the terminal from programs and gives it back to the process group that the shell came from, and the shell
  /// with it: before the shell ends, stops or is replaced. Nothing is to be done where that group has no process left,
  /// or the terminal is gone.
  package func giveBack() throws(JobControlProblem) {
    if hasGivenAway { reclaim(from: nil) }
    guard let former = formerGroup else { return }
    guard former.rawValue > 0 else { throw .cameFromOtherNamespace }
    formerGroup = nil
    Terminal.keepAtEnd()
    do throws(Errno) { try terminal.setForegroundGroup(former) } catch {
      if error == .ioError || error == .inappropriateIOCTLForDevice || Self.isGone(former) { return }
      throw .notGivenBack(error)
    }
    if (try? ProcessID(0).join(group: former)) != nil { shellGroup = former }
  }

  /// Whether the group has no process left.
  private static func isGone(_ group: ProcessID) -> Bool {
    do throws(Errno) { try Signals.send(nil, toGroup: group) } catch { return error == .noSuchProcess }
    return false
  }

  /// Takes the terminal again when the shell goes on after a stop, with the modes that it had before.
  func takeAgain() throws(JobControlProblem) {
    let modes = shellModes
    try take()
    shellModes = modes
    restoreShellModes()
  }

  func returnToForeground() -> Bool {
    guard let group = try? terminal.foregroundGroup(), group != shellGroup else { return false }
    return waitUntilForeground()
  }

  /// Stops the shell by SIGTTIN until its process group is in the foreground, as if it read from the terminal. The
  /// parent shell then continues it in the foreground.
  ///
  /// - Returns: `false` if the signal does not stop the group, since that is orphaned: no shell could continue it.
  private func waitUntilForeground() -> Bool {
    for _ in 0..<Self.attempts {
      guard let group = try? terminal.foregroundGroup() else { return false }
      if group == shellGroup {
        shellModes = try? terminal.attributes()
        return true
      }
      guard (try? SignalPolicy.stopGroup(by: .terminalInput, thenSet: .ignore)) != nil else { return false }
    }
    return false
  }

  /// After how many signals without effect the shell gives up.
  private static let attempts = 20

  /// Notes that a program of the foreground job is about to be spawned, whose group gets the terminal.
  func willGiveAway() { hasGivenAway = true }

  /// Notes whether that program's group got the terminal. Returns whether a failure is to be reported: once, until a
  /// program gets the terminal again.
  func didGiveAway(_ hasSucceeded: Bool) -> Bool {
    defer { couldNotBeGivenAway = !hasSucceeded }
    return !hasSucceeded && !couldNotBeGivenAway
  }

  /// Gives the terminal to the group of a job that was stopped, with the modes that it had then.
  func give(to group: ProcessID, modes: TerminalAttributes?) {
    hasGivenAway = true
    if let modes { try? terminal.setAttributes(modes) }
    try? terminal.setForegroundGroup(group)
  }

  /// Reclaims the terminal for the shell. A job that stopped keeps its modes for `fg`. The shell's modes are restored
  /// after a job that stopped or failed; after one that succeeded its modes stay, since they may be intended (`stty`).
  func reclaim(from job: Job?) {
    guard hasGivenAway else { return }
    hasGivenAway = false
    hasProgramFailed = false
    if let job, job.state == .stopped(.terminalStop) { waitUntilStopped(job) }
    try? terminal.setForegroundGroup(shellGroup)
    let modes = try? terminal.attributes()
    switch job?.state {
    case .stopped:
      job?.terminalModes = modes
      restoreShellModes()
    case .terminated: restoreShellModes()
    case .done(let status) where job?.kind == .process && !status.isSuccess: restoreShellModes()
    default: shellModes = modes
    }
  }

  /// Blocks until the other processes of a job that Ctrl-Z stopped have stopped too, for a limited time. A pager
  /// restores the screen and the modes first, and must not do so after the shell has printed its prompt.
  private func waitUntilStopped(_ job: Job) {
    for process in job.processes where !process.hasEnded { process.id.waitUntilStopped(milliseconds: Self.patience) }
    for part in job.parts { waitUntilStopped(part) }
  }

  /// The limit for each process, in milliseconds.
  private static let patience = 500

  /// Reclaims the terminal between two programs of a job, unless another one is still alive, such as a pager. If one of
  /// them failed or was killed, the shell's modes are restored; otherwise the modes stay, since they may be intended.
  func programDidEnd(_ status: ExitStatus, isLast: Bool) {
    guard hasGivenAway else { return }
    if !status.isSuccess { hasProgramFailed = true }
    guard isLast else { return }
    try? terminal.setForegroundGroup(shellGroup)
    if hasProgramFailed { restoreShellModes() } else { shellModes = try? terminal.attributes() }
    hasProgramFailed = false
  }

  private func restoreShellModes() { if let shellModes { try? terminal.setAttributes(shellModes) } }
}
