import Meanwhile
import Platform

/// The terminal while shell code has it: the modes that a builtin needs, and what becomes of them.
extension Shell {
  func changeModes(of terminal: Terminal, _ change: (inout TerminalAttributes) -> Void) {
    guard changedModes == nil, let before = try? terminal.attributes() else { return }
    var modes = before
    change(&modes)
    changedModes = (terminal, before)
    try? terminal.setAttributes(modes)
  }

  /// Gives a terminal back the modes that it had before a builtin changed them.
  ///
  /// - Returns: those that it had until now, if they were changed.
  @discardableResult
  func restoreModes() -> TerminalAttributes? {
    guard let (terminal, before) = changedModes.take() else { return nil }
    defer { try? terminal.setAttributes(before) }
    return try? terminal.attributes()
  }

  /// Gives the terminal to a job that was stopped, with the modes that it had.
  func giveTerminal(to job: Job) {
    guard let terminal else { return }
    if let group = job.liveGroup {
      terminal.give(to: group, modes: job.terminalModes)
    } else if let modes = job.terminalModes {
      changeModes(of: terminal.terminal) { $0 = modes }
    }
    job.terminalModes = nil
  }

  /// The shell has the terminal again.
  func reclaimTerminal(from job: Job?) {
    let modes = restoreModes()
    terminal?.reclaim(from: job)
    if let modes, let job, job.state.isStopped { job.terminalModes = modes }
  }
}
