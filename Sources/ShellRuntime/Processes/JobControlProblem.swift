import SystemPackage

/// Why a shell has no job control, or cannot hand its terminal over.
package enum JobControlProblem: Error, Equatable {
  /// Its standard input is a terminal, but not its controlling terminal.
  case notControllingTerminal
  /// It is in the background, and stopping it has no effect.
  case inBackground
  /// It could not become the leader of a process group.
  case noOwnGroup(Errno)
  /// Its own process group did not get the terminal.
  case noTerminal(Errno)
  /// A program's process group did not get the terminal.
  case notHandedOver(Errno)
  /// The process group that the shell came from did not get the terminal back.
  case notGivenBack(Errno)
  /// That group has no number in the shell's PID namespace.
  case cameFromOtherNamespace
}
