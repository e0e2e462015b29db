import CPlatform
import SystemPackage

extension EventLoop {
  /// Starts a blocking callable now, on a worker thread of its own, whether the loop runs or not.
  ///
  /// Its result comes back on the loop: the task is done when the loop next runs after the callable returned. Safe from
  /// any thread. Cancelling only marks the task; a callable that is to end early must look for that by itself.
  public func callInBackground<Success: Sendable>(
    name: String? = nil, _ callable: sending @escaping () throws -> Success
  ) -> BackgroundTask<Success> {
    let task = WorkerTask<Success>(name: name, loop: self, runsOutside: true)
    perform(.start(task))
    let work = Work {
      let outcome = Result { try callable() }
      self.performWhenItRuns(.call { _ in task.endOutside(outcome) })
    }
    let error = WorkerThread.start(work)
    if error != 0 { performWhenItRuns(.call { _ in task.endOutside(.failure(Errno(rawValue: error))) }) }
    return BackgroundTask(record: task)
  }
}

/// What a worker thread is to do; one thread makes it, another one runs it.
private final class Work: @unchecked Sendable {
  // Nothing else holds what the callable captured: it came in as `sending`.
  let perform: () -> Void

  init(_ perform: @escaping () -> Void) {
    self.perform = perform
  }
}

private enum WorkerThread {
  /// Starts a thread; returns 0 or an error number.
  static func start(_ work: Work) -> Int32 {
    let context = Unmanaged.passRetained(work)
    let error = platform_start_thread(
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().perform()
        return nil
      }, context.toOpaque())
    if error != 0 { context.release() }
    return error
  }
}
