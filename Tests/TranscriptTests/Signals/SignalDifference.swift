/// A class of cases in which meanwhile does otherwise than yash, and why.
struct SignalDifference: Sendable {
  let reason: String
  let contains: @Sendable (SignalCase) -> Bool

  static let all = [
    SignalDifference(
      reason: """
        under job control a program or a subshell that is stopped stops its whole job, which the terminal cannot be \
        told from, and a `wait` for a stopped job ends in any mode (Docs/JobControl.md)
        """
    ) {
      guard $0.signal.stops, $0.context != .main, $0.target != .shell else { return false }
      return $0.mode.hasJobControl || $0.context == .background && $0.target == .parent
    },
    SignalDifference(
      reason: """
        under job control the keyboard's INT and QUIT are for the process group of the program alone, so shell code \
        around it learns of them from the end of the program, or of the subshell (Docs/JobControl.md)
        """
    ) {
      $0.signal.isOfKeyboard && $0.mode.hasJobControl
        && ($0.runsProgram || $0.target == .parent && $0.context != .main)
    },
    SignalDifference(
      reason: """
        an interactive shell with job control starts programs with the terminal's stop signals at their default action, \
        as dash and bash do: a terminal multiplexer may have left them ignored
        """
    ) { $0.signal.stops && $0.mode == .interactiveJobControl && $0.isIgnoredAtStart && $0.runsProgram },
    SignalDifference(
      reason: """
        INT drops what an interactive yash is doing also where a trap is set on it or it is ignored; POSIX has the trap \
        in place of that, and so have dash and bash
        """
    ) {
      $0.signal == .interrupt && $0.mode.isInteractive && [.shell, .parent].contains($0.target)
        && [.ignored, .command].contains($0.outer)
    },
  ]

  /// The class that a case belongs to.
  static func of(_ signalCase: SignalCase) -> Int? { all.firstIndex { $0.contains(signalCase) } }
}
