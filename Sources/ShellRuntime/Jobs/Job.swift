import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// A job: what a person can list, stop, continue, wait for and kill as one thing.
///
/// The loop keeps its coroutines alive until they end, the process table its processes. Both tell the job of their
/// changes (`finish`, `childDidChange`). The only file that a job keeps open is `output`, until it ends.
///
/// Confined to the thread of its shell's loop; hence unchecked. Environments that hold it move between tasks of that
/// loop only, and a thread job gets a shell of its own.
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
  /// Its process ID, once it has one: that of its last program, or of the stand-in that `processID()` makes.
  package private(set) var knownID: ProcessID?
  package private(set) var state = State.running
  /// The text of the command.
  private let source: Source
  package internal(set) var coroutines: [Coroutine] = []
  package private(set) var processes: [ChildProcess] = []
  /// Its process groups in which a program may live.
  package private(set) var groups: [ProcessGroup] = []
  /// Signalled when the state changes. Made on demand.
  package var changed: WakeEvent {
    if let knownEvent { return knownEvent }
    let event = WakeEvent()
    knownEvent = event
    return event
  }
  private var knownEvent: WakeEvent?
  /// The table that it is in.
  weak var table: JobTable?
  /// Its standard output when it began. `collect` keeps as the result what would have been written there.
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
  /// Whether it runs no command, and `resolve` completes it.
  package let isFuture: Bool
  /// Whether `wait` or `fg` has delivered its status, which is then no longer remembered.
  package internal(set) var isFetched = false
  private var isInForeground = false
  /// Whether more of its programs are still to be started.
  private var isStarting: Bool

  /// Fields that few jobs use, in an object that is made on demand, so that a job stays small.
  private final class ColdFields {
    weak var enclosingJob: Job?
    var parts: [Job] = []
    var terminalModes: TerminalAttributes?
    var thread: ThreadJob?
    var stateDidChange: ((State) -> Void)?
    var result: ByteString?
    var work: ProgramWork?
    var timings: [ProgramTiming] = []
    var standIn: StandIn?
    var subshells: [SubshellProcess] = []
  }

  enum Source: Sendable {
    case tree(AndOrList)
    case text(ByteString)
    /// A line that was typed. Its text is made on demand, since most lines end before it is asked for.
    case line(@Sendable () -> ByteString)
  }

  init(_ kind: Kind, _ source: Source, shell: Shell, isFuture: Bool = false) {
    self.kind = kind
    self.source = source
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

  /// Whether one of its programs has neither ended nor stopped.
  var hasRunningPrograms: Bool { processes.contains { !$0.hasEnded && !$0.isStopped } }

  /// Whether one of its programs has not ended.
  package var hasLivePrograms: Bool { processes.contains { !$0.hasEnded } }

  /// The process group that `fg` gives the terminal to.
  package var liveGroup: ProcessID? {
    guard hasLivePrograms else { return parts.lazy.compactMap(\.liveGroup).first }
    return groups.last?.id
  }

  // MARK: Cold fields

  private var coldFields: ColdFields {
    if let cold { return cold }
    let fresh = ColdFields()
    cold = fresh
    return fresh
  }

  /// Whether it has the terminal and gets the keyboard's signals. A part is in the foreground when its enclosing job
  /// is.
  package internal(set) var isForeground: Bool {
    get { enclosingJob?.isForeground ?? isInForeground }
    set {
      isInForeground = newValue
      beginTurns()
      thread?.setForeground(newValue)
    }
  }

  /// Its coroutines, and those of its parts, count their turns anew: in the foreground they may make more.
  private func beginTurns() {
    for coroutine in coroutines { coroutine.beginTurns() }
    for part in parts where part.enclosingJob === self { part.beginTurns() }
  }

  /// The job that this one is a part of. What `timeout` or `collect` runs is a part: a job in no table.
  var enclosingJob: Job? {
    get { cold?.enclosingJob }
    set { coldFields.enclosingJob = newValue }
  }

  /// The jobs that get the signals and stops of this one: its parts, and a job that it brought to the foreground.
  var parts: [Job] { cold?.parts ?? [] }

  /// The terminal's modes when it stopped, for `fg`.
  var terminalModes: TerminalAttributes? {
    get { cold?.terminalModes }
    set { coldFields.terminalModes = newValue }
  }

  /// The worker thread's side of a thread job.
  var thread: ThreadJob? {
    get { cold?.thread }
    set { coldFields.thread = newValue }
  }

  /// Called at each change: it tells the owner of a thread job what happened on the worker thread.
  var stateDidChange: ((State) -> Void)? {
    get { cold?.stateDidChange }
    set { coldFields.stateDidChange = newValue }
  }

  /// What `collect` or `resolve` kept for `fg` and `wait`.
  package var result: ByteString? { cold?.result }

  /// Its state was reported.
  package func wasReported() { reportedState = state }
  package var hasUnreportedChange: Bool { state != reportedState }

  /// Whether it goes on only while the shell waits for something.
  package var waitsForForeground: Bool { kind == .coroutine && state == .running && !isFuture && !hasLivePrograms }

  /// The number that `jobs -l` shows: of its process group or its process.
  package var shownID: ProcessID { kind == .process ? groups.first?.id ?? processID() : processID() }

  // MARK: Its process ID

  /// Remembers the number, and has the table find the job by it.
  func becomeKnown(as id: ProcessID) {
    knownID = id
    table?.jobIsKnown(self, as: id)
  }

  /// The process that stands for it, where it has no process of its own and its number was asked for.
  var standIn: StandIn? {
    get { cold?.standIn }
    set { coldFields.standIn = newValue }
  }

  /// The processes of its subshells, which are stopped and continued with it.
  var subshells: [SubshellProcess] { cold?.subshells ?? [] }
  func add(_ subshell: SubshellProcess) { coldFields.subshells.append(subshell) }
  func remove(_ subshell: SubshellProcess) { cold?.subshells.removeAll { $0 === subshell } }

  // MARK: Members

  func add(_ process: ChildProcess, group: ProcessGroup?) {
    processes.append(process)
    if let group, groups.last !== group { groups.append(group) }
  }

  /// Learns that one of its programs ended, stopped or was continued.
  func childDidChange(_ child: ChildProcess) {
    switch child.status {
    case .stopped(let signal):
      // Without job control nothing could continue shell code that stops, so it goes on waiting for the program.
      if kind == .process && !isForeground || !groups.isEmpty { memberDidStop(signal) }
    case nil:
      // One of its programs was continued from outside: the whole job continues.
      if outermost.state.isStopped { outermost.continue() }
    default:
      if child.wasContinuedUnseen, outermost.state.isStopped { outermost.continue() }
      childDidEnd(child)
    }
  }

  /// A program stopped: the whole job stops, a pipeline of programs only when all of its programs have.
  private func memberDidStop(_ signal: SignalNumber) {
    if kind == .process, hasRunningPrograms {
      // The kernel stops the whole group, but programs that joined the group just afterwards still run.
      if signal == .terminalInput || signal == .terminalOutput { sendToGroups(signal) }
      return
    }
    if let enclosingJob { return enclosingJob.memberDidStop(signal) }
    stop(signal)
  }

  private func childDidEnd(_ child: ChildProcess) {
    if kind == .process, !isStarting {
      reportTimes()
      if processes.allSatisfy(\.hasEnded) {
        finish(cold?.work?.state ?? processes.last.map { ProgramWork.program($0).state } ?? .done(.success))
      }
    }
    // A coroutine job outlives its programs; it forgets those that have ended.
    if kind == .coroutine {
      // The program was in the terminal's foreground group, so the kernel did not send the signal to the shell. Without
      // a group of its own the shell got it too. A subshell that the signal has ended before was told by its stand-in.
      if case .signaled(let signal, _) = child.status, isForeground, !groups.isEmpty,
        signal == .interrupt || signal == .quit, child.starter?.process?.hasEnded != true
      {
        outermost.deliver(signal, to: .groupByKernel, toPrograms: false)
      }
      processes.removeAll { $0 === child }
      if processes.isEmpty { groups.removeAll() }
    }
  }

  /// All programs of a process job were started, or could not be.
  func programsDidStart(_ work: ProgramWork) {
    isStarting = false
    // Otherwise the last process alone decides how the job ends.
    if !work.endsWithLastProgram { coldFields.work = work }
    reportTimes()
    if processes.allSatisfy(\.hasEnded) { finish(work.state) }
  }

  /// Turns a coroutine job whose shell code only waits for its programs into a process job.
  func becomeProcesses(_ work: ProgramWork) {
    kind = .process
    for coroutine in coroutines { coroutine.dismiss() }
    coroutines = []
    if knownID == nil, let last = processes.last { becomeKnown(as: last.id) }
    programsDidStart(work)
  }

  /// Whether a report of `time` is still to be written.
  var hasTimeToReport: Bool { !state.isFinal && cold?.timings.isEmpty == false }

  /// Has the time of `programs` reported when they have ended.
  func add(_ timing: ProgramTiming) { coldFields.timings.append(timing) }

  /// Writes the reports of `time` on programs that have all ended.
  private func reportTimes() {
    guard let timings = cold?.timings, !timings.isEmpty else { return }
    cold?.timings = timings.filter { !$0.hasEnded }
    for timing in timings where timing.hasEnded { timing.report.write(on: timing.programs, in: shell) }
  }

  /// Takes over the state that the job has on its worker thread.
  func follow(_ state: State) {
    if state.isFinal { return finish(state) }
    if !self.state.isFinal, self.state != state { setState(state) }
  }

  func finish(_ state: State) {
    if self.state.isFinal { return }
    setState(state)
    releaseResources()
    endStandIn()
  }

  /// Releases coroutines, thread and output of a job that has ended, and keeps its measures.
  private func releaseResources() {
    var measures = measures
    // The loop counts a step when it returns, so the one in which the coroutine ends is not counted yet.
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
    var result = (steps: 0, processorTime: processes.reduce(.zero) { $0 + $1.usage.user + $1.usage.system })
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

  /// From this job to another one, each a part of the one before; `nil` where there is no way. No job is a part of
  /// itself, directly or through others: `BuiltinContext.circle` sees to that.
  func path(to other: Job) -> [Job]? {
    if self === other { return [self] }
    for part in parts {
      if let rest = part.path(to: other) { return [self] + rest }
    }
    return nil
  }

  /// From now on `part` gets the signals and the stops that this gets.
  func add(_ part: Job) { coldFields.parts.append(part) }
  func remove(_ part: Job) { cold?.parts.removeAll { $0 === part } }

  var outermost: Job { enclosingJob?.outermost ?? self }

  // MARK: Results

  /// Adds to the result, which is kept until `fg` or `wait` delivers it.
  func keep(_ result: ByteString) { coldFields.result = (self.result ?? ByteString()) + result }

  /// Whether there is a result that was not delivered.
  package var hasResult: Bool { result != nil }

  /// Returns the result and removes it, since it is delivered once.
  package func takeResult() -> ByteString? { cold?.result.take() }

  /// Completes a future.
  package func resolve(_ status: ExitStatus, _ text: ByteString?) {
    if let text { keep(text + "\n") }
    finish(.done(status))
  }
}

extension Job.State {
  /// The state of a job whose program ended or stopped so.
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
  /// The state of a job whose coroutine has ended.
  init(_ coroutine: Coroutine) { self.init(coroutine.end ?? .completed, coroutine.status) }

  init(_ end: Machine.End, _ status: ExitStatus) {
    switch end {
    case .terminated(let signal): self = .terminated(signal, coreDumped: false)
    case .exited(let status), .abandoned(let status): self = .done(status)
    case .completed: self = .done(status)
    }
  }
}
