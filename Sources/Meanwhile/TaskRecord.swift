import DequeModule
import Synchronization

/// A scheduled task, and the executor of all its steps: what `BackgroundTask` wraps.
///
/// Every step that the Swift runtime asks for, those of child tasks included, passes through here; so the task can be
/// stopped and continued as a whole, counted and measured, without a word in the code it runs.
///
/// Everything is for the loop's thread, except what says otherwise: that is atomic, or goes through the loop's inbox.
package class TaskRecord: Waiter, TaskExecutor, @unchecked Sendable {
  private struct Flags {
    static let started: UInt8 = 1
    static let done: UInt8 = 2
    static let stopped: UInt8 = 4
    static let cancelled: UInt8 = 8
    /// A wake that came before the park.
    static let wakePending: UInt8 = 16
    /// A cancel that no park has told yet.
    static let cancelPending: UInt8 = 32
    /// Its body runs on a worker thread: here it is only parked, and nothing but that thread can end it.
    static let outside: UInt8 = 64
    /// It ended by throwing `CancellationError`.
    static let unwound: UInt8 = 128
  }

  /// What only few tasks need; made when it is first needed, so that a parked task stays small.
  private final class RareState {
    let name: String
    var awaited: [TaskRecord] = []
    var held: [QueueEntry] = []
    var children: [ParkedChild] = []
    /// The child whose wait ended last: it is asked for the cause in the same step, when nothing else may hold it.
    var latestChild: ParkedChild?
    var completion: ((TaskRecord) -> Void)?
    var observers: Deque<Observer> = []
    var error: (any Error)?

    init(name: String) {
      self.name = name
    }
  }

  /// Whether `rareState` has been there from the beginning, with a name; otherwise only the loop's thread may look for it.
  private final let isNamed: Bool

  /// The loop that runs it.
  package final let loop: EventLoop
  private final var handle: Task<Void, Never>?
  // Valid once it is started; an Optional would cost another word in every parked task.
  private final var job = unsafeBitCast(0, to: UnownedJob.self)
  private final var rareState: RareState?
  // The loop's list of unfinished tasks; the loop holds a reference to each of them by hand.
  final var previous: Unmanaged<TaskRecord>?
  final var next: Unmanaged<TaskRecord>?
  private final let stepCount = Atomic<Int>(0)
  private final let stepTicks = Atomic<Int>(0)
  // Written on the loop's thread only, so that a plain load and store are enough to change it; read anywhere.
  private final let flags = Atomic<UInt8>(0)

  /// Makes one that waits for its first step, or one whose body runs outside, on a worker thread.
  init(name: String?, loop: EventLoop, runsOutside: Bool = false) {
    self.loop = loop
    isNamed = name != nil
    rareState = name.map(RareState.init)
    super.init(isChild: false)
    if runsOutside { set(Flags.started | Flags.outside) }
  }

  // MARK: What it is

  /// What people call it. May be asked on any thread.
  package final var name: String {
    guard isNamed, let rareState else { return "task" }
    return rareState.name
  }

  /// Whether its body has ended, or will never run. May be asked on any thread.
  package final var isDone: Bool { flags.load(ordering: .acquiring) & Flags.done != 0 }
  /// Whether its steps are held back. May be asked on any thread.
  package final var isStopped: Bool { has(Flags.stopped) }
  /// Whether it was told to end. May be asked on any thread.
  package final var isCancelled: Bool { has(Flags.cancelled) }
  /// Whether its first step has begun. May be asked on any thread.
  package final var isStarted: Bool { has(Flags.started) }
  /// How many steps it has made: its beginning, and each time it went on after it had been parked.
  /// May be asked on any thread.
  package final var steps: Int { stepCount.load(ordering: .relaxed) }
  /// The time that its steps needed on the loop's thread. May be asked on any thread.
  package final var processorTime: Duration {
    EventLoop.duration(ofTicks: stepTicks.load(ordering: .relaxed))
  }

  /// What it waits for, while it is parked; the first child's wait, where only children wait.
  package final var waitingFor: Wait? {
    currentWait(in: loop) ?? rareState?.children.lazy.compactMap { [loop] in $0.currentWait(in: loop) }.first
  }

  /// Whether it, or perhaps one of its children, waits for tasks.
  final var awaitsTasks: Bool {
    guard let rareState else { return false }
    return !rareState.awaited.isEmpty || !rareState.children.isEmpty
  }

  /// Whether its body awaits something that only the Swift runtime knows and any thread may bring: an actor, another
  /// task, its own children, whatever those may wait for.
  final var awaitsTheRuntime: Bool { isStarted && phase == .idle && !isStopped }

  /// All that it and its children wait for.
  final var allWaits: [Wait] {
    ([self] + (rareState?.children ?? [])).compactMap { $0.currentWait(in: loop) }
  }

  /// Called once, in the step in which it ends, or when it is clear that it will never begin.
  package final var completion: ((TaskRecord) -> Void)? {
    get { rareState?.completion }
    set { rareStateMadeIfNeeded.completion = newValue }
  }

  override final var awaitedTasks: [TaskRecord] {
    get { rareState?.awaited ?? [] }
    set { rareStateMadeIfNeeded.awaited = newValue }
  }

  /// What a body without a value threw. Written before the task is marked as done; read anywhere after that.
  final var error: (any Error)? {
    get { has(Flags.unwound) ? CancellationError() : rareState?.error }
    set {
      if newValue is CancellationError { set(Flags.unwound) } else { rareStateMadeIfNeeded.error = newValue }
    }
  }

  private final var rareStateMadeIfNeeded: RareState {
    if let rareState { return rareState }
    let fresh = RareState(name: "task")
    rareState = fresh
    return fresh
  }

  /// Whether it was told to end; a wait that begins now then throws.
  final func checkCancelled() -> Bool {
    guard has(Flags.cancelled) else { return false }
    // The caller throws, and so tells the task: `park` need not tell it again.
    set(Flags.cancelPending, false)
    return true
  }

  private final func has(_ flag: UInt8) -> Bool {
    flags.load(ordering: .relaxed) & flag != 0
  }

  private final func set(_ flag: UInt8, _ value: Bool = true) {
    let now = flags.load(ordering: .relaxed)
    flags.store(value ? now | flag : now & ~flag, ordering: .releasing)
  }

  // MARK: Verbs

  /// Puts it at the end of the ready queue, if it is parked; otherwise its next park returns at once.
  package final func wake() {
    if isDone || has(Flags.outside) || wake(.woken, in: loop) { return }
    // One that is ready or held goes on anyway, and then looks for what it waited for. One whose step runs may have
    // looked already, and must look again.
    if phase == .idle || !isStarted { set(Flags.wakePending) }
  }

  /// `wake()`, from any thread; it wakes a sleeping loop.
  package final func wakeFromAnyThread() {
    loop.perform(.wake(self))
  }

  /// Holds its steps back from now on. It is not waited for; a step that runs goes on to its end.
  package final func stop() {
    guard !isDone else { return }
    set(Flags.stopped)
  }

  /// Ends a `stop()`: the steps that were held back go to the end of the ready queue, in the order they came.
  package final func `continue`() {
    guard isStopped else { return }
    set(Flags.stopped, false)
    guard let held = rareState?.held, !held.isEmpty else { return }
    rareState?.held = []
    for entry in held {
      if let entry = entry as? SelfOwnedEntry {
        entry.makeReady(in: loop)
      } else {
        entry.phase = .ready
        loop.ready.append(entry)
      }
    }
  }

  /// Tells it to end: the park that it is in, or that it was woken from and has not gone on after, returns `.cancelled`;
  /// without one, its next park does. A task that has not begun never runs its body.
  package final func cancel() {
    guard !isDone else { return }
    set(Flags.cancelled)
    guard isStarted, !has(Flags.outside) else { return }
    if !cancelWait(in: loop) { set(Flags.cancelPending) }
    // For its children, and for code that asks `Task.isCancelled`.
    handle?.cancel()
  }

  // MARK: Steps

  /// Runs the body, to its end.
  func run() async {}

  /// Called in place of `run()`, where the task was cancelled before its first step.
  func neverRuns() {}

  /// Whether the Swift task that runs now is the one that runs the body, not a child of it.
  final func isCurrent(_ identity: UInt) -> Bool {
    unsafeBitCast(job, to: UInt.self) == identity
  }

  /// What a park that begins now returns without parking, if anything.
  final func consumePendingCause() -> WakeCause? {
    guard has(Flags.wakePending | Flags.cancelPending) else { return nil }
    if has(Flags.cancelPending) {
      set(Flags.cancelPending, false)
      return .cancelled
    }
    set(Flags.wakePending, false)
    return .woken
  }

  override func belongs(to task: TaskRecord) -> Bool { self === task }

  override func runFromQueue(in loop: EventLoop) {
    if has(Flags.stopped), isStarted || !isCancelled {
      phase = .held
      return hold(self)
    }
    phase = .idle
    if isStarted || !isCancelled { return runStep(in: loop) }
    neverRuns()
    finish()
  }

  /// Begins, or goes on after a wait.
  func runStep(in loop: EventLoop) {
    if isStarted { loop.run(job, of: self, isStep: true) } else { begin(in: loop) }
  }

  /// Notes that the first step begins.
  final func markStarted() { set(Flags.started) }

  private final func begin(in loop: EventLoop) {
    markStarted()
    job = loop.captureJob {
      // Task-local values are for the task that is waited for, not for others that happen to begin meanwhile.
      // Neither closure captures anything, because what it captures would cost 48 bytes a task.
      if loop.foreground === self {
        handle = Task(executorPreference: self) { await EventLoop.runCurrentTask() }
      } else {
        handle = Task.detached(executorPreference: self) { await EventLoop.runCurrentTask() }
      }
    }
    loop.run(job, of: self, isStep: true)
  }

  /// Suspends the body's Swift task, after `park`, until the loop runs it from the ready queue.
  ///
  /// The continuation is never resumed: from the ready queue the loop runs the task's job again, which is what resuming comes
  /// down to, and saves the way through the runtime's queues, locks and executor look-ups (40 % of a switch). The job
  /// of a task is the same for all its life.
  ///
  /// `withUnsafeContinuation` would first look up the task's executor, to be where the task is already; so it is the
  /// one that the standard library keeps for programs of Swift 5.
  @inline(__always)
  static func suspendBody() async {
    await _unsafeInheritExecutor_withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
  }

  /// Runs the body to its end, as its Swift task.
  fileprivate final func runToEnd() async {
    await run()
    finish()
  }

  /// Begins its life as something that a worker thread does.
  final func beginOutside() {
    park(Wait(.external, subject: "a worker thread"), of: self, in: loop)
  }

  /// The worker thread is through.
  final func endOutside() {
    loop.outsideWaits -= 1
    phase = .idle
    finish()
  }

  /// Marks it as done and removes it from the loop's list.
  final func finish() {
    markDone()
    handle = nil
    if let rareState {
      // It holds this task.
      rareState.latestChild = nil
      tellObservers(rareState)
    }
    loop.unlink(self)
  }

  final func markDone() {
    set(Flags.done)
    set(Flags.stopped, false)
  }

  private final func tellObservers(_ rareState: RareState) {
    rareState.completion.take()?(self)
    let observers = rareState.observers
    rareState.observers = []
    for observer in observers { observer.tell(in: loop) }
  }

  /// Tells the observer once this is done; now, where it is done already.
  final func add(_ observer: Observer) {
    if isDone { observer.tell(in: loop) } else { rareStateMadeIfNeeded.observers.append(observer) }
  }

  /// Removes what `add` has added.
  final func removeObserver(where matches: (Observer) -> Bool) {
    rareState?.observers.removeOne(where: matches)
  }

  final func hold(_ entry: QueueEntry) {
    rareStateMadeIfNeeded.held.append(entry)
  }

  final func add(_ child: ParkedChild) {
    child.index = rareStateMadeIfNeeded.children.count
    rareStateMadeIfNeeded.children.append(child)
  }

  final func remove(_ child: ParkedChild) {
    guard let rareState else { return }
    rareState.latestChild = child
    guard let last = rareState.children.popLast(), last !== child else { return }
    rareState.children[child.index] = last
    last.index = child.index
  }

  final func count(ticks: Int) {
    stepCount.store(stepCount.load(ordering: .relaxed) + 1, ordering: .relaxed)
    stepTicks.store(stepTicks.load(ordering: .relaxed) + ticks, ordering: .relaxed)
  }

  final func add(ticks: Int) {
    stepTicks.store(stepTicks.load(ordering: .relaxed) + ticks, ordering: .relaxed)
  }

  // MARK: TaskExecutor

  /// Called by the Swift runtime, on any thread, when a step of this task or of a child may run.
  package final func enqueue(_ job: consuming ExecutorJob) {
    loop.enqueue(UnownedJob(job), of: self)
  }
}

extension EventLoop {
  /// Runs the body of the task whose first step this is.
  fileprivate static func runCurrentTask() async {
    await runningTask("a task's body").1.runToEnd()
  }
}
