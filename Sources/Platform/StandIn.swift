import CPlatform
import SystemPackage

/// A process that stands for a coroutine: the rest of the system can signal it and see it, and it ends as the coroutine
/// does. It shares this process's memory and descriptors, so it costs 13 µs and no page tables.
///
/// It waits for signals, and can be the parent of programs (`SpawnRequest.parent`). For signals that it receives, and for
/// changes of its children, `SignalNumber.standIn` becomes pending here; KILL, STOP and its end reach the reaper, as with
/// every child. It does not outlive this process, unless a `Successor` keeps it. Safe from any thread.
package final class StandIn: Sendable {
  package let id: ProcessID
  nonisolated(unsafe) let shared: OpaquePointer

  /// Starts one. Throws where the kernel refuses another process, and on
  /// processors for which there is no code.
  package init(group: SpawnRequest.GroupPlacement) throws(Errno) {
    var error: Int32 = 0
    guard let started = platform_start_stand_in(group.number, &error) else { throw Errno(rawValue: error) }
    shared = started
    id = ProcessID(platform_stand_in_process(started))
  }

  /// The stand-ins that have received a signal or learnt of a child since they were last returned. Only the main thread
  /// calls this, when `SignalNumber.standIn` was pending.
  package static func takeThoseWithNews() -> [ProcessID] {
    var ids: [ProcessID] = []
    while case let number = platform_next_with_news(), number != 0 { ids.append(ProcessID(number)) }
    return ids
  }

  /// Has it be returned by `takeThoseWithNews` again, if it has received a signal that was not taken: it may have been
  /// returned before its owner was known.
  package func announceAgain() { platform_announce_stand_in(shared) }

  /// The signals that it has received since the last call. What this process sends to it is not among them.
  package func takeSignals() -> SignalSet { SignalSet(rawValue: platform_take_stand_in_signals(shared)) }

  /// Whether a signal from the terminal, which is for its whole process group, has come since the last call.
  package func takeTerminalSignal() -> Bool { platform_take_terminal_signal(shared) }

  /// Waits, a few microseconds, until `takeSignals` has what was sent to it before. Not for one that is stopped.
  package func awaitSignals() { platform_await_stand_in(shared) }

  /// The next change of a child of its own; `nil` where there is none. Only the reaper calls this.
  package func takeChildChange() -> ChildChange? {
    var change = platform_child_change()
    return platform_take_child_change(shared, &change) ? ChildChange(change) : nil
  }

  /// Has it end with a status, or by a signal. Does not wait for that.
  package func end(_ status: ProcessStatus) {
    switch status {
    case .exited(let code): platform_end_stand_in(shared, Int32(code), 0)
    case .signaled(let signal, _): platform_end_stand_in(shared, 0, signal.rawValue)
    case .stopped, .continued: preconditionFailure("a process ends with a status or by a signal")
    }
  }

  /// Whether it was told to end.
  package var isEnding: Bool { platform_is_ending(shared) }

  /// Waits, if it was told to end, until it can be reaped: a tenth of a second at most, and not where something has
  /// stopped it.
  ///
  /// - Returns: Whether it can.
  package func awaitEnd() -> Bool { isEnding && platform_await_end(shared) }

  /// Has it live on when this process ends, until it is told to end or another process has ended; `false` if it does not.
  func live(with id: ProcessID, _ process: FileDescriptor, signals: FileDescriptor) -> Bool {
    platform_keep_stand_in(shared, id.rawValue, process.rawValue, signals.rawValue)
  }

  /// Has it die with this process again.
  func liveWithThisProcess() { _ = platform_stop_keeping_stand_in(shared) }

  // The owner keeps it until it was reaped, since the process runs on its memory.
  deinit { platform_free_stand_in(shared) }
}
