import Synchronization

/// Requests from other threads to the thread of a shell's loop, in order. Safe from any thread.
final class RequestQueue: Sendable {
  private let requests = Mutex<[@Sendable () -> Void]>([])

  func append(_ request: @escaping @Sendable () -> Void) { requests.withLock { $0.append(request) } }

  func takeAll() -> [@Sendable () -> Void] {
    requests.withLock { requests in
      if requests.isEmpty { return [] }
      let all = requests
      requests = []
      return all
    }
  }
}
