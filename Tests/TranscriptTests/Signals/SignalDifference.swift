/// A class of cases in which meanwhile does otherwise than yash, and why.
struct SignalDifference: Sendable {
  let reason: String
  let contains: @Sendable (SignalCase) -> Bool

  static let all = [
    SignalDifference(
      reason: """
        no process stands for a subshell as the parent of its programs, so their `$PPID` is the shell, and gets the signal
        """
    ) { $0.target == .parent && $0.context != .main },
    SignalDifference(
      reason: """
        under job control a program that is stopped stops its whole job, which the terminal cannot be told from, and a \
        `wait` for a stopped job ends (Docs/JobControl.md)
        """
    ) { $0.signal.stops && $0.mode.hasJobControl && $0.context != .main && $0.runsProgram },
    SignalDifference(
      reason: """
        under job control the keyboard's INT and QUIT are for the process group of the program alone, so shell code \
        around it learns of them from the program's end (Docs/JobControl.md)
        """
    ) { $0.signal.isOfKeyboard && $0.mode.hasJobControl && $0.runsProgram },
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
