/// What a machine inherits from the one that makes it, as an element of a pipeline does.
struct InheritedState: Sendable {
  /// The job that the machine belongs to, once there is one.
  var job: Job?
  /// The process group of the pipeline that the machine is an element of.
  var processGroup: ProcessGroup?
  /// The process that starts what the machine runs, in a shell that forks; `nil` for the shell's own.
  var parent: SubshellProcess?
  /// How many turns the machine has left before it gives way to other tasks.
  var turnsLeft = Self.turnsInForeground
  /// How many constructs around the command keep `set -e` from looking at its status.
  var testedDepth: Int32 = 0

  /// The calls that were open around the machine, the innermost first.
  var calls: [OpenCall] = []
  /// How many subshells there are around the machine: `BASH_SUBSHELL`.
  var subshellLevel: Int32 = 0

  /// How many frames there may be when a function is called or source is evaluated: more is an error, so that recursion
  /// without end does not use up the memory.
  var frameLimit = Self.largestFrameLimit

  /// For a machine that this one waits for. Each costs more than a frame, and some questions to a job recur through all
  /// that wait for it: so it counts as many frames.
  var frameLimitOfNested: Int { max(0, frameLimit - Self.largestFrameLimit / 1_000) }
  /// Whether that machine may run at once, on the stack of this one; after a few it is left to the loop.
  var nestedRunsAtOnce: Bool { frameLimit > Self.largestFrameLimit / 1_000 * 990 }

  /// For a machine that runs on the stack of this one while `&` finds out what it is.
  var frameLimitOfProbed: Int { max(0, frameLimit - Self.largestFrameLimit / 100) }

  static let largestFrameLimit = 250_000

  /// After how many turns a machine in the background gives way. A count and not a time, so that the order of steps is
  /// the same on every computer.
  static let turnsInBackground = 1_000
  /// The same in the foreground. More, since a line that computes only for a while moves nothing; but not without end,
  /// since a line may look again and again whether a background job has done its work.
  static let turnsInForeground = 10_000
}
