import CTestSupport
import Foundation
import Testing

/// Runs blocking work on a thread made for it, so that tests which wait in the kernel do not hold the threads that
/// Swift's tasks share. At most `limit` of them run at a time; the others queue. The thread's umask is its own, since
/// others in this process change theirs.
///
/// The work is a part of the test's own task, so that an expectation that fails there names the test and its arguments.
/// When it is over, no process that it started may be left, nor a descendant of one.
package func onOwnThread<Success: Sendable>(
  _ body: @escaping @Sendable () throws -> Success
) async throws -> Success {
  try await withTaskExecutorPreference(OwnThreads.shared) { try await run(body) }
}

/// Being concurrent, the function runs on the executor that its task prefers: on a thread of its own.
@concurrent private func run<Success: Sendable>(_ body: @Sendable () throws -> Success) async throws -> Success {
  let started = StartedProcesses()
  let result = Result { try StartedProcesses.$current.withValue(started, operation: body) }
  let left = started.drain(limit: .seconds(5))
  if !left.isEmpty { Issue.record("left behind: \(left.map(\.description).joined(separator: ", "))") }
  return try result.get()
}

/// Gives each step of a task that prefers this executor a new thread.
private final class OwnThreads: TaskExecutor {
  static let shared = OwnThreads()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    Places.shared.enter { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// A queue in front of a few places.
private final class Places: Sendable {
  static let shared = Places(limit: max(2, min(8, ProcessInfo.processInfo.activeProcessorCount * 2)))

  private struct State {
    var free: Int
    var waiting: [@Sendable () -> Void] = []
  }
  private let state: Locked<State>

  init(limit: Int) { state = Locked(State(free: limit)) }

  func enter(_ work: @escaping @Sendable () -> Void) {
    let mayStart = state.with { state in
      guard state.free > 0 else {
        state.waiting.append(work)
        return false
      }
      state.free -= 1
      return true
    }
    if mayStart { start(work) }
  }

  private func start(_ work: @escaping @Sendable () -> Void) {
    Thread.detachNewThread {
      // Some sandboxes forbid it; then only the tests of the umask are open to what others do.
      _ = testSeparateThread()
      work()
      let next = self.state.with { state -> (@Sendable () -> Void)? in
        if state.waiting.isEmpty {
          state.free += 1
          return nil
        }
        return state.waiting.removeFirst()
      }
      if let next { self.start(next) }
    }
  }
}
