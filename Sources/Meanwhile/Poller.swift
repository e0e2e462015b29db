import CPlatform
import Glibc
import SystemPackage

/// Which descriptors are waited for, and by which tasks: the only part that speaks to epoll.
///
/// Where the kernel has no epoll to give, or no room in it, everything is asked for with poll(2) instead from then on,
/// which needs nothing.
///
/// A wait is armed in the kernel once and disarms itself when it fires, so that a descriptor that its owner closes
/// afterwards leaves nothing behind. Nothing is created before it is needed.
final class Poller {
  private final class Interest {
    let descriptor: Int32
    var waiters: [Waiter] = []
    /// Called whenever it is readable; such a descriptor stays armed.
    var watcher: (() -> Void)?
    /// The connection that owns the descriptor keeps it armed between its waits.
    var staysArmed = false
    /// What the kernel reports; 0: nothing.
    var armed: UInt32 = 0

    init(_ descriptor: Int32) {
      self.descriptor = descriptor
    }

    var isUnused: Bool { waiters.isEmpty && watcher == nil && !staysArmed }
  }

  private static let readable = UInt32(platform_readable)
  private static let writable = UInt32(platform_writable)
  private static let hungUp = UInt32(platform_hung_up)
  private static let persistent = UInt32(platform_persistent)
  private static let batch = 256

  // By descriptor: the kernel hands out the lowest free number, so that this stays short.
  private var interests: [Interest?] = []
  private var epoll: Int32 = -1
  private var wakeDescriptor: Int32 = -1
  private var found: UnsafeMutablePointer<platform_readiness>?
  /// How many parked waiters wait for a descriptor.
  private(set) var waiterCount = 0
  private var armedCount = 0
  /// Whether there is an epoll, and the kernel has accepted all that it was given.
  private var usesEpoll = true
  /// Called after each sleep, none of which is long then: for a caller that got no descriptor to watch.
  var callAfterSleep: (() -> Void)?

  deinit {
    found?.deallocate()
    for descriptor in [epoll, wakeDescriptor] where descriptor >= 0 {
      _ = try? FileDescriptor(rawValue: descriptor).close()
    }
  }

  /// Whether there is anything to ask the kernel for.
  var isWatching: Bool { armedCount > 0 }

  // MARK: Waiters

  /// Arms a waiter's descriptor. One that cannot be polled (a regular file) is ready at once, and so is one that is
  /// not open: the task that uses it then learns why.
  func add(_ waiter: Waiter, in loop: EventLoop) {
    guard waiter.waitNumber >= 0 else {
      _ = waiter.wake(.ready, in: loop)
      return
    }
    let interest = makeInterest(waiter.waitNumber)
    waiterCount += 1
    interest.waiters.append(waiter)
    if !arm(interest) { waiter.wake(.ready, in: loop) }
  }

  /// Forgets a waiter, which is woken for whatever reason.
  func remove(_ waiter: Waiter) {
    guard let interest = interest(of: waiter.waitNumber),
      let index = interest.waiters.firstIndex(where: { $0 === waiter })
    else { return }
    waiterCount -= 1
    interest.waiters.remove(at: index)
    if interest.armed & Poller.persistent == 0 { rearm(interest) }
  }

  /// Calls `perform` in each poll that finds the descriptor readable. This does not count as being waited for.
  func watch(_ descriptor: Int32, _ perform: @escaping () -> Void) {
    let interest = makeInterest(descriptor)
    interest.watcher = perform
    _ = arm(interest)
  }

  func unwatch(_ descriptor: Int32) {
    guard let interest = interest(of: descriptor) else { return }
    interest.watcher = nil
    rearm(interest)
  }

  /// Keeps the descriptor armed between waits, until `forget`: for an owner that tells when it closes it.
  func keepArmed(_ descriptor: Int32) {
    makeInterest(descriptor).staysArmed = true
  }

  /// The owner is about to close the descriptor: tasks that wait for it are woken.
  func forget(_ descriptor: Int32, in loop: EventLoop) {
    guard let interest = interest(of: descriptor) else { return }
    interest.staysArmed = false
    for waiter in interest.waiters { waiter.wake(.ready, in: loop) }
    rearm(interest)
  }

  private func interest(of descriptor: Int32) -> Interest? {
    let index = Int(descriptor)
    return interests.indices.contains(index) ? interests[index] : nil
  }

  private func makeInterest(_ descriptor: Int32) -> Interest {
    if let interest = interest(of: descriptor) { return interest }
    let index = Int(descriptor)
    if index >= interests.count {
      interests.append(contentsOf: repeatElement(nil, count: index + 1 - interests.count))
    }
    let interest = Interest(descriptor)
    interests[index] = interest
    return interest
  }

  // MARK: The kernel

  /// Asks the kernel for all that is wanted of the descriptor; false if it cannot be polled.
  private func arm(_ interest: Interest) -> Bool {
    var wanted = interest.staysArmed ? interest.armed : 0
    for waiter in interest.waiters {
      wanted |= waiter.waitTag == .readable ? Poller.readable : Poller.writable
    }
    if interest.watcher != nil { wanted |= Poller.readable }
    if interest.watcher != nil || interest.staysArmed { wanted |= Poller.persistent }
    if interest.armed == wanted { return true }
    open()
    guard watchInKernel(interest.descriptor, wanted) else { return false }
    if interest.armed == 0 { armedCount += 1 }
    interest.armed = wanted
    return true
  }

