import ByteStrings
import Meanwhile
import Platform
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let jobs = Builtin(
    "jobs", .intrinsic, synopsis: "[-lnprsv] [ID...]",
    help: """
      Lists jobs: number, + for the current and - for the previous one, state, command. Jobs that have ended are
      shown once. A coroutine waits for the foreground: it advances while the shell waits for something.

        -l  with process numbers, each process of a pipeline in a line of its own
        -p  process numbers only
        -n  those that changed since they were last reported
        -r  those that run                  -s  those that are stopped
        -v  with kind, steps, processor time, and what each waits for
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "lnprsv")
    var listing = JobListing()
    while let option = try options.next() {
      switch option.letter {
      case "l": listing.details = .numbers
      case "p": listing.details = .numbersOnly
      case "v": listing.details = .verbose
      case "n": listing.chosen.insert(.changed)
      case "r": listing.chosen.insert(.running)
      default: listing.chosen.insert(.stopped)
      }
    }
    var status = ExitStatus.success
    if options.operands.isEmpty {
      for job in context.environment.jobs.jobs where listing.isChosen(job) { listing.jobs.append(job) }
    }
    for operand in options.operands {
      do throws(BuiltinError) {
        let job = try context.job(operand)
        if listing.isChosen(job) { listing.jobs.append(job) }
      } catch {
        context.report(arguments, error)
        status = .failure
      }
    }
    listing.write(to: &context)
    return .status(status)
  }
}

private struct JobListing {
  enum Details { case states, numbers, numbersOnly, verbose }

  struct JobFilter: OptionSet {
    let rawValue: UInt8
    static let changed = JobFilter(rawValue: 1)
    static let running = JobFilter(rawValue: 2)
    static let stopped = JobFilter(rawValue: 4)
  }

  var details = Details.states
  var chosen: JobFilter = []
  var jobs: [Job] = []

  func isChosen(_ job: Job) -> Bool {
    if chosen.contains(.changed), !job.hasUnreportedChange { return false }
    if chosen.isDisjoint(with: [.running, .stopped]) { return true }
    if chosen.contains(.running), job.state == .running { return true }
    return chosen.contains(.stopped) && job.state.isStopped
  }

  func write(to context: inout BuiltinContext) {
    let marks = context.environment.jobs.currentAndPrevious
    for job in jobs {
      switch details {
      case .states: context.write(line(job, marks, context) + "\n")
      case .numbers:
        var lines = JobReport.lines(job, marks, context.environment.options)
        if waits(job, context) { lines[0].append(Self.waitsForForeground) }
        for line in lines { context.write(line + "\n") }
      case .numbersOnly: context.write(number(of: job) + "\n")
      case .verbose: context.write(JobReport.inspection(of: job, marks) + "\n")
      }
    }
    if details == .numbersOnly || context.environment.jobRole.borrowsTable { return }
    for job in jobs {
      job.wasReported()
      if job.state.isFinal, !job.hasResult { context.environment.jobs.remove(job) }
    }
    context.environment.closeEndedCoprocesses()
  }

  private func number(of job: Job) -> ByteString { ByteString(decimal: Int(job.shownID.rawValue)) }

  private func line(
    _ job: Job, _ marks: (current: Job?, previous: Job?), _ context: BuiltinContext
  ) -> ByteString {
    let line = JobReport.line(job, marks, context.environment.options)
    return waits(job, context) ? line + Self.waitsForForeground : line
  }

  /// Whether a person is told that the job waits for the foreground.
  private func waits(_ job: Job, _ context: BuiltinContext) -> Bool {
    let options = context.environment.options
    return options.contains(.interactive) && !options.contains(.posix) && job.waitsForForeground
  }

  private static let waitsForForeground: ByteString = "  (waits for the foreground)"
}
