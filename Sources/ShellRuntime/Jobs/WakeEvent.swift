import Meanwhile
import Synchronization
import SystemPackage

/// A condition variable for tasks: `signal` wakes all tasks that wait for it. Safe from any thread.
///
/// No wake-up is lost between looking and waiting. A waiter first gets a ticket, then looks whether there is something
/// to wait for, and then waits with the ticket: a signal after the ticket was made ends the wait at once.
package final class WakeEvent: Sendable {
  /// Names the first signal after the moment when the ticket was made.
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

  /// A new ticket. Make it before you look whether there is something to wait for, or under the same lock.
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

  /// Wakes all tasks that wait.
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
