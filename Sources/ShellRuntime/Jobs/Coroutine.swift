import ByteStrings
import Meanwhile
import Platform

/// Shell code that runs as a task of the loop: a machine, and the one `await` of the interpreter.
///
/// Confined to the thread of its loop, like the job that it belongs to; hence unchecked.
package final class Coroutine: @unchecked Sendable {
  package var machine: Machine
  let shell: Shell
  /// The job that the machine belongs to; asked while the machine runs, too.
  let job: Job?
  /// Signals that the machine gets when it next runs: it may be the one that sends them.
  private var incoming: SignalSet = []
  private var isRunning = false
  /// Whether its last wait was for jobs.
  private var waitedForJobs = false
  package internal(set) var record: TaskRecord?
  /// How it ended.
  package private(set) var end: Machine.End?
  /// Signalled when it has ended.
  let finished = WakeEvent()
  /// What the machine waited for when it was still run without a task.
  private var first: WaitRequest?
  /// Called in the step in which it ends.
  var completion: ((Coroutine) -> Void)?

  init(_ machine: Machine, waitingFor first: WaitRequest? = nil) {
    self.machine = machine
    self.first = first
    shell = machine.environment.shell
    job = machine.job
  }

  /// The status that its end stands for.
  package var status: ExitStatus {
    switch end {
    case .exited(let status), .abandoned(let status): status
    case .terminated(let signal): .signal(signal)
    case .completed, nil: machine.environment.status
    }
  }

  /// Puts it into the ready queue.
  func start() {
    let record = shell.loop.start(name: nil) { [self] in await self.drive() }
    self.record = record
    shell.coroutines[ObjectIdentifier(self)] = self
  }

  /// Ends it here and now, as by a signal: its EXIT trap runs until it would wait.
  func endNow() {
    if isRunning { return }
    machine.pendingSignals.insert(.terminate)
    for _ in 0..<Self.stepsOfCleanUp {
      if case .finished = machine.run() { return }
    }
  }

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
    !isRunning && machine.environment.traps.action(for: signal.rawValue) != nil
  }

  private func drive() async {
    var cause = WakeCause.woken
    if let first {
      self.first = nil
      cause = await wait(for: first)
    }
    while true {
      switch run(cause) {
      case .finished(let end): return finish(end)
      case .wait(let request): cause = await wait(for: request)
      case .turnIsOver: cause = await park(.step)
      case .attention: cause = await attend()
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

  private func wait(for request: WaitRequest) async -> WakeCause {
    guard let record else { preconditionFailure("a coroutine runs in a task") }
    waitedForJobs = request.isForJobs
    for ticket in request.events { ticket.event.add(record, since: ticket) }
    let cause = await park(request.wait)
    for ticket in request.events { ticket.event.remove(record) }
    return cause
  }

  /// Finds out what the flag was raised for; a stop takes effect here.
  private func attend() async -> WakeCause {
    shell.attend()
    guard let record, record.isStopped else { return .woken }
    return await park(.step)
  }

  private func finish(_ end: Machine.End) {
    self.end = end
    shell.coroutines[ObjectIdentifier(self)] = nil
    if case .terminated(let signal) = end, waitedForJobs { terminateOwnJobs(signal) }
    machine.releaseEnvironment()
    completion?(self)
    completion = nil
    finished.signal()
  }

  /// Who waits for jobs that it started takes them along when a signal ends it.
  private func terminateOwnJobs(_ signal: SignalNumber) {
    if machine.environment.isMain || machine.environment.inheritsJobs { return }
    for job in machine.environment.jobs.jobs where !job.state.isFinal { job.send(signal) }
  }
}
