import CPlatform
import Glibc
import SystemPackage

/// How this process treats a signal.
package enum SignalDisposition: Sendable {
  case `default`
  case ignore
  /// The signal becomes pending in `Signals` and wakes the loop; it interrupts system calls.
  case handle

  fileprivate var platformValue: platform_disposition {
    switch self {
    case .default: PLATFORM_SIGNAL_DEFAULT
    case .ignore: PLATFORM_SIGNAL_IGNORE
    case .handle: PLATFORM_SIGNAL_HANDLE
    }
  }
}

/// The process's signals: the one place that sets dispositions.
package enum Signals {
  // MARK: What arrived

  /// Whether a handled signal is pending.
  package static var arePending: Bool { PendingSignals.areThere }

  /// The pending signals, which stay pending.
  package static var pending: SignalSet { SignalSet(rawValue: platform_peek_pending_signals()) }

  /// The pending signals of `set`; they are no longer pending.
  package static func takePending(_ set: SignalSet = .all) -> SignalSet {
    SignalSet(rawValue: platform_take_pending_signals(set.rawValue))
  }

  /// Makes signals pending and wakes the loop, as if they had arrived. Safe from any thread.
  package static func raisePending(_ set: SignalSet) {
    platform_raise_pending_signals(set.rawValue)
  }

  // MARK: Waking

  /// The event counter that is written to whenever a handled signal arrives; made on first use. Not to be closed.
  package static func wakeDescriptor() throws(Errno) -> FileDescriptor {
    let present = platform_signal_wake_descriptor()
    if present >= 0 { return FileDescriptor(rawValue: present) }
    return FileDescriptor(rawValue: try checked(.eventfd) { platform_make_signal_wake_descriptor() })
  }

  /// Writes to `descriptor` (an event counter or pipe that does not block) from now on; `nil` stops that.
  ///
  /// - Returns: the former one, which now belongs to the caller.
  @discardableResult
  package static func wake(through descriptor: FileDescriptor?) -> FileDescriptor? {
    let former = platform_set_signal_wake_descriptor(descriptor?.rawValue ?? -1)
    return former >= 0 ? FileDescriptor(rawValue: former) : nil
  }

  /// Empties the event counter. Call before `takePending()`, so that nothing is missed in between.
  package static func acknowledgeWake() {
    var count: UInt64 = 0
    let descriptor = platform_signal_wake_descriptor()
    if descriptor >= 0 { _ = Glibc.read(descriptor, &count, MemoryLayout<UInt64>.size) }
  }

  // MARK: Dispositions

  /// Sets how `signal` is treated. Throws `invalidArgument` for SIGKILL, SIGSTOP and numbers that are no signal.
  package static func set(_ disposition: SignalDisposition, for signal: SignalNumber) throws(Errno) {
    let error = platform_set_disposition(signal.rawValue, disposition.platformValue)
    if error != 0 { throw Errno(rawValue: error) }
  }

  /// Whether `signal` was ignored when this process began, whatever was set since.
  package static func wasIgnoredAtEntry(_ signal: SignalNumber) -> Bool {
    platform_was_ignored_at_entry(signal.rawValue)
  }

  /// Whether `signal` is ignored at the moment, since this process began or by `set`.
  package static func isIgnored(_ signal: SignalNumber) -> Bool { platform_is_ignored(signal.rawValue) }

  /// The signals that are handled at the moment. A child always begins without our handler.
  package static var handled: SignalSet { SignalSet(rawValue: platform_handled_signals()) }

  /// The signals that this process set to be ignored.
  package static var ignored: SignalSet { SignalSet(rawValue: platform_ignored_signals()) }

  // MARK: Sending

  /// Sends `signal` to one process; `nil` only asks whether that would be allowed.
  package static func send(_ signal: SignalNumber?, to process: ProcessID) throws(Errno) {
    _ = try checked { Glibc.kill(process.rawValue, signal?.rawValue ?? 0) }
  }

  /// Sends `signal` to every process of `group`; `nil` only asks whether that would be allowed.
  package static func send(_ signal: SignalNumber?, toGroup group: ProcessID) throws(Errno) {
    _ = try checked { Glibc.killpg(group.rawValue, signal?.rawValue ?? 0) }
  }

  /// What `kill(2)` says for any number: 0 is this process's group, -1 every process, -n group n.
  package static func send(_ signal: SignalNumber?, toTarget target: Int32) throws(Errno) {
    _ = try checked { Glibc.kill(target, signal?.rawValue ?? 0) }
  }

  /// Sends `signal` to this process; where it is not blocked, it has arrived when this returns.
  package static func raise(_ signal: SignalNumber) throws(Errno) {
    guard let process = ProcessID.current else { throw .noSuchProcess }
    try send(signal, to: process)
  }

  /// Ends this process by `signal`, as whoever waits for it shall see; where the signal does not end it, by its status.
  package static func endProcess(by signal: SignalNumber) -> Never {
    try? set(.default, for: signal)
    unblock(signal)
    try? raise(signal)
    _exit(128 + signal.rawValue)
  }

  // MARK: The calling thread's mask

  /// The signals that the calling thread blocks.
  package static var blocked: SignalSet {
    var current = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &current)
    return SignalSet(current)
  }

  /// Makes `set` the calling thread's mask, and returns the former one.
  @discardableResult
  package static func setBlocked(_ set: SignalSet) -> SignalSet {
    var new = sigset_t(set)
    var former = sigset_t()
    pthread_sigmask(SIG_SETMASK, &new, &former)
    return SignalSet(former)
  }

  /// Blocks `set` too, and returns the former mask.
  @discardableResult
  package static func block(_ set: SignalSet) -> SignalSet {
    var new = sigset_t(set)
    var former = sigset_t()
    pthread_sigmask(SIG_BLOCK, &new, &former)
    return SignalSet(former)
  }

  /// Takes `signal` out of the mask.
  package static func unblock(_ signal: SignalNumber) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal.rawValue)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}

extension SignalSet {
  fileprivate init(_ set: sigset_t) {
    var copy = set
    self.init()
    for number in Int32(1)...64 where sigismember(&copy, number) == 1 { insert(SignalNumber(number)) }
  }
}

extension sigset_t {
  fileprivate init(_ set: SignalSet) {
    self.init()
    sigemptyset(&self)
    for signal in set { sigaddset(&self, signal.rawValue) }
  }
}
