import ByteStrings
import Meanwhile
import Platform

/// Shell code that runs as a task of the loop: a machine that takes steps and says what it waits for.
///
/// Confined to the thread of its loop, like the job that it belongs to; hence unchecked.
package final class Coroutine: Stepper, @unchecked Sendable {
  package var machine: Machine
  let shell: Shell
  /// The loop's side of it, once it is scheduled.
  package private(set) var record: TaskRecord?
  /// The job that the machine belongs to; asked while the machine runs, too.
  let job: Job?
  /// Signals that the machine gets when it next runs: it may be the one that sends them.
  private var incoming: SignalSet = []
  /// What ends its wait, beside the loop.
  private var tickets: [WakeEvent.Ticket] = []
  /// What the machine waited for when it was still run without a task.
  private var first: FirstWait?
  /// Signalled when it has ended; made where somebody waits for that.
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
  var endsJob: Bool
  /// How it ended.
  package private(set) var end: Machine.End?

  /// In an object of its own, because few coroutines begin in the middle of a wait.
  private final class FirstWait {
    let request: WaitRequest
    init(_ request: WaitRequest) { self.request = request }
  }

  /// `job` in place of the machine's own, where the machine begins with it.
  init(_ machine: consuming Machine, of job: Job? = nil, waitingFor first: WaitRequest? = nil, endsJob: Bool = false) {
    self.job = job ?? machine.job
    shell = machine.environment.shell
    self.machine = consume machine
    self.machine.job = self.job
    self.first = first.map(FirstWait.init)
    self.endsJob = endsJob
  }

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

  func stop() { record?.stop() }
  func `continue`() { record?.continue() }

  /// Ends it here and now, as by a signal: its EXIT trap runs until it would wait.
  func endNow() {
    if isRunning { return }
    machine.pendingSignals.insert(.terminate)
    for _ in 0..<Self.stepsOfCleanUp {
      if case .finished = machine.run() { return }
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
  private static let stepsOfCleanUp = 10

  /// Sends a signal: the machine acts on it when it next runs.
  func deliver(_ signal: SignalNumber) {
    if end != nil { return }
    incoming.insert(signal)
    if isRunning { shell.attention.raise() } else { record?.wake() }
  }

  /// Signals that came too late for it.
  func takeIncoming() -> SignalSet {
    defer { incoming = [] }
    return incoming
  }

  /// Whether a trap is set on the signal, or it is ignored; while the machine runs, it finds out by itself.
  func catches(_ signal: SignalNumber) -> Bool {
    !isRunning && (machine.hasAction(signal) || machine.isIgnored(signal))
  }

  package func step(_ cause: WakeCause) -> Wait? {
    if end != nil { return nil }
    if let first {
      self.first = nil
      return begin(first.request)
    }
    if let record { for ticket in tickets { ticket.event.remove(record) } }
    tickets = []
    var cause = cause
    while true {
      switch run(cause) {
      case .finished(let end):
        finish(end)
        return nil
      case .wait(let request): return begin(request)
      case .turnIsOver: return .step
      case .attention:
        // Finds out what the flag was raised for; a stop takes effect here.
        shell.attend()
        if record?.isStopped == true { return .step }
        cause = .woken
      case .probed: preconditionFailure("only a job that is being started is probed")
      }
    }
  }

  private func run(_ cause: WakeCause) -> Machine.RunResult {
    machine.pendingSignals = machine.pendingSignals.union(incoming)
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

  /// What is to be done when the machine has finished; also for one that did before it was scheduled.
  func finish(_ end: Machine.End) {
    self.end = end
    if case .terminated(let signal) = end, waitedForJobs { terminateOwnJobs(signal) }
    machine.releaseEnvironment()
    if endsJob { job?.finish(Job.State(self)) }
    finishedEvent?.signal()
  }

  /// Who waits for jobs that it started takes them along when a signal ends it.
  private func terminateOwnJobs(_ signal: SignalNumber) {
    if machine.environment.isMain || machine.environment.inheritsJobs { return }
    for job in machine.environment.jobs.jobs where !job.state.isFinal { job.send(signal) }
  }
}
