import Platform
import Synchronization

/// All children of this process. Any thread may start programs; only the main thread reaps, and each change is passed
/// on to the loop of the shell that started the child.
package final class ProcessTable: Sendable {
  private struct State {
    var live: [ProcessID: ChildProcess] = [:]
    /// The stand-ins that were not reaped: they run on memory that their objects own.
    var standIns: [ProcessID: StandInEntry] = [:]
    /// Changes of children that were reaped before the thread that started them entered them here.
    var unclaimed: [ProcessID: ChildChange] = [:]
  }

  private struct StandInEntry: Sendable {
    let process: StandIn
    weak var owner: (any StandInOwner)?
    let shell: Shell
  }

  private let state = Mutex(State())

  package init() {}

  /// Enters a child that was just started.
  func add(_ child: ChildProcess) {
    let early = state.withLock { state in
      if let change = state.unclaimed.removeValue(forKey: child.id) { return change as ChildChange? }
      state.live[child.id] = child
      return nil
    }
    if let early { child.record(early) }
  }

  // MARK: Stand-ins

  /// Enters a stand-in that was just started.
  func add(_ standIn: StandIn, of owner: any StandInOwner, in shell: Shell) {
    let early = state.withLock { state in
      if let change = state.unclaimed.removeValue(forKey: standIn.id) { return change as ChildChange? }
      state.standIns[standIn.id] = StandInEntry(process: standIn, owner: owner, shell: shell)
      return nil
    }
    if let early { owner.standInDidChange(early.status) }
  }

  /// The job of `shell` for which the process stands.
  package func job(standIn id: ProcessID, of shell: Shell) -> Job? {
    state.withLock { state in
      guard let entry = state.standIns[id], entry.shell === shell else { return nil }
      return entry.owner as? Job
    }
  }

  /// Passes on what stand-ins have received. Main thread only.
  func passOnSignals() {
    for entry in state.withLock({ Array($0.standIns.values) }) {
      let signals = entry.process.takeSignals()
      if !signals.isEmpty { tell(entry) { owner in for signal in signals { owner.receive(signal) } } }
    }
  }

  /// Ends all stand-ins and waits for that, before the process is replaced: the next program would have them as
  /// children.
  func endStandIns() {
    for id in state.withLock({ Array($0.standIns.keys) }) {
      try? Signals.send(.kill, to: id)
      _ = try? ChildProcesses.waitUntilEnd(of: id)
    }
    state.withLock { $0.standIns = [:] }
  }

  private func tell(_ entry: StandInEntry, _ what: @escaping @Sendable (any StandInOwner) -> Void) {
    guard let owner = entry.owner else { return }
    if entry.shell.isMain { what(owner) } else { entry.shell.perform { what(owner) } }
  }

  // MARK: Reaping

  /// Collects every change of every child, without waiting. Main thread only.
  ///
  /// - Returns: Whether a trap on CHLD is due: not where only stand-ins have ended, since their jobs tell that.
  func reap() -> Bool {
    var standInsEnded = false
    var others = false
    while let change = try? ChildProcesses.reapAny() {
      if let entry = state.withLock({ $0.standIns[change.process] }) {
        if change.status.isFinal {
          state.withLock { $0.standIns[change.process] = nil }
          standInsEnded = true
        } else {
          others = true
        }
        tell(entry) { owner in owner.standInDidChange(change.status) }
        continue
      }
      others = true
      let child = state.withLock { state in
        guard let child = state.live[change.process] else {
          state.unclaimed[change.process] = change
          return nil as ChildProcess?
        }
        if change.status.isFinal { state.live[change.process] = nil }
        return child
      }
      guard let child else { continue }
      child.record(change)
      child.shell.childDidChange(child)
    }
    return others || !standInsEnded
  }

  /// The children of a shell that have not ended.
  func live(of shell: Shell) -> [ChildProcess] { state.withLock { $0.live.values.filter { $0.shell === shell } } }

  /// How many children have not ended.
  package var liveCount: Int { state.withLock { $0.live.count } }
}
