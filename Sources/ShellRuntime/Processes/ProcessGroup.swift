import Platform
import Synchronization

/// The process group of one pipeline. Its first program leads it, and has its number.
package final class ProcessGroup: Sendable {
  private let leader = Mutex<ProcessID?>(nil)

  package init() {}

  /// The group's number, once its first program has been started.
  package var id: ProcessID? { leader.withLock { $0 } }

  func lead(_ process: ProcessID) { leader.withLock { $0 = process } }
}
