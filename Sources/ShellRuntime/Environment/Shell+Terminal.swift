import Meanwhile
import Platform

/// The terminal while shell code runs in the foreground: the modes that a builtin sets, and restoring them.
extension Shell {
  func changeModes(of terminal: Terminal, _ change: (inout TerminalAttributes) -> Void) {
    guard changedModes == nil, let before = try? terminal.attributes() else { return }
    var modes = before
    change(&modes)
    changedModes = (terminal, before)
    try? terminal.setAttributes(modes)
  }

  /// Restores the modes that the terminal had before a builtin changed them.
  ///
  /// - Returns: The modes that it had until now, if a builtin had changed them.
  @discardableResult
  func restoreModes() -> TerminalAttributes? {
    guard let (terminal, before) = changedModes.take() else { return nil }
    defer { try? terminal.setAttributes(before) }
    return try? terminal.attributes()
  }

  /// Gives the terminal to a job that was stopped, with the modes that it had then. A job without a program gets the
  /// modes only; the terminal's foreground process group stays the shell's.
  func giveTerminal(to job: Job) {
    guard let terminal else { return }
    if let group = job.liveGroup {
      terminal.give(to: group, modes: job.terminalModes)
    } else if let modes = job.terminalModes {
      changeModes(of: terminal.terminal) { $0 = modes }
    }
    job.terminalModes = nil
  }

  /// Reclaims the terminal for the shell. A stopped job keeps the modes that a builtin of it had set.
  func reclaimTerminal(from job: Job?) {
    let modes = restoreModes()
    terminal?.reclaim(from: job)
    if let modes, let job, job.state.isStopped { job.terminalModes = modes }
  }
}
