import ByteStrings
import Meanwhile
import Platform

/// What runs in the foreground. Reset for each line.
struct Foreground {
  /// Whether a line runs.
  var isRunning = false
  /// The text of the line, for its job.
  var text: @Sendable () -> ByteString = { ByteString() }
  /// The line's job, once something needs one.
  var job: Job?
  /// The job that `fg` has brought to the foreground.
  var broughtJob: Job?
  /// How often Ctrl-C was typed.
  var interrupts = 0
  /// Whether the shell gives up the wait: after a second Ctrl-C, or a deadlock that not even KILL ends.
  var isGivingUp = false
}

/// The foreground wait: the one place where the shell drives its loop.
///
/// The hand-over: `main` runs the line without the loop until it first waits. It then becomes a task and `drive` runs
/// the loop until that task ends or its job is stopped. `runInForeground` is never called from inside the loop.
extension Shell {
  /// How a foreground wait ended.
  package enum ForegroundResult: Sendable {
    case finished(Machine.End)
    /// The line was stopped or given up. It is a background job now, and the shell goes on with a copy of the
    /// environment.
    case stopped(Job)
  }

  /// The job that gets the keyboard's signals.
  package var foregroundJob: Job? { foreground.broughtJob ?? foreground.job }

  /// Runs what the machine of the main coroutine has begun, until it ends, is stopped or is given up.
  package func runInForeground(_ text: @escaping @Sendable () -> ByteString) -> ForegroundResult {
    foreground = Foreground(isRunning: true, text: text)
    defer { foreground = Foreground() }
    let line = main
    if !line.runUntilFirstWait() {
      watchSignals()
      let job = jobOfLine()
      if line.record == nil { line.start() }
      // Signals that arrived before the loop watched for them would not wake it.
      if attention.isRaised { attend() }
      drive(line, job)
    }
    if let end = line.takeEnd() {
      // The job of a line that has ended is in no table, and the main coroutine goes on with the next line.
      foreground.job?.coroutines = []
      endForeground()
      return .finished(end)
    }
    return .stopped(leave(line, jobOfLine()))
  }

  /// The line's job, made on demand, since most lines end without one.
  func jobOfLine() -> Job {
    if let job = foreground.job { return job }
    let job = Job(.coroutine, .line(foreground.text), shell: self)
    job.isForeground = true
    job.coroutines = [main]
    main.belong(to: job)
    foreground.job = job
    return job
  }

  /// Drives the loop. A line that can never end is reported and gets KILL; if that does not end it, it is given up.
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

  /// Turns a line that was stopped or given up into a job. The job keeps the coroutine and its environment, which
  /// becomes a subshell's; the shell goes on with a new coroutine and a copy of the environment.
  private func leave(_ line: Coroutine, _ job: Job) -> Job {
    var environment = line.leaveShell()
    if foreground.isGivingUp { report(unresponsive: job) } else { job.leaveToPrograms(line) }
    environment.status = foreground.isGivingUp ? .signal(.interrupt) : job.state.status
    environment.jobs.add(job)
    begin(with: environment)
    main.machine.outerCalls = line.machine.outerCalls
    endForeground()
    return job
  }

  private func report(unresponsive job: Job) {
    Self.write("\(messageName): \(job.text.visible): does not react to the interrupt; it goes on in the background\n")
  }

  /// Takes the line's job out of the foreground, and reclaims the terminal.
  private func endForeground() {
    let job = foreground.job
    job?.isForeground = false
    reclaimTerminal(from: job)
  }
}
