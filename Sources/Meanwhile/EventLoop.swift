import CPlatform
import Synchronization
import SystemPackage

/// Runs tasks on the thread that waits in the foreground, and only while it waits.
///
/// A loop belongs to the first thread that drives it. Everything said to be safe from any thread goes through a locked
/// inbox and wakes the loop if it sleeps; the rest is for the loop's own thread. A loop lives at least as long as it
/// has unfinished tasks.
public final class EventLoop {
  private struct Inbox {
    var posts: [Post] = []
    /// The loop sleeps in the kernel, or is about to: a thread that posts must wake it.
    var isAsleep = false
  }

  /// What another thread wants of the loop.
  ///
  /// Unchecked, because of the callbacks: they are `sending` or `@Sendable` where they come in.
  enum Post: @unchecked Sendable {
    case start(TaskRecord)
    case wake(TaskRecord)
    case cancelChild(ParkedChild)
    case cancel(TaskRecord)
    case stop(TaskRecord)
    case `continue`(TaskRecord)
    case enqueue(UnownedJob, TaskRecord)
    case call((EventLoop) -> Void)
  }

  /// Where the loop is driven from, for messages.
  struct Place {
    var file: StaticString
    var line: UInt
  }

  private let inbox = Locked(Inbox())
  private let hasPosts = Atomic<Bool>(false)
  // The thread that drives this loop; 0 until one has.
  private let owner = Atomic<UInt>(0)

  let ready = ReadyQueue()
  let timers = TimerQueue()
  let poller = Poller()
  let time: LoopTime
  // The head of the list of unfinished tasks; the loop holds a reference to each by hand.
  var firstTask: Unmanaged<TaskRecord>?
  var lastTask: Unmanaged<TaskRecord>?
  /// How many tasks have not ended.
  package private(set) var unfinishedTaskCount = 0
  // The task whose step runs; nil between two steps. It cannot end before its step does, so that no reference is counted.
  var running: Unmanaged<TaskRecord>?
  /// The task that is waited for in the foreground.
  var foreground: TaskRecord?
  var place: Place?
  var stopsAfterPass = false
  /// Whether a virtual clock never jumps.
  private(set) var followsRealTime = false
  /// The foreground asks no question between steps: a `yield()` with nothing else ready need not suspend its task.
  var skipsEmptyYields = false
  /// What is to be done once, when nothing is ready.
  var idleCall: (() -> Void)?
  /// Programs, worker threads and traps that are alive: they can wake the loop.
  var externals = 0
  /// Parked tasks that wait for something outside.
  var outsideWaits = 0
  private var expectedJob: UnownedJob?
  private var expectsJob = false
  private var stepStart: UInt64 = 0
  /// Keeps a task that has ended alive until its last step is over.
  private var endedTask: TaskRecord?

  deinit {
    // What was never run holds itself.
    dropReadyEntries()
  }

  /// Makes a loop that goes by a clock of this kind.
  public init(clock: LoopClockKind = .system) {
    time = LoopTime(clock)
    EventLoop.startTicks()
  }

  // MARK: Threads

  /// Whether this is the thread that drives the loop.
  var isOnItsThread: Bool {
    owner.load(ordering: .relaxed) == platform_thread_identity()
  }

  /// Whether this thread drives the loop, or none does yet.
  var mayBeTouchedHere: Bool { isOnItsThread || owner.load(ordering: .relaxed) == 0 }

  /// Stops the program on a thread that the loop does not belong to.
  func requireItsThread(_ what: StaticString) {
    if !mayBeTouchedHere { Misuse.wrongThread(what) }
  }

  /// Binds the loop to this thread, if it is bound to none.
  func claimThread(_ place: Place) {
    let identity = platform_thread_identity()
    if owner.load(ordering: .relaxed) == identity { return }
    let bound = inbox.withLock { _ in
      owner.compareExchange(expected: 0, desired: identity, ordering: .acquiringAndReleasing).original
    }
    platform_set_thread_drives_loops()
    if bound != 0 { Misuse.drivenFromTwoThreads(at: place) }
  }

  /// Has the next thread that drives the loop do so from now on. The one that did so far has gone, maybe in the middle of
  /// a step. No person waits any more for what it runs, so that a virtual clock follows the real one.
  package func leaveThread() {
    owner.store(0, ordering: .releasing)
    running = nil
    foreground = nil
    stopsAfterPass = false
    followsRealTime = true
  }

  /// Does it now on the loop's thread, or leaves it in the inbox for the loop, and wakes it.
  func perform(_ post: Post) {
    if isOnItsThread { return apply(post) }
    // A loop that has never been driven belongs to the thread that holds the lock.
    let mustWake = inbox.withLock { inbox in
      if owner.load(ordering: .relaxed) == 0 {
        apply(post)
        return false
      }
      return add(post, to: &inbox)
    }
    if mustWake { poller.signal() }
  }