  /// Asks the kernel for what is still wanted; where that is nothing, forgets the descriptor.
  private func rearm(_ interest: Interest) {
    if interest.isUnused {
      disarm(interest)
      interests[Int(interest.descriptor)] = nil
    } else if !interest.waiters.isEmpty || interest.watcher != nil {
      _ = arm(interest)
    }
  }

  /// A descriptor that stays armed and reports an event that no task waits for is silenced until one waits for it again.
  private func silence(_ interest: Interest, except wanted: UInt32) {
    guard wanted != 0 else { return disarm(interest) }
    interest.armed = wanted | Poller.persistent
    _ = watchInKernel(interest.descriptor, interest.armed)
  }

  private func disarm(_ interest: Interest) {
    guard interest.armed != 0 else { return }
    armedCount -= 1
    interest.armed = 0
    // Fails where the owner has closed it already; then the kernel has forgotten it by itself.
    if usesEpoll { _ = platform_epoll_forget(epoll, interest.descriptor) }
  }

  /// Hands it to the kernel; false if it cannot be polled at all.
  private func watchInKernel(_ descriptor: Int32, _ wanted: UInt32) -> Bool {
    if usesEpoll, platform_epoll_watch(epoll, descriptor, wanted) != 0 {
      // A regular file, and what is not open.
      if errno == EPERM || errno == EBADF { return false }
      usesEpoll = false
    }
    return true
  }

  /// Creates what the kernel must have before the loop sleeps for the first time.
  func open() {
    guard found == nil else { return }
    found = .allocate(capacity: Poller.batch)
    epoll = platform_epoll_create()
    wakeDescriptor = platform_eventfd_create()
    usesEpoll =
      epoll >= 0 && wakeDescriptor >= 0
      && platform_epoll_watch(epoll, wakeDescriptor, Poller.readable | Poller.persistent) == 0
  }

  /// Ends the loop's sleep; from any thread.
  func signal() {
    platform_eventfd_signal(wakeDescriptor)
  }

  /// Waits for the kernel (negative: without limit) and moves what is ready to the ready queue, in the order in which
  /// the kernel reports it.
  func deliverReadiness(waiting nanoseconds: Int64, in loop: EventLoop) {
    open()
    // Without a wake-up from other threads, or from a signal, it must be looked for.
    let limit = callAfterSleep == nil && wakeDescriptor >= 0 ? .max : Poller.shortSleep
    let nanoseconds = nanoseconds < 0 ? (limit == .max ? -1 : limit) : min(nanoseconds, limit)
    if usesEpoll, let found {
      let count = platform_epoll_wait(epoll, found, Int32(Poller.batch), nanoseconds)
      // What fails once fails always, and a loop that does not sleep would only burn its processor.
      if count < 0 { usesEpoll = false }
      deliver(UnsafeBufferPointer(start: found, count: max(0, Int(count))), in: loop)
    } else {
      deliverReadinessOfPoll(nanoseconds, in: loop)
    }
    callAfterSleep?()
  }

  private static let shortSleep: Int64 = 10_000_000

  private func deliverReadinessOfPoll(_ nanoseconds: Int64, in loop: EventLoop) {
    var entries = interests.compactMap { interest in
      interest.flatMap { $0.armed == 0 ? nil : platform_readiness(descriptor: $0.descriptor, events: $0.armed) }
    }
    if wakeDescriptor >= 0 {
      entries.append(platform_readiness(descriptor: wakeDescriptor, events: Poller.readable))
    }
    entries.withUnsafeMutableBufferPointer { entries in
      let count = platform_poll(entries.baseAddress, Int32(entries.count), nanoseconds)
      // Where the kernel does not answer that either, only time passes.
      if count < 0 { platform_sleep(nanoseconds < 0 ? Poller.shortSleep : min(nanoseconds, Poller.shortSleep)) }
      deliver(UnsafeBufferPointer(rebasing: entries.prefix(max(0, Int(count)))), in: loop)
    }
  }

  private func deliver(_ reports: UnsafeBufferPointer<platform_readiness>, in loop: EventLoop) {
    for report in reports {
      if report.descriptor == wakeDescriptor {
        platform_eventfd_clear(wakeDescriptor)
      } else {
        deliver(report, in: loop)
      }
    }
  }

  private func deliver(_ report: platform_readiness, in loop: EventLoop) {
    guard let interest = interest(of: report.descriptor) else { return }
    let persists = interest.armed & Poller.persistent != 0
    if !persists {
      // The kernel has disarmed it.
      interest.armed = 0
      armedCount -= 1
    }
    var wanted = interest.watcher == nil ? 0 : Poller.readable
    for waiter in interest.waiters {
      let bit = waiter.waitTag == .readable ? Poller.readable : Poller.writable
      wanted |= bit
      if report.events & (bit | Poller.hungUp) != 0 { waiter.wake(.ready, in: loop) }
    }
    if persists, report.events & ~wanted & ~Poller.hungUp != 0 || wanted == 0 { silence(interest, except: wanted) }
    interest.watcher?()
  }
}
