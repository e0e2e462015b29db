import ByteStrings
import Meanwhile
import Platform

/// What runs in the foreground; made anew for each line.
struct Foreground {
  /// Whether a line runs.
  var isRunning = false
  /// The text of the line, for its job.
  var text: @Sendable () -> ByteString = { ByteString() }
  /// The job that the line is, once something needed that.
  var job: Job?
  /// The job that `fg` has brought to the foreground.
  var broughtJob: Job?
  /// How often Ctrl-C was typed.
  var interrupts = 0
  /// The wait is given up: the second Ctrl-C, or a deadlock that not even KILL ends.
  var isGivingUp = false
}

/// The foreground wait: the one place where the shell drives its loop.
extension Shell {
  /// How a foreground wait ended.
  package enum ForegroundResult: Sendable {
    case finished(Machine.End)
    /// The line was stopped, or given up; it is a job now, and the shell has a copy of its environment.
    case stopped(Job)
  }

  /// The job that the keyboard's signals are for.
  package var foregroundJob: Job? { foreground.broughtJob ?? foreground.job }

  /// Runs what the main coroutine's machine has begun, to its end or until it is stopped as a whole.
  ///
  /// What waits for nothing is run here and now; at the first wait it becomes a task, which the loop then runs in the
  /// foreground.
  package func runInForeground(_ text: @escaping @Sendable () -> ByteString) -> ForegroundResult {
    foreground = Foreground(isRunning: true, text: text)
    defer { foreground = Foreground() }
    let line = main
    if !line.runUntilFirstWait() {
      watchSignals()
      let job = jobOfLine()
      if line.record == nil { line.start() }
      // What arrived before the loop watched for it.
      if attention.isRaised { attend() }
      drive(line, job)
    }
    if let end = line.takeEnd() {
      foreground.job?.coroutines = []
      endForeground()
      return .finished(end)
    }
    return .stopped(leave(line, jobOfLine()))
  }

  /// The job that the line is; made when something first needs it, since most lines end before that.
  func jobOfLine() -> Job {
    if let job = foreground.job { return job }
    let job = Job(.coroutine, .line(foreground.text), id: makeSyntheticID(), shell: self)
    job.isForeground = true
    job.coroutines = [main]
    main.belong(to: job)
    foreground.job = job
    return job
  }

  /// What can never end is ended as by KILL, with a message; what does not even react to that is given up.
  private func drive(_ line: Coroutine, _ job: Job) {
    guard let record = line.record, job.state == .running else { return }
    for attempt in 0..<2 {
      do {
        return try loop.runInForeground(
          record, isNew: true, while: { job.state == .running && !self.foreground.isGivingUp })
      } catch {
        report(error)
        if attempt == 0 { job.deliver(.kill, toPrograms: true) } else { foreground.isGivingUp = true }
      }
    }
  }

  /// A line that was stopped or given up keeps its coroutine, and with it its own copy of the environment; the shell
  /// goes on with a new one.
  private func leave(_ line: Coroutine, _ job: Job) -> Job {
    var environment = line.leaveShell()
    if foreground.isGivingUp { report(unresponsive: job) } else { job.leaveToPrograms(line) }
    environment.status = foreground.isGivingUp ? .signal(.interrupt) : job.state.status
    environment.jobs.add(job)
    begin(with: environment)
    endForeground()
    return job
  }

  private func report(unresponsive job: Job) {
    Self.write("\(messageName): \(job.text.visible): does not react to the interrupt; it goes on in the background\n")
  }

  /// The shell has the terminal again.
  private func endForeground() {
    let job = foreground.job
    job?.isForeground = false
    reclaimTerminal(from: job)
  }
}
