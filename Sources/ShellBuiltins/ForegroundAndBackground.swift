import ByteStrings
import Meanwhile
import Platform
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let fg = Builtin(
    "fg", .intrinsic, synopsis: "[ID...]",
    help: """
      Goes on with a job in the foreground and waits until it ends or stops; its status is the status. Without ID,
      the current job. Several jobs come one after the other. The result that `collect` kept is written.
      In a script: for coroutine and thread jobs, for programs only under `set -m`.
      """
  ) { machine, arguments throws(BuiltinError) in
    let operands = arguments.operands[(try OptionReader.firstOperand(arguments) - 1)...]
    if !operands.isEmpty { return nextInForeground(&machine, arguments, operands, .success) }
    return try bringToForeground(&machine, arguments, try machine.currentJob, "%%", [])
  }

  static let bg = Builtin(
    "bg", .intrinsic, synopsis: "[ID...]",
    help: """
      Goes on with stopped jobs in the background; without ID, with the current job. Programs run at once; coroutines
      advance whenever something is waited for in the foreground.
      """
  ) { machine, arguments throws(BuiltinError) in
    let operands = arguments.operands[(try OptionReader.firstOperand(arguments) - 1)...]
    if operands.isEmpty {
      try continueInBackground(&machine, arguments, try machine.currentJob, "%%")
      return .status(.success)
    }
    var status = ExitStatus.success
    for operand in operands {
      do throws(BuiltinError) {
        try continueInBackground(&machine, arguments, try machine.job(operand), operand)
      } catch {
        machine.report(arguments, error)
        status = .failure
      }
    }
    return .status(status)
  }
}

// MARK: - fg

/// Brings the next of several jobs to the foreground; the status of the last one is the builtin's.
private func nextInForeground(
  _ machine: inout Machine, _ arguments: Arguments, _ operands: ArraySlice<ByteString>, _ status: ExitStatus
) -> BuiltinResult {
  var rest = operands
  var status = status
  while let operand = rest.popFirst() {
    do throws(BuiltinError) {
      return try bringToForeground(&machine, arguments, try machine.job(operand), operand, rest)
    } catch {
      machine.report(arguments, error)
      status = error.status
    }
  }
  return .status(status)
}

private func bringToForeground(
  _ machine: inout Machine, _ arguments: Arguments, _ job: Job, _ operand: ByteString, _ rest: ArraySlice<ByteString>
) throws(BuiltinError) -> BuiltinResult {
  guard machine.jobAccess != .looking else { throw .notOwnJob(operand) }
  try machine.checkJobControl(of: job, operand)
  try machine.checkCircle(closedBy: job, operand)
  if !job.state.isFinal {
    if machine.tellsAboutJobs { machine.write(job.text.visible + "\n") }
    machine.bringToForeground(job)
  }
  return waitInForeground(&machine, arguments, job, rest)
}

/// Signals to this shell are acted on when the job has ended or stopped, as with every foreground command; the job
/// itself gets those that end a waiting job.
private func waitInForeground(
  _ machine: inout Machine, _ arguments: Arguments, _ job: Job, _ rest: ArraySlice<ByteString>
) -> BuiltinResult {
  switch job.state {
  case .running:
    var request = job.waitUntilChange()
    request.isInterruptible = false
    return .wait(request) { machine, _ in waitInForeground(&machine, arguments, job, rest) }
  case .stopped: return foregroundJobDidStop(&machine, job)
  case .done, .terminated:
    return foregroundJobDidEnd(&machine, job) ?? nextInForeground(&machine, arguments, rest, job.state.status)
  }
}

private func foregroundJobDidStop(_ machine: inout Machine, _ job: Job) -> BuiltinResult {
  machine.takeForegroundBack(from: job)
  guard machine.tellsAboutJobs else { return .status(job.state.status) }
  let environment = machine.environment
  machine.writeError("\n" + JobReport.line(job, environment.jobs.currentAndPrevious, environment.options) + "\n")
  job.wasReported()
  return .leave(.abandon(job.state.status))
}

/// How the rest of the line ends with the job, if it does: Ctrl-C was for both.
private func foregroundJobDidEnd(_ machine: inout Machine, _ job: Job) -> BuiltinResult? {
  machine.takeForegroundBack(from: job)
  machine.deliverResult(of: job)
  machine.environment.jobs.remove(job, remembersStatus: false)
  guard machine.tellsAboutJobs, case .terminated(let signal, let coreDumped) = job.state else { return nil }
  if signal == .interrupt { return .leave(.abandon(job.state.status)) }
  if signal != .brokenPipe { machine.writeError(signal.text + (coreDumped ? " (core dumped)\n" : "\n")) }
  return nil
}

// MARK: - bg

private func continueInBackground(
  _ machine: inout Machine, _ arguments: Arguments, _ job: Job, _ operand: ByteString
) throws(BuiltinError) {
  try machine.checkJobControl(of: job, operand)
  switch job.state {
  case .done, .terminated: throw .jobHasEnded(operand)
  case .running: machine.report(arguments, .alreadyRunning(operand))
  case .stopped:
    let table = machine.environment.jobs
    let mark = JobReport.mark(of: job, table.currentAndPrevious)
    table.touch(job)
    job.continue()
    if machine.tellsAboutJobs {
      machine.write("[" + ByteString(decimal: job.number) + "]" + mark + " " + job.text.visible + " &\n")
    }
  }
}
