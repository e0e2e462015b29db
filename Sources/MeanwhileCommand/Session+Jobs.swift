import ByteStrings
import Platform
import ShellRuntime
import ShellSyntax
import SystemPackage

/// Reports of jobs, and the warnings before the shell ends.
extension Session {
  /// Called before each command is read: acts on pending signals, runs traps, and reports changes of jobs.
  ///
  /// - Returns: How the shell ends, if a signal or its trap ends it.
  func prepareForNextCommand() -> Machine.End? {
    if let end = endAtPrompt.take() { return end }
    if shell.attention.isRaised { shell.attend() }
    if let end = runPendingTraps() { return end }
    guard isInteractive else { return nil }
    let text = reportText()
    if !text.isEmpty { writeToStandardError(text) }
    environment.closeEndedCoprocesses()
    return nil
  }

  private func runPendingTraps() -> Machine.End? {
    if shell.main.pendingSignals.isEmpty { return nil }
    shell.main.machine.beginNothing()
    switch shell.runInForeground({ "trap" }) {
    case .finished(.completed), .finished(.abandoned): return nil
    case .stopped(let job):
      reportStop(of: job)
      return nil
    case .finished(let end): return end
    }
  }

  /// Whether one of the signals that arrived has a trap.
  var areTrapsDue: Bool {
    let traps = environment.traps
    return shell.main.pendingSignals.contains { signal in
      traps.action(for: signal.rawValue).map { !$0.isEmpty } ?? false
    }
  }

  /// Runs the traps of pending signals while a line is being read; `false` if the shell ends. `prepareForNextCommand`
  /// then returns how.
  func runTrapsAtPrompt() -> Bool {
    endAtPrompt = runPendingTraps()
    return endAtPrompt == nil
  }

  /// Sets the status after Ctrl-C at the prompt; a hang-up ends the read in the same way and sets none. The trap on SIGINT, if there is one, runs before the next prompt.
  func lineWasInterrupted() {
    if endAtPrompt != nil || isTerminalGone || shell.main.pendingSignals.contains(.hangup) { return }
    environment.status = .signal(.interrupt)
    if environment.traps.action(for: SignalNumber.interrupt.rawValue) != nil {
      shell.main.pendingSignals.insert(.interrupt)
    }
  }

  /// A line for each job that changed since the last report, each once. Jobs that have ended leave the table.
  func reportText() -> ByteString {
    let jobs = environment.jobs
    let changed = jobs.takeUnreported()
    if changed.isEmpty { return ByteString() }
    let marks = jobs.currentAndPrevious
    var text = ByteString()
    for job in changed {
      text.append(JobReport.line(job, marks, environment.options) + "\n")
      job.wasReported()
      if job.state.isFinal, !job.hasResult { jobs.remove(job) }
    }
    return text
  }

  /// The line for a job that was in the foreground until it stopped.
  func reportStop(of job: Job) {
    guard isInteractive else { return }
    let environment = self.environment
    let line = JobReport.line(job, environment.jobs.currentAndPrevious, environment.options)
    writeToStandardError("\n" + line + "\n")
    job.wasReported()
  }

  /// Begins a new row after the terminal has echoed `^C`.
  func endInterruptedLine() {
    if isInteractive, Terminal(.standardError) != nil { writeToStandardError("\n") }
  }

  /// Writes a message to the shell's standard error, redirected or not.
  func writeDirectly(_ text: ByteString) { shell.main.machine.context.writeDirectly(text) }

  func reportInput(_ error: Errno) {
    writeDirectly(ByteString("\(shell.messageName): standard input: \(error.text)\n"))
  }

  // MARK: Leaving

  /// Whether the shell may end at the end of the input. Under `ignoreeof` Ctrl-D must be repeated, ten
  /// times or as often as `IGNOREEOF` says.
  func mayLeave() -> Bool {
    guard isInteractive, !isTerminalGone else { return true }
    if lineEditor != nil, endsInARow < ignoredEnds {
      endsInARow += 1
      writeToStandardError("Use `exit` to leave the shell.\n")
      return false
    }
    if mayExit(after: commandCount) { return true }
    environment.status = .success
    return false
  }

  private var ignoredEnds: Int {
    let count = isPosix ? nil : environment.value(of: "IGNOREEOF").map { $0.decimalValue ?? 10 }
    return count ?? (environment.options.contains(.ignoreEOF) ? 10 : 0)
  }

  /// Warns once about jobs that would be lost; the second time in a row the shell ends.
  ///
  /// - Parameter count: How many commands were run before the one that asks.
  func mayExit(after count: Int) -> Bool {
    guard isInteractive, warnedAt != count else { return true }
    let ignoresRunning = environment.options.contains(.ignoresRunningJobs)
    let jobs = environment.jobs.jobs.filter {
      !$0.state.isFinal && !$0.isTerminating && ($0.state.isStopped || !ignoresRunning)
    }
    if jobs.isEmpty { return true }
    let stopped = jobs.filter(\.state.isStopped)
    let running = jobs.filter { !$0.state.isStopped }
    let text: String
    if stopped.isEmpty {
      text = "There are running jobs: \(names(of: running))"
    } else {
      let others = running.isEmpty ? "" : "; and running ones: \(names(of: running))"
      text = "There are stopped jobs: \(names(of: stopped))\(others)"
    }
    writeToStandardError(text + "\n")
    warnedAt = commandCount
    return false
  }

  private func names(of jobs: [Job]) -> String {
    let names = jobs.prefix(5).map { "%\($0.number) \($0.text.visible)" }.joined(separator: ", ")
    return jobs.count > 5 ? "\(names), and \(jobs.count - 5) more" : names
  }

  /// Notes that a command was run. `jobs` after the warning does not make the shell warn again.
  func didRun(_ command: CompleteCommand) {
    guard warnedAt == commandCount - 1 else { return }
    let text = SyntaxPrinter.text(of: command)
    if text == "jobs" || text.hasPrefix("jobs ") { warnedAt = commandCount }
  }
}
