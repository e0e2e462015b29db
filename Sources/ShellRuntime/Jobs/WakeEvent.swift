import Meanwhile
import Synchronization
import SystemPackage

/// Something that happens now and then, and wakes the tasks that wait for it. Safe from any thread.
package final class WakeEvent: Sendable {
  /// A wait for the event's next time, from the moment when the ticket was drawn.
  package struct Ticket: Sendable {
    package let event: WakeEvent
    let generation: UInt32
  }

  private struct State {
    var generation: UInt32 = 0
    var waiters: [TaskRecord] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Draw it before, or under the lock with which, one finds that there is something to wait for: what happens in
  /// between then ends the wait at once.
  package var ticket: Ticket { Ticket(event: self, generation: state.withLock { $0.generation }) }

  func add(_ task: TaskRecord, since ticket: Ticket) {
    let isLate = state.withLock { state in
      if state.generation != ticket.generation { return true }
      state.waiters.append(task)
      return false
    }
    if isLate { task.wake() }
  }

  func remove(_ task: TaskRecord) {
    state.withLock { state in
      if let index = state.waiters.firstIndex(where: { $0 === task }) { state.waiters.remove(at: index) }
    }
  }

  /// Wakes everyone who waits.
  package func signal() {
    let waiters = state.withLock { state in
      state.generation &+= 1
      let waiters = state.waiters
      state.waiters = []
      return waiters
    }
    for waiter in waiters { waiter.wakeFromAnyThread() }
  }
}

extension Wait {
  /// A descriptor that can be read without blocking.
  static func readable(_ descriptor: FileDescriptor) -> Wait { Wait(.descriptor(descriptor, .readable)) }

  /// A descriptor that can be written without blocking.
  static func writable(_ descriptor: FileDescriptor) -> Wait { Wait(.descriptor(descriptor, .writable)) }

  /// Something that another task does.
  static func event(_ subject: Words) -> Wait { Wait(.event, subject: subject) }
}
