import Platform
import SystemPackage

/// The controlling terminal of a shell with job control: its foreground process group and its modes.
///
/// The terminal is handed over when a program is spawned, by the child before exec, or when `fg` continues a process
/// group. The shell reclaims it when that job ends or stops.
///
/// Confined to the main thread, like the shell that has it.
package final class JobTerminal {
  package let terminal: Terminal
  /// The shell's own process group.
  package let shellGroup: ProcessID
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

  /// Stops the shell by SIGTTIN until its process group is in the foreground, as if it read from the terminal. The
  /// parent shell then continues it in the foreground.
  ///
  /// - Returns: `false` if the signal does not stop the group, since that is orphaned: no shell could continue it.
  package func waitUntilForeground() -> Bool {
    for _ in 0..<Self.attempts {
      guard let group = try? terminal.foregroundGroup() else { return false }
      if group == shellGroup {
        shellModes = try? terminal.attributes()
        return true
      }
      SignalPolicy.stopForTerminalInput()
    }
    return false
  }

  /// After how many signals without effect the shell gives up.
  private static let attempts = 20

  /// Notes that a program of the foreground job is about to be spawned, whose group gets the terminal.
  func willGiveAway() { hasGivenAway = true }

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

  /// Reclaims it when the shell itself is continued after a stop.
  func reclaim() {
    try? terminal.setForegroundGroup(shellGroup)
    restoreShellModes()
  }

  /// Leaves the terminal in order at the shell's exit.
  package func giveUp() { if hasGivenAway { reclaim(from: nil) } }

  private func restoreShellModes() { if let shellModes { try? terminal.setAttributes(shellModes) } }
}
