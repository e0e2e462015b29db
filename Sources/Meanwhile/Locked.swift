import Glibc

/// A value that one thread at a time may touch.
///
/// In place of the standard library's `Mutex`, because the thread sanitizer sees this one: its runtime knows the C
/// library's locks, and not those of the uninstrumented `Synchronization`.
final class Locked<Value> {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  init(_ value: sending Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Calls `body` with the value; not to be called from inside another one of the same value.
  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}

// The value is touched only under the lock.
extension Locked: @unchecked Sendable {}
