import CPlatform
import SystemPackage

/// Suspends the current task of the current loop until what it waits for is there, or somebody wakes or cancels it.
///
/// The one suspension primitive of this library; everything that waits is built on it. Returns at once where a wake or
/// a cancel has come before. A child task (of a task group, an `async let`) may park too; cancelling it from its
/// parent wakes it.
package func park(_ wait: Wait) async -> WakeCause {
  switch EventLoop.beginPark(wait) {
  case .already(let cause): return cause
  case .suspends(let suspension):
    await suspension.wait()
    return suspension.cause
  }
}

/// A wait that has begun; its Swift task must now suspend.
///
/// As cheap as a pointer: a parked task consists of its frames, and counting references costs more than the rest of a
/// switch. The waiter is alive while this is used: a task until it is done, a child's waiter until `end`.
struct Suspension {
  let reference: Unmanaged<Waiter>

  @inline(__always)
  init(_ waiter: Waiter) {
    reference = .passUnretained(waiter)
  }

  /// Who waits, to be kept elsewhere.
  var waiter: Waiter { reference.takeUnretainedValue() }

  /// Why it goes on.
  @inline(__always)
  var cause: WakeCause { reference._withUnsafeGuaranteedRef { $0.cause } }

  /// Suspends the Swift task until its turn.
  @inline(__always)
  func wait() async {
    if reference._withUnsafeGuaranteedRef({ $0.isChild }) {
      await waiter.suspendChild()
    } else {
      await TaskRecord.suspendBody()
    }
  }

  /// Suspends the Swift task until its turn; throws where that came because it is cancelled.
  @inline(__always)
  func waitUnlessCancelled() async throws {
    await wait()
    if cause == .cancelled { throw CancellationError() }
  }
}

extension EventLoop {
  enum Beginning {
    case already(WakeCause)
    case suspends(Suspension)
  }

  fileprivate static func beginPark(_ wait: Wait) -> Beginning {
    withRunningTask("park") { loop, task in
      guard task.isCurrent(platform_current_swift_task()) else {
        if Task.isCancelled { return .already(.cancelled) }
        return .suspends(loop.parkChild(wait, of: task))
      }
      if let cause = task.takePending() { return .already(cause) }
      task.park(wait, of: task, in: loop)
      return .suspends(Suspension(task))
    }
  }

  /// Begins a wait of the task that runs now, for what people call.
  ///
  /// Everything that needs no suspension is done here, so that the frames of tasks that wait stay small.
  ///
  /// - Throws: Where the task is cancelled; and again, at each wait, until the task ends.
  static func beginWait(_ wait: Wait, _ caller: StaticString) throws -> Suspension {
    let suspension: Suspension? = withRunningTask(caller) { loop, task in
      guard task.isCurrent(platform_current_swift_task()) else {
        return Task.isCancelled ? nil : loop.parkChild(wait, of: task)
      }
      if task.isToldToEnd() { return nil }
      task.park(wait, of: task, in: loop)
      return Suspension(task)
    }
    guard let suspension else { throw CancellationError() }
    return suspension
  }

  /// Begins the single step of the task that runs now; nil where nothing is ready or due, and it goes on at once.
  static func beginStep() throws -> Suspension? {
    let beginning: Beginning = withRunningTask("yield()") { loop, task in
      guard task.isCurrent(platform_current_swift_task()) else {
        return Task.isCancelled ? .already(.cancelled) : .suspends(loop.parkChild(.step, of: task))
      }
      if task.isToldToEnd() { return .already(.cancelled) }
      loop.poll()
      if loop.ready.isEmpty, loop.staysAhead, !loop.stopsAfterPass, !task.isStopped {
        task.count(ticks: 0)
        return .already(.step)
      }
      task.standInLine(of: task, in: loop)
      return .suspends(Suspension(task))
    }
    switch beginning {
    case .suspends(let suspension): return suspension
    case .already(.cancelled): throw CancellationError()
    case .already: return nil
    }
  }

  private func parkChild(_ wait: Wait, of task: TaskRecord) -> Suspension {
    let child = ChildWaiter(of: task)
    task.add(child)
    child.park(wait, of: task, in: self)
    return Suspension(child)
  }

  /// Calls `body` with the loop and the task that run now; stops the program where there are none.
  @inline(__always)
  static func withRunningTask<Result>(_ caller: StaticString, _ body: (EventLoop, TaskRecord) -> Result) -> Result {
    guard let pointer = platform_current_loop() else { Misuse.outsideOfLoop(caller) }
    return Unmanaged<EventLoop>.fromOpaque(pointer)._withUnsafeGuaranteedRef { loop in
      guard let task = loop.running else { Misuse.outsideOfLoop(caller) }
      return task._withUnsafeGuaranteedRef { body(loop, $0) }
    }
  }

  /// The loop and the task that run now; stops the program where there are none.
  static func runningTask(_ caller: StaticString) -> (EventLoop, TaskRecord) {
    withRunningTask(caller) { ($0, $1) }
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
  package var currentTask: TaskRecord? { running?.takeUnretainedValue() }

  /// Calls `perform` in each poll that finds the descriptor readable, before tasks take their turns, until `unwatch`.
  /// This does not count as something that can wake the loop. The descriptor stays the caller's.
  package func watch(_ descriptor: FileDescriptor, _ perform: @escaping () -> Void) {
    poller.watch(descriptor.rawValue, perform)
  }

  /// Calls `perform` again and again while the loop sleeps: for who got no descriptor to watch.
  package func watchWithoutDescriptor(_ perform: @escaping () -> Void) {
    poller.glance = perform
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
