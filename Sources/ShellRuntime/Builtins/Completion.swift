import Platform

/// How the flow of control leaves where it is.
package enum Completion: Sendable, Equatable {
  case breakLoop(Int)
  case continueLoop(Int)
  /// Without a status, with that of the last command; in a trap, of the last one before the trap.
  case returnFunction(ExitStatus?)
  /// The same for a status.
  case exit(ExitStatus?)
  /// An error or Ctrl-C ends the line that an interactive shell was given, and a script altogether.
  case abandon(ExitStatus)
  /// As by a signal whose action is the default one.
  case terminate(SignalNumber)
}
