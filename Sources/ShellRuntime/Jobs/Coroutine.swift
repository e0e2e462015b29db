import ByteStrings
import Meanwhile
import Platform

/// Shell code that runs as a task of the loop: a machine that makes steps and says what it waits for. Nothing else
/// calls `Machine.run`.
///
/// The foreground line is a coroutine too. `runUntilFirstWait` runs it without the loop, so a line that does not wait
/// never becomes a task. If it waits, `start` schedules it, and the first step that it makes as a task only registers
/// the wait that it returned before. A line that has used up its turns waits for one pass of the loop in the same way.
///
/// Who resumes it: the loop calls `step`, when the wait that the last step returned is over or `record.wake()` was
/// called. Two other callers run it outside of a step: `runUntilFirstWait` before it is a task, and `endNow` when the
/// shell exits. A machine can run another coroutine (a part, the trace prefix), so `run` nests; but no coroutine is
/// entered twice, and while `isRunning` only the machine itself may change `machine`.
///
/// Confined to the thread of its loop, like the job that it belongs to; hence unchecked.
package final class Coroutine: Stepper, @unchecked Sendable {
  /// Must not be read or changed from outside while `isRunning`: `run` has exclusive access to it.
  package var machine: Machine
  let shell: Shell
  /// The task, once the coroutine is scheduled.
  private(set) var record: TaskRecord?
  /// The job that the machine belongs to. A copy of `machine.job`, since that cannot be read while the machine runs.
  private(set) var job: Job?
  /// Signals that were sent since the machine last began to run, which gets them when it next does. Not in the machine
  /// itself, because a signal may be sent while the machine runs, even by the machine.
  private var incoming = SignalSet()
  /// The same of those that were sent to its process alone.
  private var incomingForProcess = SignalSet()
  /// The same of those that the kernel has sent to its process group.
  private var incomingByKernel = SignalSet()
  /// The subshells that have got signals of their own since the machine last began to run.
  private var signalledSubshells: [SubshellProcess] = []
  /// The events that end the wait that it has begun; `step` withdraws the task from them.
  private var tickets: [WakeEvent.Ticket] = []
  /// The wait that the machine returned while it ran without the loop; the first step begins it.
  private var first: FirstWait?
  /// Signalled when it has ended. Made on demand, as few coroutines are waited for.
  var finished: WakeEvent {
    if let finishedEvent { return finishedEvent }
    let event = WakeEvent()
    finishedEvent = event
    return event
  }
  private var finishedEvent: WakeEvent?
  private var isRunning = false
  /// How often it has given way in the background since virtual time might last pass.
  private var stepsOfComputation: UInt8 = 0
  /// Whether the wait that it began last is for jobs.
  private var waitedForJobs = false
  /// Whether the job ends when it does; not so for the elements of a pipeline.
  private var endsJob = false
  /// How it ended.
  package private(set) var end: Machine.End?

  /// An object of its own keeps the coroutine small, since this is `nil` but for a moment.
  private final class FirstWait {
    let request: WaitRequest
    init(_ request: WaitRequest) { self.request = request }
  }

  /// How far the machine ran.
  private enum Progress {
    case ended
    case wait(WaitRequest)
    /// It was stopped; another step goes on with it.
    case stopped
    /// It has used up its turns; another step goes on with it.
    case gaveWay
    case probed(isProgram: Bool)
  }

  package init(_ machine: consuming Machine, of job: Job? = nil) {
    let job = job ?? machine.job
    machine.job = job
    self.job = job
    shell = machine.environment.shell
    self.machine = consume machine
  }

  /// Makes it a part of a job, in which it gives way to other tasks after `turns` turns.
  func belong(to job: Job, turns: Int, endsJob: Bool) {
    self.job = job
    machine.job = job
    machine.context.inherited.turnsLeft = turns
    self.endsJob = endsJob
  }

  /// Counts its turns anew.
  func beginTurns() { if !isRunning { machine.context.beginTurns() } }

  /// Gives the foreground line its job. A machine that runs gets it as the result of its own call of `jobToBelongTo`.
  func belong(to job: Job) {
    self.job = job
    if !isRunning { machine.job = job }
  }

  /// The process group of the pipeline that it is an element of.
  var processGroup: ProcessGroup? { machine.context.inherited.processGroup }

  /// Whether nothing is left of it but to end when a program that it waits for has ended.
  var isReplacedByProgram: Bool { programInItsPlace != nil }

  /// That program: in a shell that forks it would have the coroutine's process ID after `exec`.
  var programInItsPlace: ChildProcess? {
    guard !isRunning, let program = job?.processes.first(where: { waits(for: $0.changed) }) else { return nil }
    let isLast = machine.hasOnlyEndLeft || program.isByExec && machine.endSteps(isReplaced: true)?.isEmpty == true
    return isLast ? program : nil
  }

  /// The exit status with which it ended.
  package var status: ExitStatus {
    switch end {
    case .exited(let status), .abandoned(let status): status
    case .terminated(let signal): .signal(signal)
    case .completed, nil: machine.environment.status
    }
  }

  /// The coroutine that `task` runs; `nil` for any other task.
  static func of(_ task: TaskRecord) -> Coroutine? { (task as? SteppedTask)?.stepper as? Coroutine }

  /// Schedules it: it makes its first step when the loop next runs.
  func start() { record = shell.loop.start(self) }

  /// Holds its steps back. It becomes a task for that if it is none yet. Where it stops itself, no further command runs.
  func stop() {
    if record == nil, end == nil { start() }
    record?.stop()
    if isRunning { shell.attention.raise() }
  }

  func `continue`() { record?.continue() }

  /// Ends it at once, as by SIGTERM, without the loop. Its `EXIT` trap runs as far as it need not wait.
  func endNow() {
    if isRunning { return }
    incoming.insert(.terminate)
    for _ in 0..<Self.cleanUpStepLimit {
      if case .ended = run(.woken) { return }
    }
  }

  /// Ends it without running its machine again. The task is continued and woken, so that its next step removes it from
  /// the loop.
  func dismiss() {
    if end == nil { end = .completed }
    processGroup?.remove(self)
    machine.endProcess(.exited(Int(status.rawValue)))
    machine.releaseEnvironment()
    finishedEvent?.signal()
    record?.continue()
    record?.wake()
  }

  /// Whether it waits for `event`.
  func waits(for event: WakeEvent) -> Bool { (first?.request.events ?? tickets).contains { $0.event === event } }

  /// Releases the files that nothing will use: after each step in a process that goes on for a shell, since other
  /// processes may wait for these files to be closed.
  func releaseFiles() { if !isRunning, end == nil { machine.releaseFilesOfOuterConstructs() } }

  /// How often `endNow` runs the machine on after it returned to wait.
  private static let cleanUpStepLimit = 10

  // MARK: Signals

  /// Sends a signal. The machine acts on it when it next runs; a wait ends early for that, and the machine decides in
  /// `signalsEndWait` whether to go on waiting.
  package func deliver(_ signal: SignalNumber, to addressee: SignalAddressee = .group) {
    if end != nil { return }
    switch addressee {
    case .group: incoming.insert(signal)
    case .groupByKernel: incomingByKernel.insert(signal)
    case .process: incomingForProcess.insert(signal)
    }
    lookAgain()
  }

  /// Has the machine act on signals that one of its subshells has got alone.
  func look(atSignalsOf subshell: SubshellProcess) {
    if end != nil { return }
    if !signalledSubshells.contains(where: { $0 === subshell }) { signalledSubshells.append(subshell) }
    lookAgain()
  }

  /// The process of an environment of the machine.
  ///
  /// - Parameter isOutermost: Whether it is the outermost one, which is the job where the coroutine is.
  func makeProcess(isOutermost: Bool) -> SubshellProcess {
    if isOutermost, endsJob, let job { return SubshellProcess(of: self, in: job) }
    return SubshellProcess(of: self)
  }

  /// Has the machine look for what is pending, when it next can.
  func lookAgain() {
    if isRunning { shell.attention.raise() } else if end == nil { record?.wake() }
  }

  /// Acts on a signal to the process group of its pipeline, as a process does that does not catch it.
  func receive(_ signal: SignalNumber) {
    if signal == .continue { self.continue() }
    if signal.stopsByDefault, signal == .stop || !catches(signal) { return stop() }
    deliver(signal, to: .groupByKernel)
  }

  /// Sends a signal that the code which runs has sent to its own pipeline: to all other coroutines of that.
  func deliver(_ signal: SignalNumber, within pipeline: ProcessGroup) {
    if isRunning { return }
    if processGroup === pipeline { deliver(signal) }
  }

  /// Signals that were sent and that the machine has not received.
  package var pendingSignals: SignalSet {
    get { incoming.union(incomingForProcess).union(incomingByKernel) }
    set {
      incomingForProcess = incomingForProcess.intersection(newValue)
      incomingByKernel = incomingByKernel.intersection(newValue)
      incoming = newValue.subtracting(incomingForProcess).subtracting(incomingByKernel)
    }
  }

  /// Whether a trap is set on the signal, or it is ignored. `false` while the machine runs, which then cannot be asked.
  func catches(_ signal: SignalNumber) -> Bool {
    !isRunning && (machine.context.hasAction(signal) || machine.context.isIgnored(signal))
  }

  // MARK: Steps

  /// Runs it without the loop until it ends, waits or gives way; `true` if it has ended.
  @discardableResult
  func runUntilFirstWait() -> Bool {
    switch run(.woken) {
    case .ended: return true
    case .wait(let request):
      first = FirstWait(request)
      return false
    case .gaveWay:
      first = FirstWait(WaitRequest(waitOfComputation()))
      return false
    case .stopped: return false
    case .probed: preconditionFailure("only a job that is being started is probed")
    }
  }

  /// Runs it without the loop until it is known whether its command is a program; `true` if it is one.
  func runUntilProbed() -> Bool {
    if end != nil || first != nil { return false }
    switch run(.woken) {
    case .ended, .stopped, .gaveWay: return false
    case .wait(let request):
      first = FirstWait(request)
      return false
    case .probed(let isProgram): return isProgram
    }
  }

  package func step(_ cause: WakeCause) -> Wait? {
    // `dismiss` or `endNow` has ended it while it was a task: returning `nil` ends the task.
    if end != nil { return nil }
    if let first = first.take() { return begin(first.request) }
    if let record { for ticket in tickets { ticket.event.remove(record) } }
    tickets = []
    defer {
      if shell.isSuccessor { releaseFiles() }
      if let group = processGroup, let job, job.kind == .coroutine, shell.controllingTerminal != nil {
        group.standForElements(of: job)
      }
    }
    switch run(cause) {
    case .ended: return nil
    case .wait(let request): return begin(request)
    case .stopped: return .step
    case .gaveWay: return waitOfComputation()
    case .probed: preconditionFailure("only a job that is being started is probed")
    }
  }

  /// The only caller of `Machine.run`.
  ///
  /// `attend` may deliver signals to this coroutine (the next `run` gets them), stop its job, or bring changes of
  /// children. A stop takes effect here: the machine has returned between two instructions, so it can go on later.
  ///
  /// If another machine runs this coroutine, what `attend` brought may be for that machine, which has to ask too: so
  /// the flag that `attend` lowered is raised again.
  private func run(_ cause: WakeCause) -> Progress {
    var cause = cause
    var hasAttended = false
    defer { if hasAttended, shell.running != nil { shell.attention.raise() } }
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
        hasAttended = true
        if record?.isStopped == true { return .stopped }
        cause = .woken
      }
    }
  }

  private func runMachine(_ cause: WakeCause) -> Machine.RunResult {
    machine.receive(forGroup: incoming, byKernel: incomingByKernel, forProcess: incomingForProcess)
    incoming = SignalSet()
    incomingForProcess = SignalSet()
    incomingByKernel = SignalSet()
    if !signalledSubshells.isEmpty {
      machine.context.signalledSubshells += signalledSubshells
      signalledSubshells = []
    }
    isRunning = true
    let outer = shell.running
    shell.running = self
    defer {
      isRunning = false
      shell.running = outer
    }
    return machine.run(cause)
  }

  /// What it waits for when its turns are used up. Virtual time may pass after as many turns in the background as in the
  /// foreground, though a machine in the background gives way more often.
  private func waitOfComputation() -> Wait {
    if machine.context.isInForeground { return .pass }
    stepsOfComputation += 1
    if stepsOfComputation < InheritedState.turnsInForeground / InheritedState.turnsInBackground { return .step }
    stepsOfComputation = 0
    return .pass
  }

  private func begin(_ request: WaitRequest) -> Wait {
    waitedForJobs = request.isForJobs
    // An event that was signalled since its ticket was made wakes the task at once.
    tickets = request.events
    if let record { for ticket in tickets { ticket.event.add(record, since: ticket) } }
    return request.wait
  }

  // MARK: The end

  private func finish(_ end: Machine.End) {
    self.end = end
    processGroup?.remove(self)
    if case .terminated(let signal) = end, waitedForJobs { terminateOwnJobs(signal) }
    if case .terminated(let signal) = end {
      machine.endProcess(.signaled(signal, coreDumped: false))
    } else {
      machine.endProcess(.exited(Int(status.rawValue)))
    }
    // Before the job ends, so that what waits for the job finds its pipes closed.
    machine.releaseEnvironment()
    if endsJob { job?.finish(Job.State(self)) }
    finishedEvent?.signal()
  }

  /// A signal that ends a coroutine while it waits for its own jobs is sent to those jobs too.
  private func terminateOwnJobs(_ signal: SignalNumber) {
    guard machine.environment.jobRole == .owner else { return }
    for job in machine.environment.jobs.jobs where !job.state.isFinal { job.send(signal) }
  }

  // MARK: The foreground line

  /// Returns how the foreground line ended, and resets the coroutine for the next line. SIGINT and SIGQUIT that came
  /// too late for the line are dropped, since they were not meant for the next one.
  func takeEnd() -> Machine.End? {
    guard let end = end.take() else { return nil }
    record = nil
    job = nil
    machine.job = nil
    machine.context.beginTurns()
    pendingSignals = pendingSignals.subtracting([.interrupt, .quit])
    return end
  }

  /// Separates the coroutine of a stopped line from the shell, which goes on with a copy of the environment.
  ///
  /// - Returns: The shell's environment, as it is outside all constructs of the line.
  func leaveShell() -> ExecutionEnvironment {
    let environment = machine.outermostEnvironment
    machine.becomeSubshell()
    endsJob = true
    return environment
  }
}
