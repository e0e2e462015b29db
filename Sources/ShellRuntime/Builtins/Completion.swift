import Platform

/// Where control goes when it leaves a command other than at its end: an abrupt completion.
package enum Completion: Sendable, Equatable {
  case breakLoop(Int)
  case continueLoop(Int)
  /// `nil` stands for the status of the last command; if the action of a trap ends with this, of the last one before.
  case returnFunction(ExitStatus?)
  /// The same `nil` as for `returnFunction`.
  case exit(ExitStatus?)
  /// Ctrl-C ends the line that an interactive shell was given, and a script altogether.
  case abandon(ExitStatus)
  /// An error does the same; but in a text that `command eval` or `command .` runs it ends only that.
  case endAfterError(ExitStatus)
  /// An error ends the complete command that runs, and a script goes on with the next one.
  case dropCommand(ExitStatus)
  /// `set -n`: the environment that runs ends without its `EXIT` trap; a script goes on to read commands.
  case stopExecuting
  /// As by a signal whose action is the default one.
  case terminate(SignalNumber)
}
