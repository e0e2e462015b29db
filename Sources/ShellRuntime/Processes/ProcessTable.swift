import Platform
import Synchronization
import SystemPackage

/// All children of this process. Any thread may start programs; only the main thread reaps, and each change is passed
/// on to the loop of the shell that started the child.
package final class ProcessTable: Sendable {
  private struct State {
    var live: [ProcessID: ChildProcess] = [:]
    /// The stand-ins that were not reaped: they run on memory that their objects own.
    var standIns: [ProcessID: StandInEntry] = [:]
    /// Whether stand-ins were reaped since the reaper looked last: the signal that tells of them is still to come.
    var hasCollected = false
    /// Changes of children that were reaped before the thread that started them entered them here.
    var unclaimed: [ProcessID: ChildChange] = [:]
  }

  private struct StandInEntry: Sendable {
    let process: StandIn
    weak var owner: (any StandInOwner)?
    let shell: Shell
    /// The processor time of the children that it has reaped. The kernel counts it for this process when the stand-in has
    /// been reaped too.
    var usage = (user: Duration.zero, system: Duration.zero)
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

  /// Starts a stand-in for a shell; throws where the kernel refuses another process.
  func startStandIn(_ group: SpawnRequest.GroupPlacement, for shell: Shell) throws(Errno) -> StandIn {
    while true {
      do { return try StandIn(group: group) } catch {
        guard error == .resourceTemporarilyUnavailable, collectEnding(for: shell) else { throw error }
      }
    }
  }

  /// Reaps the stand-ins that were told to end, where no other process may be made: they count until then.
  ///
  /// - Returns: Whether there were any. A shell of a worker thread reaps nothing.
  func collectEnding(for shell: Shell) -> Bool {
    guard shell.isMain else { return false }
    let ended = state.withLock { $0.standIns.values.map(\.process) }.filter { $0.awaitEnd() }
    let changes = ended.compactMap { try? ChildProcesses.waitUntilEnd(of: $0.id) }
    if !changes.isEmpty { state.withLock { $0.hasCollected = true } }
    for change in changes { _ = pass(change) }
    return !changes.isEmpty
  }

  /// Enters a stand-in that was just started.
  func add(_ standIn: StandIn, of owner: any StandInOwner, in shell: Shell) {
    let early = state.withLock { state in
      if let change = state.unclaimed.removeValue(forKey: standIn.id) { return change as ChildChange? }
      state.standIns[standIn.id] = StandInEntry(process: standIn, owner: owner, shell: shell)
      return nil
    }
    if let early { return owner.standInDidChange(early.status) }
    standIn.announceAgain()
  }

  /// The job of `shell` for which the process stands.
  package func job(standIn id: ProcessID, of shell: Shell) -> Job? {
    state.withLock { state in
      guard let entry = state.standIns[id], entry.shell === shell else { return nil }
      return entry.owner as? Job
    }
  }

  /// Passes a signal that `shell` sends on to what a process stands for, since a stand-in takes no signal from this
  /// process: to a subshell, or to a job of the shell of another thread.
  ///
  /// - Parameter signal: `nil` to look only whether there is one.
  /// - Returns: `false` if the process is no stand-in.
  package func send(_ signal: SignalNumber?, toStandIn id: ProcessID, from shell: Shell) -> Bool {
    guard let entry = state.withLock({ $0.standIns[id] }) else { return false }
    if let signal { send(signal, to: entry, from: shell) }
    return true
  }

  /// The same for all stand-ins that are members of a process group.
  package func send(_ signal: SignalNumber, toStandInsOf group: ProcessID, from shell: Shell) {
    for entry in state.withLock({ Array($0.standIns.values) }) where (try? entry.process.id.group()) == group {
      send(signal, to: entry, from: shell)
    }
  }

  private func send(_ signal: SignalNumber, to entry: StandInEntry, from shell: Shell) {
    if entry.shell === shell {
      entry.owner?.receive(signal)
    } else {
      entry.shell.perform { entry.owner?.receive(signal) }
    }
  }

  /// Passes on what stand-ins have received, and what became of their children. Main thread only.
  ///
  /// A signal from the terminal reaches all members of a process group before any of them acts on it. So when one
  /// stand-in has received such a signal, the others of its group are waited for. Signals are passed on before the end of
  /// a program that died of the same.
  ///
  /// - Parameter isOfShell: Whether this process has got such a signal itself.
  func passOnNews(afterSignalToGroup isOfShell: Bool = false) {
    let ids = StandIn.takeThoseWithNews()
    var entries = state.withLock { state in ids.compactMap { state.standIns[$0] } }
    var received = entries.map { $0.process.takeSignals() }
    var groups = Set(entries.compactMap { $0.process.takeTerminalSignal() ? try? $0.process.id.group() : nil })
    if isOfShell, let own = ProcessID.currentGroup { groups.insert(own) }
    if !groups.isEmpty {
      for entry in state.withLock({ Array($0.standIns.values) })
      where (try? entry.process.id.group()).map(groups.contains) == true {
        entry.process.awaitSignals()
        entries.append(entry)
        received.append(entry.process.takeSignals())
      }
    }
    for (entry, signals) in zip(entries, received) where !signals.isEmpty {
      tell(entry) { owner in for signal in signals { owner.receive(signal) } }
    }
    for entry in entries { passOnChildChanges(of: entry.process) }
  }

  private func passOnChildChanges(of standIn: StandIn) {
    while let change = standIn.takeChildChange() {
      if change.status.isFinal {
        state.withLock { state in
          state.standIns[standIn.id]?.usage.user += change.usage.user
          state.standIns[standIn.id]?.usage.system += change.usage.system
        }
      }
      _ = pass(change)
    }
  }

  /// The processor time of children that the kernel does not count for this process yet.
  package var usageOfStandIns: (user: Duration, system: Duration) {
    state.withLock { state in
      state.standIns.values.reduce((.zero, .zero)) { ($0.0 + $1.usage.user, $0.1 + $1.usage.system) }
    }
  }

  /// Ends all stand-ins and waits for that, before the process is replaced: the next program would have them as
  /// children.
  ///
  /// - Parameter kept: Those that live on.
  func endStandIns(except kept: [StandIn] = []) {
    let kept = Set(kept.map(\.id))
    for id in state.withLock({ $0.standIns.keys.filter { !kept.contains($0) } }) {
      try? Signals.send(.kill, to: id)
      _ = try? ChildProcesses.waitUntilEnd(of: id)
    }
    state.withLock { state in state.standIns = state.standIns.filter { kept.contains($0.key) } }
  }

  /// Has the stand-ins live on with `successor`.
  ///
  /// - Returns: Those that do.
  func keepStandIns(with successor: Successor) -> [StandIn] {
    let entries = state.withLock { Array($0.standIns.values) }
    return entries.map(\.process).filter { successor.keep($0) }
  }

  // MARK: After the shell's end

  /// Opens what tells of the ends of the children and of `standIns` when another process has become their parent.
  func adopted(_ standIns: [StandIn]) -> [AdoptedProcess] {
    let kept = Set(standIns.map(\.id))
    let ids = state.withLock { $0.live.values.filter { $0.parent.map { kept.contains($0.id) } != true }.map(\.id) }
    return (ids + kept).compactMap { try? AdoptedProcess($0) }
  }

  /// In the process that goes on: watches what the shell has left to it. Children that cannot be watched are taken to
  /// have ended, and stand-ins that did not live on are forgotten.
  func watch(_ adopted: [AdoptedProcess], of shell: Shell) {
    let known = Set(adopted.map(\.id))
    let (children, standIns) = state.withLock { state in
      (
        state.live.values.filter { !known.contains($0.id) && $0.parent.map { known.contains($0.id) } != true }.map(
          \.id),
        state.standIns.filter { !known.contains($0.key) }.map(\.value)
      )
    }
    for entry in standIns { entry.owner?.standInWasLost() }
    state.withLock { state in state.standIns = state.standIns.filter { known.contains($0.key) } }
    for process in adopted {
      shell.loop.watch(process.descriptor) { [unowned shell, self] in
        guard let change = process.end() else { return }
        shell.loop.unwatch(process.descriptor)
        _ = pass(change)
      }
    }
    for id in children { _ = pass(.unknownEnd(of: id)) }
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
    var standInsEnded = state.withLock { state in
      defer { state.hasCollected = false }
      return state.hasCollected
    }
    var others = false
    while let change = try? ChildProcesses.reapAny() {
      switch pass(change) {
      case .child, .standIn: others = true
      case .endOfStandIn: standInsEnded = true
      }
    }
    return others || !standInsEnded
  }

  private enum Subject { case child, standIn, endOfStandIn }

  /// Passes on a change to the one that it is of.
  private func pass(_ change: ChildChange) -> Subject {
    if let entry = state.withLock({ $0.standIns[change.process] }) {
      if change.status.isFinal {
        passOnChildChanges(of: entry.process)
        state.withLock { $0.standIns[change.process] = nil }
        forgetOrphans(of: entry.process)
      }
      tell(entry) { owner in owner.standInDidChange(change.status) }
      return change.status.isFinal ? .endOfStandIn : .standIn
    }
    let child = state.withLock { state in
      guard let child = state.live[change.process] else {
        state.unclaimed[change.process] = change
        return nil as ChildProcess?
      }
      if change.status.isFinal { state.live[change.process] = nil }
      return child
    }
    if let child {
      child.record(change)
      child.shell.childDidChange(child)
    }
    return .child
  }

  /// Children of a stand-in that go on when it has ended are no children of this process, which learns no more of them.
  private func forgetOrphans(of standIn: StandIn) {
    for child in state.withLock({ $0.live.values.filter { $0.parent === standIn } }) {
      _ = pass(.unknownEnd(of: child.id))
    }
  }

  /// The children of a shell that have not ended.
  func live(of shell: Shell) -> [ChildProcess] { state.withLock { $0.live.values.filter { $0.shell === shell } } }

  /// How many children have not ended.
  package var liveCount: Int { state.withLock { $0.live.count } }
}
