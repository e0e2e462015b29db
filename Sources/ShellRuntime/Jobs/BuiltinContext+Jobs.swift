import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Starting jobs, and the job that the running command belongs to.
extension BuiltinContext {
  /// The job that the command belongs to. The line in the foreground gets a job only when this is first called: most
  /// lines start no program and do not wait.
  mutating func jobToBelongTo() -> Job {
    if let job { return job }
    let job = shell.jobOfLine()
    inherited.job = job
    return job
  }

  /// Enters a job that was started in the background into the table; an interactive shell prints its number.
  package mutating func enter(_ job: Job) {
    beginOwnTable()
    environment.jobs.add(job)
    environment.lastBackgroundJob = job
    guard environment.options.contains(.interactive), environment.isMain else {
      // A script reports nothing, so nothing else would remove jobs that have ended.
      if !environment.options.contains(.interactive) { environment.jobs.forgetEnded() }
      return
    }
    let subject = job.kind == .process ? ByteString(decimal: Int(job.processID().rawValue)) : job.text.visible
    writeDirectly("[" + ByteString(decimal: job.number) + "] " + subject + "\n")
  }

  /// Makes a process substitution known to `wait` and `$!`. It goes on when the shell ends, as what was disowned does.
  mutating func enterNameless(_ job: Job) {
    beginOwnTable()
    environment.jobs.addNameless(job)
    environment.lastBackgroundJob = job
    job.ignoresHangUp = true
    leaveCoroutines()
  }

  /// Gives the environment a table of jobs, unless it has one.
  private mutating func beginOwnTable() {
    guard environment.jobRole.borrowsTable else { return }
    environment.jobs = JobTable()
    environment.jobRole = .owner
    environment.jobs.childChanges = environment.cold.value.childChanges
  }

  /// Makes a background job of a coroutine. The coroutine makes its first step when the loop next runs.
  func startCoroutine(_ coroutine: Coroutine, _ source: Job.Source) -> Job {
    let job = Job(.coroutine, source, shell: shell)
    // Not the coroutine's own output, which may be a command substitution's by now.
    job.output = environment.descriptors[1]
    job.coroutines = [coroutine]
    coroutine.belong(to: job, turns: InheritedState.turnsInBackground, endsJob: true)
    coroutine.start()
    return job
  }

  /// Notes that coroutines go on when the shell ends, which signals are handled for from now on.
  package mutating func leaveCoroutines() {
    guard environment.isMain, shell.isMain else { return }
    environment.options.insert(.leavesCoroutines)
    try? SignalPolicy.optionsDidChange(environment.options, environment.traps)
  }

  /// A copy of the environment for an asynchronous list. Without job control its standard input is `/dev/null`, and
  /// SIGINT and SIGQUIT are ignored (POSIX.1-2024 XCU 2.9.3.1).
  func environmentOfAsynchronousList() -> ExecutionEnvironment {
    var copy = environmentOfProcessSubstitution()
    copy.closeCoprocesses()
    if !environment.options.contains(.monitor) { copy.descriptors[0] = environment.shell.emptyInput() }
    return copy
  }

  /// The same of a process substitution, which shares the standard input of its command.
  func environmentOfProcessSubstitution() -> ExecutionEnvironment {
    var copy = environment.subshell()
    copy.jobRole = .sibling
    if !environment.options.contains(.monitor) {
      copy.ignoredSignals.insert(.interrupt)
      copy.ignoredSignals.insert(.quit)
    }
    return copy
  }
}
