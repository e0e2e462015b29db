import Platform
import SystemPackage

/// Which signals this process handles, ignores, or leaves to the kernel: the one place that decides it.
///
/// Dispositions belong to the process, so the main thread alone sets them, for the shell's own environment. Traps of
/// subshells and of `call` jobs are kept in their environments: they see signals that the shell delivers to them.
package enum SignalPolicy {
  /// Sets up the dispositions of a shell that starts. All of them are tried; then throws the first error, where the
  /// kernel refuses one, as in a sandbox.
  package static func begin(options: ShellOptions) throws(Errno) {
    // Some programs, man-db among them, start a shell with SIGCHLD blocked. No child's end would then wake the loop.
    Signals.unblock(.child)
    try setAll(signalsOfOptions.union([.child, .brokenPipe]), TrapTable(), options)
  }

  /// Sets the dispositions that depend on options; errors as those of `begin`.
  package static func optionsDidChange(_ options: ShellOptions, _ traps: TrapTable) throws(Errno) {
    try setAll(signalsOfOptions, traps, options)
  }

  /// Sets the dispositions of a process that goes on for a shell that has ended: it owns nothing of the terminal, and
  /// what ends it ends all that runs in it.
  static func succeed() {
    let handled: SignalSet = [.child, .brokenPipe, .terminate, .hangup, .interrupt]
    for signal in Signals.handled where !handled.contains(signal) { try? Signals.set(.default, for: signal) }
    for signal in handled where !Signals.isIgnored(signal) { try? Signals.set(.handle, for: signal) }
    // Its process group is orphaned: reading in the background fails, as it does for programs in it.
    for signal in [.terminalStop, .terminalInput, .terminalOutput] as SignalSet {
      try? Signals.set(.ignore, for: signal)
    }
  }

  private static func setAll(_ signals: SignalSet, _ traps: TrapTable, _ options: ShellOptions) throws(Errno) {
    var first: Errno?
    for signal in signals {
      do { try apply(traps, to: signal, options: options) } catch { first = first ?? error }
    }
    if let first { throw first }
  }

  private static let signalsOfOptions: SignalSet = [
    .interrupt, .quit, .terminate, .hangup, .windowChange, .terminalStop, .terminalInput, .terminalOutput,
  ]

  /// Sets the disposition of one signal as its trap and the shell's options want it.
  /// Throws where the kernel refuses that, as in a sandbox.
  package static func apply(_ traps: TrapTable, to signal: SignalNumber, options: ShellOptions) throws(Errno) {
    // The end of children must be learnt of, whatever the shell was started with.
    if signal != .child, Signals.wasIgnoredAtEntry(signal), !traps.changed.contains(signal) {
      if !options.contains(.interactive) { return }
      if !isAlwaysSet(signal, options) { return try Signals.set(.ignore, for: signal) }
    }
    switch traps.action(for: signal.rawValue) {
    // If SIGCHLD were ignored, the kernel would discard the statuses of children.
    case .some(let action) where action.isEmpty && signal != .child: try Signals.set(.ignore, for: signal)
    case .some: try Signals.set(.handle, for: signal)
    case nil: try Signals.set(disposition(of: signal, options, traps), for: signal)
    }
  }

  /// Whether an interactive shell sets the disposition of the signal also where it was started with it ignored.
  package static func isAlwaysSet(_ signal: SignalNumber, _ options: ShellOptions) -> Bool {
    switch signal {
    case .interrupt, .windowChange: true
    case .terminalStop, .terminalInput, .terminalOutput: options.contains(.monitor)
    default: false
    }
  }

  /// Stops the process group as the terminal would, by a signal that stops no group that is orphaned: no shell could
  /// continue it. Returns when the group is continued.
  static func stopGroup(by signal: SignalNumber, thenSet disposition: SignalDisposition) throws(Errno) {
    try Signals.set(.default, for: signal)
    // What could be set to the default action can be set back.
    defer { try? Signals.set(disposition, for: signal) }
    try Signals.send(signal, toTarget: 0)
  }

  private static func disposition(
    of signal: SignalNumber, _ options: ShellOptions, _ traps: TrapTable
  ) -> SignalDisposition {
    let isInteractive = options.contains(.interactive)
    switch signal {
    case .child: return .handle
    // Writing to a pipe without a reader gives EPIPE, which the builtin reports, and no signal (`platform_write`). Where
    // another process or `kill` sends it, it ends the shell. Programs get the default action.
    case .brokenPipe: return .handle
    case .interrupt: return .handle
    // With a trap on `EXIT` they are handled, so that the trap runs before a script ends; and where coroutines go on
    // when it has ended, so that these get a process.
    case .terminate, .hangup:
      let handles = isInteractive || traps.action(for: TrapTable.exit) != nil
      return handles || !options.isDisjoint(with: [.posix, .leavesCoroutines]) ? .handle : .default
    case .quit, .windowChange: return isInteractive ? .handle : .default
    case .terminalStop: return options.contains(.monitor) ? .handle : .default
    case .terminalInput, .terminalOutput: return options.contains(.monitor) ? .ignore : .default
    default: return .default
    }
  }
}
