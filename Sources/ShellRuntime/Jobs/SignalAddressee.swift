/// What a signal was sent to. A machine may hold several environments, each of which would be a process in a shell that
/// forks.
package enum SignalAddressee: Sendable {
  /// The process group in which the machine would run: all of its environments, and the program for which a builtin
  /// stands.
  case group
  /// The same, of a signal that the kernel has sent to the group: environments for which a stand-in is a member of it
  /// have it from that.
  case groupByKernel
  /// The process for which the machine stands: its outermost environment alone.
  case process
}
