/// What can go wrong with tasks, futures and loops, beside what their own code throws.
public enum MeanwhileError: Error, Equatable {
  /// The result was read before it was there.
  case notDone
  /// The future has its result already.
  case alreadyResolved
  /// The time limit was over first.
  case timedOut
  /// `stop()` ended the foreground wait before the task was done.
  case loopStopped
  /// The task would wait for itself, through the tasks with these names.
  case circle([String])
  /// A call that blocks was made on the thread of a loop, which would then stand still.
  case blocksTheLoop
}

extension MeanwhileError: CustomStringConvertible {
  /// What went wrong, in words.
  public var description: String { Messages.words(for: self) }
}
