import Glibc
import Synchronization

@testable import ShellRuntime

/// Ends what a shell runs when it has run for too long: many coroutines that start others, each within its limits, take
/// hours without a second of virtual time. On a thread of its own, the same for all shells.
enum Watchdog {
  /// In seconds of real time.
  private static let limit = 2
  private static let watched = Mutex<[(shell: Shell, end: Int)]>([])
  private static let thread: Void = {
    var thread = pthread_t()
    let error = pthread_create(&thread, nil, { _ in Watchdog.watch() }, nil)
    precondition(error == 0, "a thread can be made")
  }()

  static func begin(_ shell: Shell) {
    _ = thread
    watched.withLock { $0.append((shell, time(nil) + limit)) }
  }

  static func end(_ shell: Shell) {
    watched.withLock { $0.removeAll { $0.shell === shell } }
  }

  private static func watch() -> Never {
    while true {
      usleep(200_000)
      let now = time(nil)
      for (shell, end) in watched.withLock({ $0 }) where end < now {
        shell.perform { for coroutine in shell.coroutines { coroutine.deliver(.kill) } }
      }
    }
  }
}