  /// Leaves it in the inbox for the next time the loop runs, and wakes the loop.
  func performWhenItRuns(_ post: Post) {
    let mustWake = inbox.withLock { add(post, to: &$0) }
    if mustWake { poller.signal() }
  }

  private func add(_ post: Post, to inbox: inout Inbox) -> Bool {
    inbox.posts.append(post)
    hasPosts.store(true, ordering: .releasing)
    return inbox.isAsleep
  }

  private func apply(_ post: Post) {
    switch post {
    case .start(let task): link(task)
    case .wake(let task): task.wake()
    case .cancelChild(let child): _ = child.cancelWait(in: self)
    case .cancel(let task): task.cancel()
    case .stop(let task): task.stop()
    case .continue(let task): task.continue()
    case .enqueue(let job, let task): append(job, of: task)
    case .call(let perform): perform(self)
    }
  }

  func emptyInbox() {
    guard hasPosts.load(ordering: .acquiring) else { return }
    let posts = inbox.withLock { inbox in
      hasPosts.store(false, ordering: .relaxed)
      let posts = inbox.posts
      inbox.posts = []
      return posts
    }
    for post in posts { apply(post) }
  }

  /// Tells others that they must wake the loop from now on; false if there is something in the inbox already.
  func fallAsleep() -> Bool {
    inbox.withLock { inbox in
      guard inbox.posts.isEmpty else { return false }
      inbox.isAsleep = true
      return true
    }
  }

  func wakeUp() {
    inbox.withLock { $0.isAsleep = false }
  }

  // MARK: Tasks

  private func link(_ task: TaskRecord) {
    let reference = Unmanaged.passRetained(task)
    task.previous = lastTask
    unfinishedTaskCount += 1
    if let lastTask { lastTask._withUnsafeGuaranteedRef { $0.next = reference } } else { firstTask = reference }
    lastTask = reference
    if task.isStarted { return task.beginOutside() }
    task.phase = .ready
    ready.append(task)
  }

  func unlink(_ task: TaskRecord) {
    let (previous, next) = (task.previous, task.next)
    unfinishedTaskCount -= 1
    if let previous { previous._withUnsafeGuaranteedRef { $0.next = next } } else { firstTask = next }
    if let next { next._withUnsafeGuaranteedRef { $0.previous = previous } } else { lastTask = previous }
    let reference = Unmanaged.passUnretained(task)
    if reference.toOpaque() == running?.toOpaque() { endedTask = task }
    reference.release()
  }

  // MARK: Steps

  /// The job that the Swift runtime enqueues, on this thread, because of `action`.
  ///
  /// The runtime calls the task's executor before `action` returns, which ends in `enqueue`; the job goes to the caller
  /// here in place of the ready queue.
  func captureJob(_ action: () -> Void) -> UnownedJob {
    expectsJob = true
    action()
    guard let job = expectedJob.take() else { preconditionFailure("the Swift runtime enqueued no step") }
    return job
  }

  /// Runs a step, or something else that the Swift runtime asked for.
  func run(_ job: UnownedJob, of task: TaskRecord, isStep: Bool = false) {
    running = .passUnretained(task)
    job.runSynchronously(on: task.asUnownedTaskExecutor())
    endStep(of: task, isStep: isStep)
  }

  /// Runs a step that is a call.
  func runStep(of task: TaskRecord, _ step: () -> Void) {
    running = .passUnretained(task)
    step()
    endStep(of: task, isStep: true)
  }

  @inline(__always)
  private func endStep(of task: TaskRecord, isStep: Bool) {
    let end = platform_ticks()
    let ticks = Int(truncatingIfNeeded: end &- stepStart)
    stepStart = end
    if isStep { task.count(ticks: ticks) } else { task.add(ticks: ticks) }
    running = nil
    endedTask = nil
  }

  /// Notes that what follows is a step's time.
  func startMeasuring() {
    stepStart = platform_ticks()
  }

  /// Called by a task's executor, on any thread.
  func enqueue(_ job: UnownedJob, of task: TaskRecord) {
    guard isOnItsThread else { return perform(.enqueue(job, task)) }
    if expectsJob {
      expectsJob = false
      expectedJob = job
    } else {
      append(job, of: task)
    }
  }

  private func append(_ job: UnownedJob, of task: TaskRecord) {
    RuntimeStep(job, of: task).makeReady(in: self)
  }
}

// The state is confined to the thread that drives the loop: `perform` sends other threads through the locked inbox, and
// `claimThread` stops a second driver.
extension EventLoop: @unchecked Sendable {}
