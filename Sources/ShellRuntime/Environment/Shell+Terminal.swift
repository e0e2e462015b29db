import Meanwhile
import Platform

/// The terminal while shell code runs in the foreground: the modes that a builtin sets, and restoring them.
extension Shell {
  /// Finds the terminal for job control. An interactive shell takes it for a process group of its own, and so does one
  /// that came from another PID namespace: it could not name its group to give that the terminal.
  ///
  /// - Returns: Whether there is a terminal.
  package func findTerminal(isInteractive: Bool) throws(JobControlProblem) -> Bool {
    guard terminal == nil else { return true }
    guard let found = JobTerminal.find() else { return false }
    if isInteractive || found.shellGroup.rawValue == 0 { try found.take() }
    terminal = found
    return true
  }

  /// Gives the terminal back to the process group that the shell came from: before it ends, stops or is replaced.
  package func giveTerminalBack() {
    do throws(JobControlProblem) { try terminal?.giveBack() } catch { report(error) }
  }

  /// Takes the terminal again after `giveTerminalBack`, for the shell's own environment. Where that fails, there is no
  /// job control from now on.
  func takeTerminalAgain(_ environment: inout ExecutionEnvironment) {
    do throws(JobControlProblem) { try terminal?.takeAgain() } catch {
      report(error)
      terminal = nil
      environment.options.remove(.monitor)
    }
  }

  /// Blocks until the shell is in the foreground again, if it is in the background.
  ///
  /// - Returns: Whether it was in the background and is not now.
  package func returnToForeground() -> Bool { terminal?.returnToForeground() ?? false }

  func report(_ problem: JobControlProblem) { Self.write("\(messageName): \(problem.message)\n") }

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
