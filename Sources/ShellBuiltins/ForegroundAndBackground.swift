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
  ) { context, arguments throws(BuiltinError) in
    let operands = arguments.operands[(try OptionReader.firstOperand(arguments) - 1)...]
    if !operands.isEmpty { return nextInForeground(&context, arguments, operands, .success) }
    return try bringToForeground(&context, arguments, try context.currentJob, "%%", [])
  }

  static let bg = Builtin(
    "bg", .intrinsic, synopsis: "[ID...]",
    help: """
      Goes on with stopped jobs in the background; without ID, with the current job. Programs run at once; coroutines
      advance whenever something is waited for in the foreground.
      """
  ) { context, arguments throws(BuiltinError) in
    let operands = arguments.operands[(try OptionReader.firstOperand(arguments) - 1)...]
    if operands.isEmpty {
      try continueInBackground(&context, arguments, try context.currentJob, "%%")
      return .status(.success)
    }
    var status = ExitStatus.success
    for operand in operands {
      do throws(BuiltinError) {
        try continueInBackground(&context, arguments, try context.job(operand), operand)
      } catch {
        context.report(arguments, error)
        status = .failure
      }
    }
    return .status(status)
  }
}

// MARK: - fg

/// Brings the next of several jobs to the foreground; the status of the last one is the builtin's.
private func nextInForeground(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ operands: ArraySlice<ByteString>, _ status: ExitStatus
) -> BuiltinResult {
  var rest = operands
  var status = status
  while let operand = rest.popFirst() {
    do throws(BuiltinError) {
      return try bringToForeground(&context, arguments, try context.job(operand), operand, rest)
    } catch {
      context.report(arguments, error)
      status = error.status
    }
  }
  return .status(status)
}

private func bringToForeground(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ job: Job, _ operand: ByteString,
  _ rest: ArraySlice<ByteString>
) throws(BuiltinError) -> BuiltinResult {
  guard context.environment.jobRole.mayWait else { throw .job(.notOwn(operand)) }
  try context.checkJobControl(of: job, operand)
  try context.checkCircle(closedBy: job, operand)
  if !job.state.isFinal {
    if context.namesJobs { context.write(job.text.visible + "\n") }
    context.bringToForeground(job)
  }
  return waitInForeground(&context, arguments, job, rest)
}

/// Signals to this shell are acted on when the job has ended or stopped, as with every foreground command; the job
/// itself gets those that end a waiting job.
private func waitInForeground(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ job: Job, _ rest: ArraySlice<ByteString>
) -> BuiltinResult {
  switch job.state {
  case .running:
    var request = job.change
    request.interruption = .none
    return .wait(request) { context, _ in waitInForeground(&context, arguments, job, rest) }
  case .stopped: return foregroundJobDidStop(&context, job)
  case .done, .terminated:
    return foregroundJobDidEnd(&context, job) ?? nextInForeground(&context, arguments, rest, job.state.status)
  }
}

private func foregroundJobDidStop(_ context: inout BuiltinContext, _ job: Job) -> BuiltinResult {
  context.endForeground(of: job)
  guard context.tellsAboutJobs else { return .status(job.state.status) }
  let environment = context.environment
  context.writeError("\n" + JobReport.line(job, environment.jobs.currentAndPrevious, environment.options) + "\n")
  job.wasReported()
  return .leave(.abandon(job.state.status))
}

/// Ends the rest of the line if Ctrl-C ended the job, since the line was in the foreground too.
private func foregroundJobDidEnd(_ context: inout BuiltinContext, _ job: Job) -> BuiltinResult? {
  context.endForeground(of: job)
  context.deliverResult(of: job)
  context.environment.jobs.remove(job, remembersStatus: false)
  context.environment.closeEndedCoprocesses()
  guard context.tellsAboutJobs, case .terminated(let signal, let coreDumped) = job.state else { return nil }
  if signal == .interrupt { return .leave(.abandon(job.state.status)) }
  if signal != .brokenPipe { context.writeError(signal.text + (coreDumped ? " (core dumped)\n" : "\n")) }
  return nil
}

// MARK: - bg

private func continueInBackground(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ job: Job, _ operand: ByteString
) throws(BuiltinError) {
  try context.checkJobControl(of: job, operand)
  switch job.state {
  case .done, .terminated: throw .job(.hasEnded(operand))
  case .running: return
  case .stopped:
    let table = context.environment.jobs
    let mark = JobReport.mark(of: job, table.currentAndPrevious)
    table.touch(job)
    job.continue()
    if context.namesJobs {
      context.write("[" + ByteString(decimal: job.number) + "]" + mark + " " + job.text.visible + " &\n")
    }
  }
}
