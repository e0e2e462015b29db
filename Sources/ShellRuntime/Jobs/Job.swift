import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// A job: what a person can list, stop, continue, wait for and kill as one thing.
///
/// Confined to the thread of its shell's loop, which is why it may be unchecked: environments that hold it travel
/// between tasks of that loop only, and a thread job gets a shell of its own.
package final class Job: @unchecked Sendable {
  package enum Kind: Sendable {
    /// Tasks of the shell's loop: it advances in foreground waits.
    case coroutine
    /// Programs only: the kernel runs it.
    case process
    /// A worker thread with a loop of its own.
    case thread
  }

  package enum State: Sendable, Equatable {
    case running
    case stopped(SignalNumber)
    case done(ExitStatus)
    case terminated(SignalNumber, coreDumped: Bool)

    package var isFinal: Bool {
      switch self {
      case .running, .stopped: false
      case .done, .terminated: true
      }
    }

    package var isStopped: Bool { if case .stopped = self { true } else { false } }

    /// The status that `wait` and `fg` give.
    package var status: ExitStatus {
      switch self {
      case .running: .success
      case .done(let status): status
      case .stopped(let signal), .terminated(let signal, _): .signal(signal)
      }
    }
  }

  package private(set) var kind: Kind
  package let shell: Shell
  /// Its place in the job table; 0 while it has none.
  package internal(set) var number = 0
  /// What `$!` is: the last program's process, or a number that no process can have.
  package internal(set) var id: ProcessID
  package private(set) var state = State.running
  /// The text of the command.
  private let source: Source
  package internal(set) var coroutines: [Coroutine] = []
  package private(set) var processes: [ChildProcess] = []
  /// Its process groups in which a program may live.
  package private(set) var groups: [ProcessGroup] = []
  /// Signalled when the state changes; made where somebody waits for that.
  package var changed: WakeEvent {
    if let knownEvent { return knownEvent }
    let event = WakeEvent()
    knownEvent = event
    return event
  }
  private var knownEvent: WakeEvent?
  /// The table that it is in.
  weak var table: JobTable?
  /// Its standard output when it began: what `collect` keeps was on its way there.
  var output: OpenFile?
  private var cold: ColdFields?
  /// When it was last started, stopped or sent to the background: decides which job is current.
  var recency = 0
  /// When it began on the clock of its loop, for the time that reports give.
  private let start: LoopInstant
  /// How long it took, once it has ended.
  package private(set) var duration = Duration.zero
  /// The processor time that it had used when it ended, and how many steps it had made.
  private var finalTime = Duration.zero
  private var finalSteps: Int32 = -1
  /// The state that was reported last.
  var reportedState = State.running
  /// Whether a terminating signal was sent that has not taken effect yet.
  package internal(set) var isTerminating = false
  /// `disown -h`: gets no hang-up from the shell.
  package var ignoresHangUp = false
  /// Whether it has no code: `resolve` completes it.
  package let isFuture: Bool
  /// Whether `wait` or `fg` has delivered its status, which is then no longer remembered.
  package internal(set) var isFetched = false
  private var isInForeground = false
  /// Whether more of its programs are still to be started.
  private var isStarting: Bool

  /// What few jobs have.
  private final class ColdFields {
    weak var enclosingJob: Job?
    var parts: [Job] = []
    var terminalModes: TerminalAttributes?
    var thread: ThreadJob?
    var stateDidChange: ((State) -> Void)?
    var result: ByteString?
    var elements: [PipelineElement]?
    var pipeFails = false
  }

  enum Source: Sendable {
    case tree(AndOrList)
    case text(ByteString)
    /// A line that a person typed, printed when someone asks.
    case line(@Sendable () -> ByteString)
  }

  init(_ kind: Kind, _ source: Source, id: ProcessID, shell: Shell, isFuture: Bool = false) {
    self.kind = kind
    self.source = source
    self.id = id
    self.shell = shell
    self.isFuture = isFuture
    isStarting = kind == .process
    start = shell.loop.now
  }

  /// The command as it would be typed, on one line.
  package var text: ByteString {
    switch source {
    case .tree(let list): SyntaxPrinter.text(of: list, style: .jobText)
    case .text(let text): text
    case .line(let text): text()
    }
  }

  /// Whether the kernel runs a part of it.
  package var hasLivePrograms: Bool { processes.contains { !$0.hasEnded } }

  /// The process group that `fg` gives the terminal to.
  package var liveGroup: ProcessID? {
    guard hasLivePrograms else { return parts.lazy.compactMap(\.liveGroup).first }
    return groups.last?.id
  }

  // MARK: What few jobs have

  private var coldFields: ColdFields {
    if let cold { return cold }
    let fresh = ColdFields()
    cold = fresh
    return fresh
  }

  /// Whether it has the terminal and the keyboard's signals; a part has them with its whole.
  package internal(set) var isForeground: Bool {
    get { enclosingJob?.isForeground ?? isInForeground }
    set {
      isInForeground = newValue
      thread?.setForeground(newValue)
    }
  }

  /// The job that this is a part of: what `timeout` or `collect` runs is a job of its own in no table.
  var enclosingJob: Job? {
    get { cold?.enclosingJob }
    set { coldFields.enclosingJob = newValue }
  }

  /// Jobs that get what this one gets: its parts, and the job that it has brought to the foreground.
  var parts: [Job] { cold?.parts ?? [] }

  /// What the terminal's modes were when it stopped.
  var terminalModes: TerminalAttributes? {
    get { cold?.terminalModes }
    set { coldFields.terminalModes = newValue }
  }

  /// How a thread job is reached.
  var thread: ThreadJob? {
    get { cold?.thread }
    set { coldFields.thread = newValue }
  }

  /// Told of each change: a thread job learns from the worker's side.
  var stateDidChange: ((State) -> Void)? {
    get { cold?.stateDidChange }
    set { coldFields.stateDidChange = newValue }
  }

  /// What `collect` or `resolve` left for whoever asks for the result.
  package var result: ByteString? { cold?.result }

  /// Its state is known to the person.
  package func wasReported() { reportedState = state }
  package var hasUnreportedChange: Bool { state != reportedState }

  /// Whether it goes on only while the shell waits for something.
  package var waitsForForeground: Bool { kind == .coroutine && state == .running && !isFuture && !hasLivePrograms }

  /// The number that `jobs -l` shows: of its process group, its process, or the one that no process has.
  package var shownID: ProcessID { kind == .process ? groups.first?.id ?? id : id }

  // MARK: Members

  func add(_ process: ChildProcess, group: ProcessGroup?) {
    processes.append(process)
    if let group, groups.last !== group { groups.append(group) }
  }

  /// Learns that one of its programs ended, stopped or was continued.
  func childDidChange(_ child: ChildProcess) {
    switch child.status {
    case .stopped(let signal):
      // Without job control nobody could go on with the line: it waits on, as for any other program.
      if !isForeground || !groups.isEmpty { memberDidStop(signal) }
    case nil:
      // Somebody went on with a program of it: all of it goes on.
      if outermost.state.isStopped { outermost.continue() }
    default:
      if child.wasContinuedUnseen, outermost.state.isStopped { outermost.continue() }
      childDidEnd(child)
    }
  }

  private func memberDidStop(_ signal: SignalNumber) {
    if kind == .process, processes.contains(where: { !$0.hasEnded && !$0.isStopped }) {
      // The terminal stops a whole group, but the pipeline's later programs may just have joined it.
      if signal == .terminalInput || signal == .terminalOutput { sendToGroups(signal) }
      return
    }
    if let enclosingJob { return enclosingJob.memberDidStop(signal) }
    stop(signal)
  }

  private func childDidEnd(_ child: ChildProcess) {
    if kind == .process, !isStarting, processes.allSatisfy(\.hasEnded) { finishProcesses() }
    // A coroutine job lives on; it need not remember what it ran before.
    if kind == .coroutine {
      // Without a group of its own, what the keyboard sends reaches the shell too.
      if case .signaled(let signal, _) = child.status, isForeground, !groups.isEmpty,
        signal == .interrupt || signal == .quit
      {
        outermost.deliver(signal, toPrograms: false)
      }
      processes.removeAll { $0 === child }
      if processes.isEmpty { groups.removeAll() }
    }
  }

  /// An element of the pipeline that a process job is.
  enum PipelineElement: Sendable {
    case program(ChildProcess)
    /// It could not be started, or had ended before the job became one of programs.
    case ended(ExitStatus)

    var state: State {
      switch self {
      case .program(let process): process.status.map { State($0) } ?? .running
      case .ended(let status): .done(status)
      }
    }
  }

  /// All programs of a process job were started, or could not be.
  func programsDidStart(_ elements: [PipelineElement], pipeFails: Bool = false) {
    isStarting = false
    if id.rawValue == 0 { id = shell.makeSyntheticID() }
    let arePrograms = elements.allSatisfy { if case .program = $0 { true } else { false } }
    // The last of the processes tells how the others end.
    if pipeFails || !arePrograms {
      coldFields.elements = elements
      coldFields.pipeFails = pipeFails
    }
    if processes.allSatisfy(\.hasEnded) { finishProcesses() }
  }

  private func finishProcesses() {
    let states = (cold?.elements ?? processes.suffix(1).map(PipelineElement.program)).map(\.state)
    let failed = cold?.pipeFails == true ? states.last { !$0.status.isSuccess } : nil
    finish(failed ?? states.last ?? .done(.success))
  }

  /// Makes a job of programs of one whose shell code has nothing left to do but to wait for them.
  func becomeProcesses(_ elements: [PipelineElement], pipeFails: Bool) {
    kind = .process
    for coroutine in coroutines { coroutine.dismiss() }
    coroutines = []
    if let last = processes.last { id = last.id }
    programsDidStart(elements, pipeFails: pipeFails)
  }

  /// Takes over the state that it has on its worker thread.
  func follow(_ state: State) {
    if state.isFinal { return finish(state) }
    if !self.state.isFinal, self.state != state { setState(state) }
  }

  func finish(_ state: State) {
    if self.state.isFinal { return }
    setState(state)
    releaseResources()
  }

  /// What has ended keeps nothing alive, but remembers what it used.
  private func releaseResources() {
    var measures = measures
    // The step in which a coroutine ends is not counted yet.
    if !coroutines.isEmpty { measures.steps += 1 }
    duration = start.duration(to: shell.loop.now)
    finalTime = measures.processorTime
    finalSteps = Int32(clamping: measures.steps)
    coroutines = []
    cold?.thread = nil
    output = nil
  }

  /// How many steps it made, and the processor time of its steps and its programs.
  package var measures: (steps: Int, processorTime: Duration) {
    if finalSteps >= 0 { return (Int(finalSteps), finalTime) }
    if let thread { return thread.measures }
    var result = (steps: 0, processorTime: processes.reduce(.zero) { $0 + $1.processorTime })
    for record in records {
      result.steps += record.steps
      result.processorTime += record.processorTime
    }
    return result
  }

  func setState(_ new: State) {
    let old = state
    state = new
    table?.jobDidChange(self, from: old)
    knownEvent?.signal()
    stateDidChange?(new)
  }

  // MARK: Parts

  /// From now on `part` gets the signals and the stops that this gets.
  func add(_ part: Job) { coldFields.parts.append(part) }
  func remove(_ part: Job) { cold?.parts.removeAll { $0 === part } }

  var outermost: Job { enclosingJob?.outermost ?? self }

  // MARK: Results

  /// Keeps what the job found out until somebody asks for it.
  func keep(_ result: ByteString) { coldFields.result = (self.result ?? ByteString()) + result }

  /// Whether there is something left to deliver.
  package var hasResult: Bool { result != nil }

  /// The result, which is delivered once.
  package func takeResult() -> ByteString? { cold?.result.take() }

  /// Completes a job that has no code.
  package func resolve(_ status: ExitStatus, _ text: ByteString?) {
    if let text { keep(text + "\n") }
    finish(.done(status))
  }
}

extension Job.State {
  /// The state that a program's end or stop makes.
  init(_ status: ProcessStatus) {
    switch status {
    case .exited(let code): self = .done(ExitStatus(rawValue: Int32(code)))
    case .signaled(let signal, let coreDumped): self = .terminated(signal, coreDumped: coreDumped)
    case .stopped(let signal): self = .stopped(signal)
    case .continued: self = .running
    }
  }
}

extension Job.State {
  /// The state that a coroutine's end makes.
  init(_ coroutine: Coroutine) { self.init(coroutine.end ?? .completed, coroutine.status) }

  init(_ end: Machine.End, _ status: ExitStatus) {
    switch end {
    case .terminated(let signal): self = .terminated(signal, coreDumped: false)
    case .exited(let status), .abandoned(let status): self = .done(status)
    case .completed: self = .done(status)
    }
  }
}
