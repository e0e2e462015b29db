/// What a machine inherits from the one that makes it, as an element of a pipeline does.
struct InheritedState: Sendable {
  /// The job that the machine belongs to, once there is one.
  var job: Job?
  /// The process group of the pipeline that the machine is an element of.
  var processGroup: ProcessGroup?
  /// How many turns the machine has left before it gives way to other tasks. In the foreground it has no limit.
  var turnsLeft = Self.unlimited
  /// How many constructs around the command keep `set -e` from looking at its status.
  var testedDepth: Int32 = 0

  static let unlimited = Int.max
  /// After how many turns a machine in the background gives way. A count and not a time, so that the order of steps is
  /// the same on every computer.
  static let turnsInBackground = 1_000
}
