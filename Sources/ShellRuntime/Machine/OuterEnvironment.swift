/// The environment around a subshell, held by the subshell's frame. An object, so that the environment is moved into
/// the frame and back, and not copied with the frame.
///
/// Used only by the machine whose frame holds it, and no machine is copied; hence unchecked.
final class OuterEnvironment: @unchecked Sendable {
  /// `nil` once it has been given back.
  private(set) var environment: ExecutionEnvironment?

  init(_ environment: consuming ExecutionEnvironment) { self.environment = environment }

  /// Moves the environment back to `place`. That destroys the subshell's environment at once and closes the files that
  /// only the subshell had open, such as the pipe of a command substitution, which then has one writer less.
  func giveBack(to place: inout ExecutionEnvironment) {
    guard let kept = environment.take() else { preconditionFailure("an environment is given back once") }
    place = kept
  }

  /// Turns the shell's own environment into a subshell's, because its line became a job.
  func leaveMain() { environment?.leaveMain() }
}
