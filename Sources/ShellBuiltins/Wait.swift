import ByteStrings
import Meanwhile
import Platform
import ShellRuntime

extension Builtin {
  static let wait = Builtin(
    "wait", .intrinsic, synopsis: "[-fn] [-p NAME] [-t SECONDS] [ID...]",
    help: """
      Waits until the jobs have ended; the last one's status is the status, 127 for what is no job of this shell.
      ID is a job ID or a number that `$!` gave. Without ID, waits for all that run. The results that `collect` kept
      are written. A signal with a trap ends the wait, with 128 and the signal's number.

        -f  waits for the end of a job that is named, also while it is stopped
        -n  waits for the next one only
        -p  assigns the number of the job whose status is given to NAME
        -t  gives up after so many seconds, with status 124; the jobs go on
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "fnp:t:")
    var invocation = WaitInvocation(arguments: arguments)
    var isForNext = false
    while let option = try options.next() {
      switch option.letter {
      case "n": isForNext = true
      case "f": invocation.isForEnd = true
      case "p":
        guard option.argument.isName else { throw .variable(.invalidName(option.argument)) }
        invocation.name = option.argument
      default: invocation.deadline = context.shell.loop.deadline(try option.argument.timeSpan())
      }
    }
    if let name = invocation.name {
      do throws(VariableError) { try context.environment.unset(name) } catch { throw .variable(error) }
    }
    let targets = options.operands.map { target(&context, arguments, $0) }
    if isForNext { return waitForNext(&context, invocation, targets, hasOperands: !options.operands.isEmpty) }
    if options.operands.isEmpty { return waitForAll(&context, invocation, from: 0) }
    return waitInOrder(&context, invocation, targets[...], .success)
  }
}

/// The options of one call of `wait`.
private struct WaitInvocation: Sendable {
  let arguments: Arguments
  var name: ByteString?
  var deadline: LoopInstant?
  /// Whether a job that is stopped is waited for.
  var isForEnd = false

  func mustWait(for job: Job) -> Bool { job.state == .running || isForEnd && job.state.isStopped }

  /// The request with the time limit; traps end it.
  func limited(_ request: WaitRequest) -> WaitRequest {
    var request = request
    request.interruption = .byTraps
    request.wait.deadline = deadline
    return request
  }

  func isOver(_ context: BuiltinContext) -> Bool { deadline.map { context.shell.loop.now >= $0 } ?? false }
}

/// The job or status that an operand names.
private enum Target: Sendable {
  case job(Job, ByteString)
  /// The job has left the table, or the operand names none.
  case status(ExitStatus, id: ProcessID?)
}

private func target(_ context: inout BuiltinContext, _ arguments: Arguments, _ operand: ByteString) -> Target {
  do throws(BuiltinError) {
    if let id = JobID(operand) {
      let job = try context.job(id, operand)
      if context.environment.jobRole.mayWait { return .job(job, operand) }
      throw .job(.notOwn(operand))
    }
    guard operand.isUnsignedDecimal, let number = operand.decimalValue else { throw .job(.notAProcessOrJob(operand)) }
    let id = ProcessID(Int32(clamping: number))
    guard context.environment.jobRole.mayWait else { return .status(.commandNotFound, id: nil) }
    if let job = context.environment.jobs.job(id: id) { return .job(job, operand) }
    if let status = context.environment.jobs.takeStatus(of: id) { return .status(status, id: id) }
    return .status(.commandNotFound, id: nil)
  } catch {
    context.report(arguments, error)
    // POSIX: an ID that names no job has status 127.
    return .status(error.status == .usageError ? .usageError : .commandNotFound, id: nil)
  }
}

// MARK: - One after the other

private func waitInOrder(
  _ context: inout BuiltinContext, _ invocation: WaitInvocation, _ targets: ArraySlice<Target>, _ status: ExitStatus
) -> BuiltinResult {
  var rest = targets
  var status = status
  while let target = rest.first {
    switch target {
    case .status(let known, let id):
      status = known
      context.assign(id, invocation)
    case .job(let job, let operand):
      do throws(BuiltinError) { try context.checkCircle(closedBy: job, operand) } catch {
        context.report(invocation.arguments, error)
        return .status(error.status)
      }
      if invocation.mustWait(for: job) {
        if invocation.isOver(context) { return .status(.timedOut) }
        let open = rest
        return .wait(invocation.limited(job.change)) { [status] context, _ in
          waitInOrder(&context, invocation, open, status)
        }
      }
      status = context.deliver(job, operand, invocation)
    }
    rest.removeFirst()
  }
  return .status(status)
}

// MARK: - All, or the next one

/// Waits for all running jobs. A stopped one might never end, so it is not waited for.
private func waitForAll(_ context: inout BuiltinContext, _ invocation: WaitInvocation, from start: Int) -> BuiltinResult
{
  if !context.environment.jobRole.waitsForAll { return .status(.success) }
  var start = start
  if let request = context.environment.jobs.change(from: &start) {
    if invocation.isOver(context) { return .status(.timedOut) }
    return .wait(invocation.limited(request)) { [start] context, _ in waitForAll(&context, invocation, from: start) }
  }
  while let job = context.environment.jobs.firstUnfetched() { _ = context.deliver(job, "", invocation) }
  return .status(.success)
}

private func waitForNext(
  _ context: inout BuiltinContext, _ invocation: WaitInvocation, _ targets: [Target], hasOperands: Bool
) -> BuiltinResult {
  var request: WaitRequest?
  if !hasOperands {
    if !context.environment.jobRole.waitsForAll { return .status(.commandNotFound) }
    if let job = context.environment.jobs.firstUnfetched() { return .status(context.deliver(job, "", invocation)) }
    var start = 0
    request = context.environment.jobs.change(from: &start)
  } else {
    for target in targets {
      switch target {
      case .status(let status, let id?):
        context.assign(id, invocation)
        return .status(status)
      case .job(let job, let operand) where !invocation.mustWait(for: job):
        return .status(context.deliver(job, operand, invocation))
      case .job(let job, let operand):
        do throws(BuiltinError) { try context.checkCircle(closedBy: job, operand) } catch {
          context.report(invocation.arguments, error)
          return .status(error.status)
        }
      case .status: break
      }
    }
    request = change(ofAny: targets)
  }
  guard let request else { return .status(.commandNotFound) }
  if invocation.isOver(context) { return .status(.timedOut) }
  return .wait(invocation.limited(request)) { context, _ in
    waitForNext(&context, invocation, targets, hasOperands: hasOperands)
  }
}

/// One request for all of the jobs; `nil` where there is none.
private func change(ofAny targets: [Target]) -> WaitRequest? {
  var all: WaitRequest?
  var records: [TaskRecord] = []
  for case .job(let job, _) in targets {
    var request = job.change
    if case .tasks(let tasks) = request.wait.kind { records += tasks }
    request.events += all?.events ?? []
    // If one of them is a program or a thread, virtual time must not jump ahead.
    if let kind = all?.wait.kind, case .external = kind { request.wait.kind = kind }
    all = request
  }
  if case .tasks = all?.wait.kind { all?.wait.kind = .tasks(records) }
  return all
}

extension BuiltinContext {
  /// Delivers the status and the result of a job that does not run.
  fileprivate mutating func deliver(_ job: Job, _ operand: ByteString, _ invocation: WaitInvocation) -> ExitStatus {
    if case .stopped = job.state {
      report(invocation.arguments, .job(.isStopped(operand)))
      return job.state.status
    }
    deliverResult(of: job)
    if invocation.name != nil { assign(job.processID(), invocation) }
    if removesResults {
      environment.jobs.didFetch(job, isReported: environment.options.contains(.interactive))
      environment.closeEndedCoprocesses()
    }
    return job.state.status
  }

  fileprivate mutating func assign(_ id: ProcessID?, _ invocation: WaitInvocation) {
    guard let id, let name = invocation.name else { return }
    // Cannot fail: the variable was unset before, so it is not read-only.
    try? environment.assign(ByteString(decimal: Int(id.rawValue)), to: name)
  }
}
