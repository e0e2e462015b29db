import CPlatform
import Glibc
import SystemPackage

extension SpawnRequest {
  /// Starts the program on a thread of its own, which the request's openings may block for as long as they like.
  ///
  /// The process exists when this returns: it has its ID and its group, and can be waited for, stopped and killed.
  /// `completion` is called on that thread once the program runs (`nil`), or with what went wrong. The process then
  /// ends with 126 or 127 when its file could not be executed and with 1 otherwise, and the reaper sees that; a signal
  /// may also end it before it opened anything, which counts as running. It has copies of the request's descriptors,
  /// and of no others, as soon as this returns.
  /// Throws, without calling `completion`, where there is no process at all.
  package func spawnOnThread(
    completion: @escaping @Sendable (SpawnError?) -> Void
  ) throws(SpawnError) -> ProcessID {
    let start = PendingStart(self, completion)
    let context = Unmanaged.passRetained(start)
    let error = platform_start_thread(
      { context in
        Unmanaged<PendingStart>.fromOpaque(context!).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    if error != 0 {
      context.release()
      throw SpawnError(stage: .fork, errno: Errno(rawValue: error))
    }
    let process = platform_wait_until_started(start.started)
    if process < 0 {
      let errno = Errno(rawValue: -process)
      throw SpawnError(stage: parent != nil && errno == .noChildProcess ? .parent : .fork, errno: errno)
    }
    // The child calls setpgid for itself too. Whichever call is first, the group exists when either has returned.
    switch processGroup {
    case .inherit: break
    case .new: setpgid(process, process)
    case .join(let group): setpgid(process, group.rawValue)
    }
    return ProcessID(process)
  }
}

/// A spawn under way on a thread of its own.
private final class PendingStart: Sendable {
  private let request: SpawnRequest
  private let completion: @Sendable (SpawnError?) -> Void
  /// What is read and written atomically by the C code only; lives as long as this object, which both threads hold.
  nonisolated(unsafe) let started: UnsafeMutablePointer<Int32>

  init(_ request: SpawnRequest, _ completion: @escaping @Sendable (SpawnError?) -> Void) {
    self.request = request
    self.completion = completion
    started = .allocate(capacity: 1)
    started.initialize(to: 0)
  }

  deinit { started.deallocate() }

  func run() {
    var failure = platform_spawn_failure()
    request.withPlatformRequest { request in
      request.started = started
      _ = platform_spawn(&request, &failure)
    }
    if started.pointee > 0 { completion(failure.error == 0 ? nil : SpawnError(failure)) }
  }
}
