import ByteStrings
import Meanwhile
import Platform
import Synchronization

/// A program that was started, and its status. Safe from any thread.
package final class ChildProcess: Sendable {
  private struct State {
    var status: ProcessStatus?
    var usage = (user: Duration.zero, system: Duration.zero)
    var wasContinuedUnseen = false
    weak var job: Job?
    var starter: ChildChanges?
  }

  package let id: ProcessID
  /// The words that it was started with.
  let command: [ByteString]
  /// The shell that started it, whose loop learns of its changes.
  let shell: Shell
  /// The stand-in whose child it is; `nil` for this process.
  let parent: StandIn?
  /// Whether it replaces the environment that has started it: `exec`.
  let isByExec: Bool
  private let state = Mutex(State())
  /// Signalled with every change of its status.
  let changed = WakeEvent()

  init(
    _ id: ProcessID, running command: [ByteString], of shell: Shell, parent: StandIn? = nil, isByExec: Bool = false
  ) {
    self.id = id
    self.isByExec = isByExec
    self.parent = parent
    self.command = command
    self.shell = shell
  }

  /// How it ended or was stopped; `nil` while it runs.
  package var status: ProcessStatus? { state.withLock { $0.status } }

  /// The job that it belongs to, while that is known.
  var job: Job? {
    get { state.withLock { $0.job } }
    set { state.withLock { $0.job = newValue } }
  }

  /// What tells the environment that has started it of its changes; `nil` for the shell's own environment.
  var starter: ChildChanges? {
    get { state.withLock { $0.starter } }
    set { state.withLock { $0.starter = newValue } }
  }

  /// Whether it has ended.
  package var hasEnded: Bool { status?.isFinal ?? false }

  package var isStopped: Bool { if case .stopped = status { true } else { false } }

  /// Whether it exited after a stop without a report that it was continued: the kernel merges changes that follow
  /// closely.
  var wasContinuedUnseen: Bool { state.withLock { $0.wasContinuedUnseen } }

  /// The processor time of a process that has ended.
  package var usage: (user: Duration, system: Duration) { state.withLock { $0.usage } }

  /// Takes over a change that was reaped, and wakes what waits for it.
  func record(_ change: ChildChange) {
    state.withLock { state in
      if case .stopped = state.status, case .exited = change.status { state.wasContinuedUnseen = true }
      state.status = change.status == .continued ? nil : change.status
      state.usage = (change.usage.user, change.usage.system)
    }
    changed.signal()
  }

  /// Records at once that it goes on after a stop, where SIGCONT was sent to it. Otherwise the report would be reaped
  /// later: after a `wait`, which would take it for stopped, or after another stop, which the report would seem to end.
  ///
  /// - Returns: Whether it was stopped before.
  @discardableResult
  func noteContinuation() -> Bool {
    // A stand-in's report comes in order, and cannot be taken before the others.
    guard parent != nil ? isStopped : ChildProcesses.takeContinuation(of: id) else { return false }
    state.withLock { state in if case .stopped = state.status { state.status = nil } }
    changed.signal()
    return true
  }
}
