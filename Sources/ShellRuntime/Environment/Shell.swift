import ByteStrings
import Meanwhile
import Platform
import SystemPackage

/// What all environments of one loop share: the loop itself, the builtins, the children, the terminal.
///
/// Confined to the thread of its loop, hence unchecked; the main thread has one, and each thread job another.
package final class Shell: @unchecked Sendable {
  package let loop: EventLoop
  package let builtins: BuiltinTable
  package let attention: Attention
  /// The children of the whole process.
  package let children: ProcessTable
  /// `$$`
  package let processID: ProcessID
  /// Bytes to characters, as the locale has it.
  package var decoder = CharacterDecoder.utf8
  /// The terminal, where job control is on.
  package var terminal: JobTerminal?
  /// The terminal of a worker thread's shell: the main one's.
  private let inheritedTerminal: Terminal?
  /// The terminal at which jobs are in the foreground or in the background.
  var controllingTerminal: Terminal? { terminal?.terminal ?? inheritedTerminal }
  /// A terminal whose modes a builtin has changed, and those that come back.
  var changedModes: (terminal: Terminal, before: TerminalAttributes)?
  /// The job that the line is which runs in the foreground, once it has waited.
  private(set) var lineJob: Job?
  /// The job that `fg` has brought to the foreground.
  var broughtJob: Job?
  /// The line editor, for `history` and `bind`; opened with what the environment says when it is first asked for.
  package var lineEditing: (ExecutionEnvironment) -> (any LineEditingServices)? = { _ in nil }
  /// Where worker threads write while a person types.
  package internal(set) var promptOutput = PromptOutput()
  /// Whether it is a login shell, which `suspend` does not stop.
  package var isLogin = false
  /// A stop signal for this process from a job that runs in it: raised when nothing is ready.
  var recordedStop: SignalNumber?
  /// Whether this is the main thread's shell.
  package let isMain: Bool
  /// What the shell was called by, in front of messages.
  package var messageName: ByteString = "meanwhile"
  /// Coroutines that have not ended, for the clean-up at exit.
  var coroutines: [Coroutine] { loop.unfinishedTasks.compactMap(Coroutine.of) }
  /// Worker threads that may not have ended.
  private(set) var threads: [(job: Job, task: BackgroundTask<Void>)] = []
  private let startTime = Clocks.monotonicNanoseconds
  /// The next number above the largest one that the kernel gives to a process.
  private var nextID = ProcessID.limit
  private var isWatchingSignals = false
  /// Set by the second Ctrl-C: the foreground wait is given up.
  private(set) var isGivingUp = false
  private var interruptsOfForeground = 0
  /// The text of the line that runs in the foreground.
  private var foregroundText: @Sendable () -> ByteString = { ByteString() }
  /// Ctrl-Z came while the foreground computed and was no job yet.
  private var isStopRequested = false

  package init(
    loop: EventLoop, builtins: BuiltinTable, children: ProcessTable, isMain: Bool = true,
    processID: ProcessID = .current, terminal: Terminal? = nil
  ) {
    self.loop = loop
    self.builtins = builtins
    self.children = children
    self.isMain = isMain
    self.processID = processID
    inheritedTerminal = terminal
    attention = Attention(watchesSignals: isMain)
  }

  /// The input of background lists without job control, which share it.
  func emptyInput() -> OpenFile {
    if let emptyInput = knownEmptyInput { return emptyInput }
    let emptyInput = OpenFile(empty: EmptyInput())
    knownEmptyInput = emptyInput
    return emptyInput
  }
  private weak var knownEmptyInput: OpenFile?

  /// Remembers a worker thread for the clean-up at exit.
  func add(_ thread: BackgroundTask<Void>, of job: Job) {
    threads.removeAll { $0.task.isDone }
    threads.append((job, thread))
  }

  /// `$SECONDS`
  var secondsSinceStart: Int { Int((Clocks.monotonicNanoseconds - startTime) / 1_000_000_000) }

  /// A number for a job without a process, which no process can have.
  func makeSyntheticID() -> ProcessID {
    defer { nextID = nextID == .max ? ProcessID.limit : nextID + 1 }
    return ProcessID(nextID)
  }

  // MARK: Signals

  /// The job that the keyboard's signals are for.
  package var foregroundJob: Job? { broughtJob ?? lineJob }

  /// Makes the loop notice signals while it waits. Called before the first wait.
  func watchSignals() {
    guard isMain, !isWatchingSignals else { return }
    isWatchingSignals = true
    guard let descriptor = try? Signals.wakeDescriptor() else {
      return loop.watchWithoutDescriptor { [unowned self] in if Signals.arePending { attend() } }
    }
    loop.watch(descriptor) { [unowned self] in
      Signals.acknowledgeWake()
      attend()
    }
  }

  /// Acts on what the flag was raised for: children that changed, the keyboard, traps.
  package func attend() {
    attention.lower()
    for request in takeRequests() { request() }
    guard isMain else { return }
    let signals = Signals.takePending()
    if signals.contains(.child) { children.reap() }
    for signal in signals where signal != .child { receive(signal) }
    if signals.contains(.child) { receive(.child) }
  }

  private func receive(_ signal: SignalNumber) {
    switch signal {
    case .interrupt: interruptForeground()
    case .quit:
      if let foregroundJob { foregroundJob.deliver(.quit, toPrograms: false) } else { pendingForMain.insert(.quit) }
    case .terminalStop:
      if let job = foregroundJob { job.stop(.terminalStop) } else { isStopRequested = true }
    default:
      if signal == .hangup { hangUpForeground() }
      if let mainCoroutine { mainCoroutine.deliver(signal) } else { pendingForMain.insert(signal) }
    }
  }

  /// The terminal is gone: the job that has it shall learn it too, as the kernel tells only the shell. Not where the
  /// shell itself means to go on.
  private func hangUpForeground() {
    if let broughtJob {
      broughtJob.send(.hangup)
    } else if mainCoroutine?.catches(.hangup) == false {
      lineJob?.deliver(.hangup, toPrograms: true)
    }
  }

  /// Ctrl-C is for the foreground job. The second one gives up waiting for a job that does not react.
  private func interruptForeground() {
    guard let job = foregroundJob else {
      pendingForMain.insert(.interrupt)
      return
    }
    interruptsOfForeground += 1
    if interruptsOfForeground > 1, job.isTerminating { isGivingUp = true }
    job.deliver(.interrupt, toPrograms: false)
  }

  /// Signals for the shell's own environment, while no coroutine runs it.
  package var pendingForMain: SignalSet = []
  /// The coroutine that runs the shell's own environment.
  private var mainCoroutine: Coroutine?

  // MARK: The end

  /// Cancels what has not ended, and lets it clean up as far as it does not wait; before the process is replaced, or
  /// ends. `false` for what a terminating signal was sent to already.
  ///
  /// - Returns: How many coroutines were cut short.
  @discardableResult
  package func endCoroutines() -> Int {
    var count = 0
    for coroutine in coroutines where coroutine.end == nil {
      if coroutine.job?.isTerminating != true { count += 1 }
      coroutine.endNow()
    }
    return count
  }

  // MARK: Requests from other threads

  private let requests = RequestQueue()

  /// Has `request` done on this shell's thread, soon: at the next loop turn of what runs, or when the loop wakes up.
  func perform(_ request: @escaping @Sendable () -> Void) {
    requests.append(request)
    attention.raise()
    // The line editor does not wait for the loop.
    if isMain { Signals.raisePending([]) }
    _ = loop.start { [self] in for request in takeRequests() { request() } }
  }

  private func takeRequests() -> [@Sendable () -> Void] { requests.takeAll() }

  func childDidChange(_ child: ChildProcess) {
    let update: @Sendable () -> Void = { child.job?.childDidChange(child) }
    if isMain { update() } else { perform(update) }
  }

  // MARK: The foreground

  /// How a foreground wait ended.
  package enum ForegroundResult: Sendable {
    case finished(Machine.End)
    /// The line was stopped; it is a job now, and the machine has a copy of its environment.
    case stopped(Job)
  }

  /// Runs a machine of the shell's own environment to its end, or until it is stopped as a whole.
  ///
  /// What waits for nothing is run here and now; the first wait makes a task of it, which the loop then runs in the
  /// foreground. This is where the shell drives the loop.
  package func runInForeground(_ machine: inout Machine, text: @escaping @Sendable () -> ByteString) -> ForegroundResult
  {
    foregroundText = text
    interruptsOfForeground = 0
    isGivingUp = false
    isStopRequested = false
    while true {
      machine.pendingSignals = machine.pendingSignals.union(pendingForMain)
      pendingForMain = []
      switch machine.run() {
      case .finished(let end):
        endForeground(machine.job)
        machine.job = nil
        return .finished(end)
      case .attention:
        attend()
        if isStopRequested { return stop(&machine) }
      case .wait(let request): return wait(&machine, for: request)
      case .turnIsOver, .probed: preconditionFailure("the foreground never gives way")
      }
    }
  }

  /// Says that nothing can ever wake what runs.
  func report(_ error: DeadlockError) { Self.write("\(messageName): \(message(of: error))\n") }

  private func report(unresponsive job: Job) {
    Self.write("\(messageName): \(job.text.visible): does not react to the interrupt; it goes on in the background\n")
  }

  static func write(_ text: String) { try? FileDescriptor.standardError.writeAll(ByteString(text)) }

  private func wait(_ machine: inout Machine, for request: WaitRequest) -> ForegroundResult {
    watchSignals()
    let job = machine.job ?? makeForegroundJob()
    machine.job = job
    let coroutine = Coroutine(machine, waitingFor: request)
    machine = Machine(environment: ExecutionEnvironment(inPlaceOf: machine.environment))
    job.coroutines.append(coroutine)
    mainCoroutine = coroutine
    coroutine.start()
    defer { mainCoroutine = nil }
    // What arrived before the loop watched for it.
    if attention.isRaised { attend() }
    drive(coroutine, job)
    return settle(coroutine, job, &machine)
  }

  /// Makes a stopped job of a machine that computes and has not waited yet.
  private func stop(_ machine: inout Machine) -> ForegroundResult {
    let job = machine.job ?? makeForegroundJob()
    machine.job = job
    let coroutine = Coroutine(machine)
    machine = Machine(environment: ExecutionEnvironment(inPlaceOf: machine.environment))
    job.coroutines.append(coroutine)
    coroutine.start()
    job.stop(.terminalStop)
    return settle(coroutine, job, &machine)
  }

  /// What can never end is ended as by KILL, with a message; what does not even react to that is given up.
  private func drive(_ coroutine: Coroutine, _ job: Job) {
    for attempt in 0..<2 {
      do {
        return try loop.runInForeground(
          coroutine.record!, isNew: true, while: { job.state == .running && !self.isGivingUp })
      } catch {
        report(error)
        if attempt == 0 { job.deliver(.kill, toPrograms: true) } else { isGivingUp = true }
      }
    }
  }

  private func settle(_ coroutine: Coroutine, _ job: Job, _ machine: inout Machine) -> ForegroundResult {
    if let end = coroutine.end {
      pendingForMain = pendingForMain.union(coroutine.takeIncoming().subtracting([.interrupt, .quit]))
      // Nothing of it is kept: descriptors end with the environment that they are closed in.
      swap(&machine, &coroutine.machine)
      machine.job = nil
      job.coroutines = []
      endForeground(job)
      return .finished(end)
    }
    // Stopped, or given up: the job keeps its machine and with it its own copy of the environment.
    machine = Machine(environment: coroutine.machine.outermostEnvironment)
    coroutine.machine.becomeSubshell()
    coroutine.endsJob = true
    if isGivingUp { report(unresponsive: job) } else { job.leaveToPrograms(coroutine) }
    endForeground(job)
    machine.environment.status = isGivingUp ? .signal(.interrupt) : job.state.status
    machine.environment.jobs.add(job)
    return .stopped(job)
  }

  /// Makes the job that a foreground command is, should it be stopped.
  func makeForegroundJob() -> Job {
    let job = Job(.coroutine, .line(foregroundText), id: makeSyntheticID(), shell: self)
    job.isForeground = true
    lineJob = job
    return job
  }

  private func endForeground(_ job: Job?) {
    job?.isForeground = false
    lineJob = nil
    broughtJob = nil
    takeTerminalBack(from: job)
  }
}
