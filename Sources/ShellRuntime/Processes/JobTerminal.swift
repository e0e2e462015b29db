import Platform
import SystemPackage

/// The controlling terminal of a shell with job control: who has it, and in which modes.
///
/// Confined to the main thread, like the shell that has it.
package final class JobTerminal {
  package let terminal: Terminal
  /// The shell's own process group.
  package let shellGroup: ProcessID
  /// The modes that the shell found, and gives back after each job.
  private var shellModes: TerminalAttributes?
  private var hasGivenAway = false
  /// Whether one of the programs that have the terminal now has failed.
  private var hasProgramFailed = false

  private init(_ terminal: Terminal, _ group: ProcessID) {
    self.terminal = terminal
    shellGroup = group
    shellModes = try? terminal.attributes()
  }

  /// The controlling terminal of this process; `nil` without one, or where the shell's own group is not known, to which
  /// the terminal could not be given back.
  package static func find() -> JobTerminal? {
    guard let group = ProcessID.currentGroup else { return nil }
    return Terminal.openControlling().map { JobTerminal($0, group) }
  }

  /// Stops the shell as long as its process group is in the background, as a program is that reads there; whoever
  /// started it brings it to the foreground.
  ///
  /// - Returns: `false` where nobody does that: the signal does not stop the group, because it is orphaned.
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

  /// After how many signals that did not stop it the shell does not wait any more.
  private static let attempts = 20

  /// What is to be done when a program of the foreground job is spawned: its group gets this terminal.
  func willGiveAway() { hasGivenAway = true }

  /// Gives the terminal to a job that was stopped, with the modes it had.
  func give(to group: ProcessID, modes: TerminalAttributes?) {
    hasGivenAway = true
    if let modes { try? terminal.setAttributes(modes) }
    try? terminal.setForegroundGroup(group)
  }

  /// Takes the terminal back for the shell. A job that stopped keeps its modes for `fg`; the shell's own modes come
  /// back unless its programs succeeded, since then they may have changed them on purpose (`stty`).
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

  /// Waits for those that Ctrl-Z stops together with the program that the shell has heard of: a pager puts the screen
  /// and the modes in order first, and would do so over the report and the prompt, and while a line is edited.
  private func waitUntilStopped(_ job: Job) {
    for process in job.processes where !process.hasEnded { process.id.waitUntilStopped(milliseconds: Self.patience) }
    for part in job.parts { waitUntilStopped(part) }
  }

  /// For how many milliseconds a program may put its things in order.
  private static let patience = 500

  /// Between two programs of one job the shell has the terminal; not while another one lives, such as a pager. A
  /// program that failed, or was killed, may have left it in any mode; what others changed was meant.
  func programDidEnd(_ status: ExitStatus, isLast: Bool) {
    guard hasGivenAway else { return }
    if !status.isSuccess { hasProgramFailed = true }
    guard isLast else { return }
    try? terminal.setForegroundGroup(shellGroup)
    if hasProgramFailed { restoreShellModes() } else { shellModes = try? terminal.attributes() }
    hasProgramFailed = false
  }

  /// Takes it back when the shell goes on after it was stopped itself.
  func reclaim() {
    try? terminal.setForegroundGroup(shellGroup)
    restoreShellModes()
  }

  /// Leaves the terminal as it was found.
  package func giveUp() { if hasGivenAway { reclaim(from: nil) } }

  private func restoreShellModes() { if let shellModes { try? terminal.setAttributes(shellModes) } }
}
