/// Nothing that a loop knows of can ever wake it.
public struct DeadlockError: Error {
  /// A task that waits, and what for.
  public struct WaitingTask: Sendable, CustomStringConvertible {
    /// The task's name.
    public let name: String
    /// What it waits for, in words; nil where it is stopped and waits for nothing else.
    public let waitsFor: String
    /// The task itself.
    package let task: TaskRecord

    /// The task and what it waits for.
    public var description: String { "\(name) waits for \(waitsFor)" }
  }

  /// The unfinished tasks of the loop, in the order in which they were scheduled.
  public let waiting: [WaitingTask]
  /// The tasks that wait for each other in a circle, beginning with one of them; empty where there is no circle.
  public let cycle: [String]
  /// The tasks of `cycle`.
  package let cycleTasks: [TaskRecord]

  init(of loop: EventLoop) {
    waiting = loop.unfinishedTasks.map { task in
      WaitingTask(name: task.name, waitsFor: Messages.words(for: task), task: task)
    }
    cycleTasks = loop.findCycle()
    cycle = cycleTasks.map(\.name)
  }
}

extension DeadlockError: CustomStringConvertible {
  /// Each task and what it waits for, then the circle.
  public var description: String { Messages.deadlock(self) }
}
