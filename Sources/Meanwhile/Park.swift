import CPlatform
import SystemPackage

/// Suspends the current task of the current loop until what it waits for is there, or somebody wakes or cancels it.
///
/// The one suspension primitive of this library; everything that waits is built on it. Returns at once where a wake or
/// a cancel has come before. A child task (of a task group, an `async let`) may park too; cancelling it from its
/// parent wakes it.
package func park(_ wait: Wait) async -> WakeCause {
  guard let loop = EventLoop.current, let task = loop.running else { Misuse.outsideOfLoop("park") }
  return await park(wait, of: task, in: loop)
}

/// `park`, where loop and task are known; `register` learns who will be waiting, just before it waits.
func park(
  _ wait: Wait, of task: TaskRecord, in loop: EventLoop, register: (Waiter) -> Void = { _ in }
) async -> WakeCause {
  guard task.isCurrent(currentTaskIdentity()) else { return await parkChild(wait, of: task, in: loop, register) }
  if let cause = task.takePending() { return cause }
  register(task)
  await withUnsafeContinuation { task.suspend($0, wait, in: loop) }
  return task.cause
}

/// `park` for what people call: it throws where the task is, or becomes, cancelled; and goes on doing so, until the
/// task ends.
func parkUnlessCancelled(
  _ wait: Wait, of task: TaskRecord, in loop: EventLoop, register: (Waiter) -> Void = { _ in }
) async throws(CancellationError) -> WakeCause {
  if task.isCancelled {
    task.clearPendingCancel()
    throw CancellationError()
  }
  let cause = await park(wait, of: task, in: loop, register: register)
  if cause == .cancelled { throw CancellationError() }
  return cause
}

private func parkChild(
  _ wait: Wait, of task: TaskRecord, in loop: EventLoop, _ register: (Waiter) -> Void
) async -> WakeCause {
  if Task.isCancelled { return .cancelled }
  let child = ChildWaiter(of: task)
  task.add(child)
  register(child)
  await withTaskCancellationHandler {
    await withUnsafeContinuation { child.suspend($0, wait, in: loop) }
  } onCancel: {
    loop.perform(.wakeChild(child))
  }
  task.remove(child)
  return child.cause
}

/// What tells one Swift task from another; 0 outside of any.
private func currentTaskIdentity() -> UInt {
  withUnsafeCurrentTask { task in
    guard let task else { return 0 }
    return unsafeBitCast(task, to: UInt.self)
  }
}

extension EventLoop {
  /// Schedules a task without a result: it takes its first step when the loop next runs. Safe from any thread.
  package func start(name: String? = nil, _ body: sending @escaping () async -> Void) -> TaskRecord {
    let task = BodyTask(name: name, loop: self, body)
    perform(.start(task))
    return task
  }

  /// The task whose step runs now.
  package var currentTask: TaskRecord? { running }

  /// What the loop's clock shows.
  package var now: LoopInstant { LoopInstant(nanoseconds: time.now) }

  /// Whether the loop goes by a virtual clock.
  package var isVirtual: Bool { time.isVirtual }

  /// Moves the virtual clock, as time passes for a person who thinks: nothing runs, deadlines become overdue.
  /// Does nothing to the system clock.
  public func advance(by duration: Duration) {
    guard time.isVirtual else { return }
    time.jump(to: LoopInstant(nanoseconds: time.now).advanced(by: duration).nanoseconds)
  }

  /// Calls `perform` in each poll that finds the descriptor readable, before tasks take their turns, until `unwatch`.
  /// This does not count as something that can wake the loop. The descriptor stays the caller's.
  package func watch(_ descriptor: FileDescriptor, _ perform: @escaping () -> Void) {
    poller.watch(descriptor.rawValue, perform)
  }

  /// Ends `watch`; to be called before the descriptor is closed.
  package func unwatch(_ descriptor: FileDescriptor) {
    poller.unwatch(descriptor.rawValue)
  }

  /// Counts a program, worker thread or trap that can wake the loop: while there is one, nothing is a deadlock.
  package func beginExternal() {
    externals += 1
  }

  /// Ends one `beginExternal`.
  package func endExternal() {
    precondition(externals > 0, "endExternal without beginExternal")
    externals -= 1
  }
}

/// A task that only runs.
private final class BodyTask: TaskRecord, @unchecked Sendable {
  private var body: (() async -> Void)?

  init(name: String?, loop: EventLoop, _ body: @escaping () async -> Void) {
    self.body = body
    super.init(name: name, loop: loop)
  }

  override func run() async {
    guard let body = body.take() else { return }
    await body()
  }

  override func neverRuns() {
    body = nil
  }
}
