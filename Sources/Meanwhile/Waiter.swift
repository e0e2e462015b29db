import SystemPackage

/// A Swift task that can be parked: the main one of a scheduled task (`TaskRecord`) or one of its children.
///
/// Between two steps it is in one place: `parked`, where it stands with what it waits for (the timer queue, the poller, a
/// future's observers); `ready`, in the ready queue, with the cause why it goes on; or `held`, in its task's list. What
/// wakes it removes it from the timer queue and the poller; other lists drop it when it goes on, or when it is cancelled.
///
/// Touched only on its loop's thread, except where a member says otherwise. Kept small: what a parked task costs is
/// mostly the Swift runtime's 1.34 KB, and this must not add much to it.
package class Waiter: QueueEntry, @unchecked Sendable {
  /// The kinds of `Wait.Kind` without what belongs to them.
  enum WaitTag: UInt8 {
    case timer, step, pass, readable, writable, external, tasks, signal, forever, event
  }

  final var waitTag = WaitTag.step
  /// Whether it belongs to a child task.
  final let isChild: Bool
  private final var subject = Words.none
  /// A descriptor, or a number that belongs to the words.
  final var waitNumber: Int32 = -1

  init(isChild: Bool) {
    self.isChild = isChild
    super.init()
  }

  /// The tasks that are waited for.
  var awaitedTasks: [TaskRecord] {
    get { [] }
    set {}
  }

  /// What is waited for; nil while it does not wait.
  final func currentWait(in loop: EventLoop) -> Wait? {
    guard phase == .parked else { return nil }
    var wait = Wait(waitKind)
    wait.subject = subject
    if case .descriptor = wait.kind {} else { wait.number = waitNumber }
    if timerIndex >= 0 { wait.deadline = LoopInstant(nanoseconds: loop.timers.deadline(of: self)) }
    return wait
  }

  private final var waitKind: Wait.Kind {
    switch waitTag {
    case .timer: .timer
    case .step: .step
    case .pass: .pass
    case .readable: .descriptor(FileDescriptor(rawValue: waitNumber), .readable)
    case .writable: .descriptor(FileDescriptor(rawValue: waitNumber), .writable)
    case .external: .external
    case .tasks: .tasks(awaitedTasks)
    case .signal: .signal
    case .forever: .forever
    case .event: .event
    }
  }

  /// Suspends a child's Swift task, after `park`, until the loop runs it from the ready queue.
  func suspendChild() async {}

  /// Notes what is waited for; from here on the loop decides when it goes on. Its Swift task then suspends at once, and
  /// does not run before the loop runs this from the ready queue.
  final func park(_ wait: Wait, of task: TaskRecord, in loop: EventLoop) {
    switch wait.kind {
    case .step: loop.poll()
    case .pass: loop.pollForPass()
    default: break
    }
    phase = .parked
    subject = wait.subject
    waitNumber = wait.number
    switch wait.kind {
    case .timer: waitTag = .timer
    case .step:
      waitTag = .step
      return makeReady(.step, in: loop)
    case .pass:
      waitTag = .pass
      return makeReady(.step, in: loop)
    case .event: waitTag = .event
    case .forever: waitTag = .forever
    case .external: beginOutsideWait(.external, in: loop)
    case .signal: beginOutsideWait(.signal, in: loop)
    case .tasks(let tasks):
      waitTag = .tasks
      awaitedTasks = tasks
    case .descriptor(let descriptor, let readiness):
      waitTag = readiness == .readable ? .readable : .writable
      waitNumber = descriptor.rawValue
      loop.poller.add(self, in: loop)
    }
    // A descriptor that cannot be polled is ready at once.
    if let deadline = wait.deadline, deadline != .distantFuture, phase == .parked {
      loop.timers.insert(self, at: deadline.nanoseconds)
    }
  }

  /// Stands behind what is ready: the single step, after its poll.
  final func parkBehindReady(of task: TaskRecord, in loop: EventLoop) {
    subject = .none
    waitNumber = -1
    waitTag = .step
    makeReady(.step, in: loop)
  }

  private final func beginOutsideWait(_ tag: WaitTag, in loop: EventLoop) {
    waitTag = tag
    loop.outsideWaits += 1
  }

  /// Puts a parked one at the end of the ready queue; false if it is not parked.
  @discardableResult
  final func wake(_ cause: WakeCause, in loop: EventLoop) -> Bool {
    guard phase == .parked else { return false }
    if timerIndex >= 0 { loop.timers.remove(self) }
    makeReady(cause, in: loop)
    return true
  }

  /// Tells it that it is cancelled, at the wait that it is in, or that it was woken from and has not gone on after;
  /// false where there is no such wait. One that stands in the ready queue keeps its place there.
  final func cancelWait(in loop: EventLoop) -> Bool {
    switch phase {
    case .idle: return false
    case .parked: return wake(.cancelled, in: loop)
    case .ready, .held:
      // What it was woken for stays where it is: a future keeps its result, a channel hands the message on.
      cause = .cancelled
      return true
    }
  }

  override func deadlineIsOver(in loop: EventLoop) {
    makeReady(.deadline, in: loop)
  }

  private final func makeReady(_ cause: WakeCause, in loop: EventLoop) {
    switch waitTag {
    case .readable, .writable: loop.poller.remove(self)
    case .external, .signal: loop.outsideWaits -= 1
    case .tasks: awaitedTasks = []
    case .timer, .step, .pass, .forever, .event: break
    }
    self.cause = cause
    phase = .ready
    loop.ready.append(self)
  }
}
