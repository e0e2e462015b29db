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

  /// The next one in the ready queue.
  final var nextInQueue: Turn?
  /// Its place in the timer queue; negative: none.
  final var timerIndex: Int32 = -1
  final var phase = Phase.idle
  final var cause = WakeCause.step

  /// Runs the turn; called by the loop, which has taken it out of the ready queue.
  func take(in loop: EventLoop) {
    preconditionFailure("a turn without a meaning")
  }

  /// Called when the deadline is over; the loop has taken it out of the timer queue.
  func deadlineIsOver(in loop: EventLoop) {
    preconditionFailure("a deadline without a meaning")
  }
}

// Only the thread that drives the loop touches a turn; others only hold it, to name it in a post to the loop's inbox.
extension Turn: @unchecked Sendable {}

/// First in, first out; allocates nothing, because every turn carries its own link.
struct ReadyQueue: ~Copyable {
  private(set) var count = 0
  private var first: Turn?
  // Holds no reference of its own: the last turn is kept alive by `first` or by the turn before it.
  private unowned(unsafe) var last: Turn?

  init() {}

  var isEmpty: Bool { count == 0 }

  mutating func append(_ turn: Turn) {
    if let last {
      last.nextInQueue = turn
    } else {
      first = turn
    }
    last = turn
    count += 1
  }

  mutating func popFirst() -> Turn? {
    guard let turn = first.take() else { return nil }
    first = turn.nextInQueue.take()
    if first == nil { last = nil }
    count -= 1
    return turn
  }

  /// Takes `turn` out from wherever it stands; linear in the length of the queue.
  mutating func remove(_ turn: Turn) {
    let length = count
    for _ in 0..<length {
      guard let head = popFirst() else { return }
      if head !== turn { append(head) }
    }
  }

  // A long chain of references would otherwise be released recursively.
  deinit {
    var turn = first
    while let current = turn {
      turn = current.nextInQueue.take()
    }
  }
}
