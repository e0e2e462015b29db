/// What a machine gets from the machine that makes it, such as that of an element of a pipeline.
struct InheritedState: Sendable {
  /// The job that the machine belongs to, once there is one.
  var job: Job?
  /// The process group of the pipeline that the machine is an element of.
  var processGroup: ProcessGroup?
  /// Loop turns and calls until the machine gives way; without a limit, never.
  var turnsLeft = Self.unlimited
  /// How many constructs around the command keep `set -e` from looking at its status.
  var testedDepth: Int32 = 0

  static let unlimited = Int.max
  /// After how many turns and calls a machine in the background gives way. A count, not a time, so that the order of
  /// steps is the same on every machine.
  static let turnsInBackground = 1_000
}
