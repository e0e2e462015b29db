/// Something that takes turns: it stands in the ready queue at most once and in the timer queue at most once.
///
/// The subclasses are what a turn can be: a step of a task, a step that the Swift runtime asked for, a callback.
package class Turn {
  enum Phase: UInt8 {
    /// It waits for nothing that the loop knows: it runs, or has not begun, or is over.
    case idle
    /// It waits to be woken.
    case parked
    /// It stands in the ready queue.
    case ready
    /// Its turn came while its task was stopped; it goes on when the task is continued.
    case held
  }

  // The order of the stored properties of this class and its subclasses leaves no holes.

  // The next one in the ready queue, which keeps alive what stands in it.
  final var nextInQueue: Unmanaged<Turn>?
  /// Its place in the timer queue; negative: none.
  final var timerIndex: Int32 = -1
  final var phase = Phase.idle
  final var cause = WakeCause.step

  /// Runs the turn; called by the loop, which has taken it out of the ready queue.
  func take(in loop: EventLoop) {
    preconditionFailure("a turn without a meaning")
  }

  /// Whether it is a step of this task or of one of its child tasks.
  func belongs(to task: TaskRecord) -> Bool { false }

  /// Called when the deadline is over; the loop has taken it out of the timer queue.
  func deadlineIsOver(in loop: EventLoop) {
    preconditionFailure("a deadline without a meaning")
  }
}

// Only the thread that drives the loop touches a turn; others only hold it, to name it in a post to the loop's inbox.
extension Turn: @unchecked Sendable {}

/// First in, first out; allocates nothing, because every turn carries its own link, and counts no references.
///
/// What stands in it is alive: a task is on its loop's list until it is done, a child's waiter belongs to the child that
/// is suspended, and the other turns hold themselves (`OwnedTurn`).
final class ReadyQueue {
  private(set) var count = 0
  private var first: Unmanaged<Turn>?
  private var last: Unmanaged<Turn>?

  var isEmpty: Bool { count == 0 }

  func append(_ turn: Turn) {
    let reference = Unmanaged.passUnretained(turn)
    turn.nextInQueue = nil
    if let last {
      last._withUnsafeGuaranteedRef { $0.nextInQueue = reference }
    } else {
      first = reference
    }
    last = reference
    count += 1
  }

  func popFirst() -> Unmanaged<Turn>? {
    guard let turn = first else { return nil }
    first = turn._withUnsafeGuaranteedRef { $0.nextInQueue }
    if first == nil { last = nil }
    count -= 1
    return turn
  }

  /// Takes `turn` out from wherever it stands; linear in the length of the queue.
  func remove(_ turn: Turn) {
    for _ in 0..<count {
      popFirst()?._withUnsafeGuaranteedRef { if $0 !== turn { append($0) } }
    }
  }

  /// Takes out all that match, and returns them in their order; linear in the length of the queue.
  func removeAll(where matches: (Turn) -> Bool) -> [Unmanaged<Turn>] {
    var removed: [Unmanaged<Turn>] = []
    for _ in 0..<count {
      guard let turn = popFirst() else { break }
      turn._withUnsafeGuaranteedRef { if matches($0) { removed.append(turn) } else { append($0) } }
    }
    return removed
  }
}

/// A turn that nobody else holds: it keeps itself alive from where it is put into a queue until it is taken.
class OwnedTurn: Turn, @unchecked Sendable {
  private var ownReference: OwnedTurn?

  /// Puts it at the end of the ready queue.
  final func makeReady(in loop: EventLoop) {
    ownReference = self
    phase = .ready
    loop.ready.append(self)
  }

  override final func take(in loop: EventLoop) {
    let own = ownReference.take()
    phase = .idle
    own?.run(in: loop)
  }

  /// Lets go of it; its turn will not come.
  final func drop() {
    ownReference = nil
  }

  /// What it does in its turn.
  func run(in loop: EventLoop) {}

  override final func deadlineIsOver(in loop: EventLoop) {
    makeReady(in: loop)
  }
}

/// A call that takes its turn: `callSoon`, a timer's callback, a done-callback.
final class CallTurn: OwnedTurn, @unchecked Sendable {
  private var perform: (() -> Void)?

  init(_ perform: @escaping () -> Void) {
    self.perform = perform
    super.init()
  }

  override func run(in loop: EventLoop) {
    perform.take()?()
  }

  /// Makes it do nothing when its turn comes; returns what it would have done.
  func cancel(in loop: EventLoop) -> (() -> Void)? {
    if timerIndex >= 0 { loop.timers.remove(self) }
    return perform.take()
  }
}

/// A step of a task that the Swift runtime asked for by itself: a child begins, a group's next result is there.
final class JobTurn: OwnedTurn, @unchecked Sendable {
  private let job: UnownedJob
  private let record: TaskRecord

  init(_ job: UnownedJob, of record: TaskRecord) {
    self.job = job
    self.record = record
    super.init()
  }

  override func belongs(to task: TaskRecord) -> Bool { record === task }

  override func run(in loop: EventLoop) {
    if record.isStopped { return record.hold(self) }
    loop.run(job, of: record)
  }
}
