import Platform
import Synchronization

/// All children of this process. Any thread may start programs; only the main thread reaps, and each change is passed
/// on to the loop of the shell that started the child.
package final class ProcessTable: Sendable {
  private struct State {
    var live: [ProcessID: ChildProcess] = [:]
    /// Changes of children that were reaped before the thread that started them entered them here.
    var unclaimed: [ProcessID: ChildChange] = [:]
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

  /// Collects every change of every child, without waiting. Main thread only.
  func reap() {
    while let change = try? ChildProcesses.reapAny() {
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
  }

  /// The children of a shell that have not ended.
  func live(of shell: Shell) -> [ChildProcess] { state.withLock { $0.live.values.filter { $0.shell === shell } } }

  /// How many children have not ended.
  package var liveCount: Int { state.withLock { $0.live.count } }
}
