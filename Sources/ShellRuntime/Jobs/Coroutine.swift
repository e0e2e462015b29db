import ByteStrings
import Meanwhile
import Platform

/// Shell code that runs as a task of the loop: a machine that takes steps and says what it waits for. It alone calls
/// `Machine.run`.
///
/// The line in the foreground is a coroutine, too, which the loop does not know before it waits: `runUntilFirstWait`
/// runs it without the loop, `start` hands it over. The step that the loop then takes first only begins that wait.
///
/// Confined to the thread of its loop, like the job that it belongs to; hence unchecked.
package final class Coroutine: Stepper, @unchecked Sendable {
  /// Nothing else touches it while `isRunning`.
  package var machine: Machine
  let shell: Shell
  /// The loop's side of it, once it is scheduled.
  private(set) var record: TaskRecord?
  /// The job that the machine belongs to; asked while the machine runs, too.
  private(set) var job: Job?
  /// Signals that the machine gets when it next runs: the machine may be what sends them.
  private var incoming: SignalSet = []
  /// What ends its wait, beside the loop.
  private var tickets: [WakeEvent.Ticket] = []
  /// What the machine waits for since it was run without the loop.
  private var first: FirstWait?
  /// Signalled when it has ended; made for the first task that waits for that.
  var finished: WakeEvent {
    if let finishedEvent { return finishedEvent }
    let event = WakeEvent()
    finishedEvent = event
    return event
  }
  private var finishedEvent: WakeEvent?
  private var isRunning = false
  /// Whether its last wait was for jobs.
  private var waitedForJobs = false
  /// Whether its end is the end of the job.
  private var endsJob = false
  /// How it ended.
  package private(set) var end: Machine.End?

  /// In an object of its own, because few coroutines begin in the middle of a wait.
  private final class FirstWait {
    let request: WaitRequest
    init(_ request: WaitRequest) { self.request = request }
  }

  /// How far the machine ran.
  private enum Progress {
    case ended
    case wait(WaitRequest)
    /// It was stopped, or has to give way to others.
    case gaveWay
    case probed(isProgram: Bool)
  }

  package init(_ machine: consuming Machine, of job: Job? = nil) {
    self.job = job ?? machine.job
    shell = machine.environment.shell
    self.machine = consume machine
    self.machine.job = self.job
  }

  /// Makes it a part of a job, in which it gives way to others after so many turns.
  func belong(to job: Job, turns: Int, endsJob: Bool) {
    self.job = job
    machine.job = job
    machine.context.inherited.turnsLeft = turns
    self.endsJob = endsJob
  }

  /// Makes it the line that a job is. A machine that runs learns that from its own call (`jobToBelongTo`).
  func belong(to job: Job) {
    self.job = job
    if !isRunning { machine.job = job }
  }

  /// Its programs get process groups of their own.
  func leaveProcessGroup() { machine.context.inherited.processGroup = nil }

  /// The status that its end stands for.
  package var status: ExitStatus {
    switch end {
    case .exited(let status), .abandoned(let status): status
    case .terminated(let signal): .signal(signal)
    case .completed, nil: machine.environment.status
    }
  }

  /// The coroutine that a task of the loop is, if it is one.
  static func of(_ task: TaskRecord) -> Coroutine? { (task as? SteppedTask)?.stepper as? Coroutine }

  /// Schedules it: it takes its first step when the loop next runs.
  func start() { record = shell.loop.start(self) }

  /// Holds its steps back. What was run without the loop so far becomes a task.
  func stop() {
    if record == nil, end == nil { start() }
    record?.stop()
  }

  func `continue`() { record?.continue() }

  /// Ends it here and now, as by a signal: its EXIT trap runs until it would wait.
  func endNow() {
    if isRunning { return }
    incoming.insert(.terminate)
    for _ in 0..<Self.cleanUpStepLimit {
      if case .ended = run(.woken) { return }
    }
  }

  /// Ends it without another step of its machine: it has nothing left to do.
  func dismiss() {
    if end == nil { end = .completed }
    machine.releaseEnvironment()
    finishedEvent?.signal()
    record?.continue()
    record?.wake()
  }

  /// Whether it waits for this event.
  func waits(for event: WakeEvent) -> Bool { (first?.request.events ?? tickets).contains { $0.event === event } }

  /// How often clean-up may be interrupted by a wait before it is given up.
  private static let cleanUpStepLimit = 10

  // MARK: Signals

  /// Sends a signal: the machine acts on it when it next runs.
  func deliver(_ signal: SignalNumber) {
    if end != nil { return }
    incoming.insert(signal)
    if isRunning { shell.attention.raise() } else { record?.wake() }
  }

  /// Signals that have arrived and that the machine has not seen.
  package var pendingSignals: SignalSet {
    get { incoming }
    set { incoming = newValue }
  }

  /// Whether a trap is set on the signal, or it is ignored; while the machine runs, it finds out by itself.
  func catches(_ signal: SignalNumber) -> Bool {
    !isRunning && (machine.context.hasAction(signal) || machine.context.isIgnored(signal))
  }

  // MARK: Steps

  /// Runs it without the loop until it ends or has to wait; `true` if it has ended.
  @discardableResult
  func runUntilFirstWait() -> Bool {
    switch run(.woken) {
    case .ended: return true
    case .wait(let request):
      first = FirstWait(request)
      return false
    case .gaveWay: return false
    case .probed: preconditionFailure("only a job that is being started is probed")
    }
  }

  /// The same while `&` finds out what it is; `true` if it is a program.
  func runUntilProbed() -> Bool {
    if end != nil || first != nil { return false }
    switch run(.woken) {
    case .ended, .gaveWay: return false
    case .wait(let request):
      first = FirstWait(request)
      return false
    case .probed(let isProgram): return isProgram
    }
  }

  package func step(_ cause: WakeCause) -> Wait? {
    if end != nil { return nil }
    if let first = first.take() { return begin(first.request) }
    if let record { for ticket in tickets { ticket.event.remove(record) } }
    tickets = []
    switch run(cause) {
    case .ended: return nil
    case .wait(let request): return begin(request)
    case .gaveWay: return .step
    case .probed: preconditionFailure("only a job that is being started is probed")
    }
  }

  /// The one driver of `Machine.run`. Finds out what the flag was raised for; a stop takes effect there.
  private func run(_ cause: WakeCause) -> Progress {
    var cause = cause
    while true {
      switch runMachine(cause) {
      case .finished(let end):
        finish(end)
        return .ended
      case .wait(let request): return .wait(request)
      case .turnsAreUsedUp: return .gaveWay
      case .probed(let isProgram): return .probed(isProgram: isProgram)
      case .attention:
        shell.attend()
        if record?.isStopped == true { return .gaveWay }
        cause = .woken
      }
    }
  }

  private func runMachine(_ cause: WakeCause) -> Machine.RunResult {
    machine.context.pendingSignals = machine.context.pendingSignals.union(incoming)
    incoming = []
    isRunning = true
    defer { isRunning = false }
    return machine.run(cause)
  }

  private func begin(_ request: WaitRequest) -> Wait {
    waitedForJobs = request.isForJobs
    tickets = request.events
    if let record { for ticket in tickets { ticket.event.add(record, since: ticket) } }
    return request.wait
  }

  // MARK: The end

  private func finish(_ end: Machine.End) {
    self.end = end
    if case .terminated(let signal) = end, waitedForJobs { terminateOwnJobs(signal) }
    machine.releaseEnvironment()
    if endsJob { job?.finish(Job.State(self)) }
    finishedEvent?.signal()
  }

  /// A coroutine that waits for jobs which it started takes them along when a signal ends it.
  private func terminateOwnJobs(_ signal: SignalNumber) {
    guard machine.environment.jobRole == .owner else { return }
    for job in machine.environment.jobs.jobs where !job.state.isFinal { job.send(signal) }
  }

  // MARK: The shell's own

  /// Takes how a foreground line ended: the coroutine is ready for the next line. A signal from the keyboard that
  /// came too late for the line is for no other.
  func takeEnd() -> Machine.End? {
    guard let end = end.take() else { return nil }
    record = nil
    job = nil
    machine.job = nil
    incoming = incoming.subtracting([.interrupt, .quit])
    return end
  }

  /// Makes it a job of its own: the shell goes on without it, with the environment that is returned.
  func leaveShell() -> ExecutionEnvironment {
    let environment = machine.outermostEnvironment
    machine.becomeSubshell()
    endsJob = true
    return environment
  }
}
