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

  package let kind: Kind
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
  /// Signalled when the state changes.
  package let changed = WakeEvent()
  /// Whether it has the terminal and the keyboard's signals.
  package internal(set) var isForeground = false
  /// When it was last started, stopped or sent to the background: decides which job is current.
  var recency = 0
  /// The state that was reported last.
  var reportedState = State.running
  /// Whether a terminating signal was sent that has not taken effect yet.
  package internal(set) var isTerminating = false
  /// What the terminal's modes were when it stopped.
  var terminalModes: TerminalAttributes?
  /// When it began, for the time that reports give.
  package let startTime: Int64
  /// `disown -h`: gets no hang-up from the shell.
  package var ignoresHangUp = false
  /// The table that it is in.
  weak var table: JobTable?
  /// Whether a signal ended its last program, which may have left the terminal in any mode.
  var lastProgramCrashed = false
  /// How a thread job is reached.
  var thread: ThreadJob?

  enum Source: Sendable {
    case tree(AndOrList)
    case text(ByteString)
    /// A line that a person typed, printed when someone asks.
    case line(@Sendable () -> ByteString)
  }

  init(_ kind: Kind, _ source: Source, id: ProcessID, shell: Shell) {
    self.kind = kind
    self.source = source
    self.id = id
    self.shell = shell
    startTime = Clocks.monotonicNanoseconds
  }

  /// The command as it would be typed, on one line.
  package var text: ByteString {
    switch source {
    case .tree(let list): SyntaxPrinter.text(of: list)
    case .text(let text): text
    case .line(let text): text()
    }
  }

  /// The process group that `fg` gives the terminal to.
  package var liveGroup: ProcessID? {
    guard processes.contains(where: { !$0.hasEnded }) else { return nil }
    return groups.last?.id
  }

  /// Its state is known to the person.
  package func wasReported() { reportedState = state }

  // MARK: Members

  func add(_ process: ChildProcess, group: ProcessGroup?) {
    processes.append(process)
    if let group, groups.last !== group { groups.append(group) }
  }

  /// Learns that one of its programs ended, stopped or was continued.
  func childDidChange(_ child: ChildProcess) {
    switch child.status {
    case .stopped(let signal): memberDidStop(signal)
    case nil: if state.isStopped { setState(.running) }
    default: childDidEnd(child)
    }
  }

  private func memberDidStop(_ signal: SignalNumber) {
    if kind == .process, processes.contains(where: { !$0.hasEnded && !$0.isStopped }) { return }
    stop(signal)
  }

  private func childDidEnd(_ child: ChildProcess) {
    if kind == .process, processes.allSatisfy(\.hasEnded) { finishProcesses() }
    // A coroutine job lives on; it need not remember what it ran before.
    if kind == .coroutine {
      if case .signaled(let signal, _) = child.status, isForeground, signal == .interrupt || signal == .quit {
        deliver(signal, toPrograms: false)
      }
      processes.removeAll { $0 === child }
      if processes.isEmpty { groups.removeAll() }
    }
  }

  /// All programs of a process job were started, or could not be: then `status` is the last one's.
  func programsDidStart(endingWith status: ExitStatus?) {
    if id.rawValue == 0 { id = shell.makeSyntheticID() }
    statusOfUnstartedLast = status
    if processes.allSatisfy(\.hasEnded) { finishProcesses() }
  }

  /// The status of a process job whose last program could not be started.
  private var statusOfUnstartedLast: ExitStatus?

  private func finishProcesses() {
    if let status = statusOfUnstartedLast { return finish(.done(status)) }
    finish(processes.last?.status.map { State($0) } ?? .done(.success))
  }

  func finish(_ state: State) {
    if self.state.isFinal { return }
    setState(state)
    coroutines = []
  }

  private func setState(_ new: State) {
    let old = state
    state = new
    table?.jobDidChange(self, from: old)
    changed.signal()
  }

  // MARK: Verbs

  /// Stops all of it: its tasks' steps are held back, its programs get the signal.
  package func stop(_ signal: SignalNumber) {
    if state != .running { return }
    for coroutine in coroutines { coroutine.record?.stop() }
    for process in processes where !process.hasEnded && !process.isStopped {
      sendToGroups(signal)
      break
    }
    thread?.stop()
    setState(.stopped(signal))
  }

  /// Goes on with all of it.
  package func `continue`() {
    if thread != nil || kind == .coroutine { for coroutine in coroutines { coroutine.record?.continue() } }
    thread?.continue()
    sendToGroups(.continue)
    if state.isStopped { setState(.running) }
    reportedState = .running
  }

  /// Sends a signal, as `kill` does.
  package func send(_ signal: SignalNumber) {
    if signal.stopsByDefault {
      if kind == .process { sendToGroups(signal) } else { stop(signal) }
      return
    }
    if signal == .continue { return self.continue() }
    if kind == .process {
      sendToGroups(signal)
      // As a shell's `kill` does, so that a stopped process can act on it.
      if state.isStopped, signal == .terminate || signal == .hangup { sendToGroups(.continue) }
      return
    }
    deliver(signal, toPrograms: true)
    if state.isStopped, signal == .terminate || signal == .hangup || signal == .kill { self.continue() }
  }

  /// Gives a signal to its coroutines, and to its programs where they do not have it already.
  func deliver(_ signal: SignalNumber, toPrograms: Bool) {
    if !signal.isIgnoredByDefault { isTerminating = true }
    for coroutine in coroutines { coroutine.deliver(signal) }
    thread?.deliver(signal)
    if toPrograms { sendToGroups(signal) }
  }

  private func sendToGroups(_ signal: SignalNumber) {
    if groups.isEmpty {
      for process in processes where !process.hasEnded { _ = try? Signals.send(signal, to: process.id) }
      return
    }
    for group in groups { if let id = group.id { _ = try? Signals.send(signal, toGroup: id) } }
  }

  /// What to wait for until its state changes.
  package func waitUntilChange() -> WaitRequest {
    let ticket = changed.ticket
    let records = coroutines.compactMap(\.record)
    let wait: Wait =
      kind == .coroutine && !records.isEmpty
      ? Wait(.tasks(records), subject: "job", number: Int32(number))
      : Wait(.external, subject: "job", number: Int32(number))
    return WaitRequest(wait, events: [ticket])
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
  init(_ coroutine: Coroutine) {
    if case .terminated(let signal) = coroutine.end {
      self = .terminated(signal, coreDumped: false)
    } else {
      self = .done(coroutine.status)
    }
  }
}
