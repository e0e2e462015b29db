import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Starting jobs, and the job that a command belongs to itself.
extension BuiltinContext {
  /// The job that the command belongs to; a line in the foreground becomes one when something needs that.
  mutating func jobToBelongTo() -> Job {
    if let job { return job }
    let job = shell.jobOfLine()
    inherited.job = job
    return job
  }

  /// Enters a job that was started in the background into the table, and tells a person its number.
  package mutating func enter(_ job: Job) {
    if environment.jobRole.borrowsTable {
      environment.jobs = JobTable()
      environment.jobRole = .owner
    }
    environment.jobs.add(job)
    environment.lastBackgroundID = job.id
    guard environment.options.contains(.interactive), environment.isMain else {
      // No person reads reports.
      if !environment.options.contains(.interactive) { environment.jobs.forgetEnded() }
      return
    }
    let subject = job.kind == .process ? ByteString(decimal: Int(job.id.rawValue)) : job.text.visible
    writeDirectly("[" + ByteString(decimal: job.number) + "] " + subject + "\n")
  }

  /// Makes a coroutine the one of a new job in the background, ready to take its first step when the loop runs.
  func startCoroutine(_ coroutine: Coroutine, _ source: Job.Source) -> Job {
    let job = Job(.coroutine, source, id: shell.makeSyntheticID(), shell: shell)
    // Not the coroutine's own output, which may be a command substitution's by now.
    job.output = environment.descriptors[1]
    job.coroutines = [coroutine]
    coroutine.belong(to: job, turns: InheritedState.turnsInBackground, endsJob: true)
    coroutine.start()
    return job
  }

  /// A copy of the environment for a background list. Without job control its input is empty and the keyboard's
  /// signals are ignored.
  func environmentOfAsynchronousList() -> ExecutionEnvironment {
    var copy = environment.subshell()
    copy.jobRole = .sibling
    if !environment.options.contains(.monitor) {
      copy.descriptors[0] = environment.shell.emptyInput()
      copy.ignoredSignals.insert(.interrupt)
      copy.ignoredSignals.insert(.quit)
    }
    return copy
  }
}
