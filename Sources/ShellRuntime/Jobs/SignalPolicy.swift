import Platform
import SystemPackage

/// Which signals this process handles, ignores, or leaves to the kernel: the one place that decides it.
package enum SignalPolicy {
  /// Sets up the dispositions of a shell that starts.
  package static func begin(options: ShellOptions) {
    optionsDidChange(options, TrapTable())
    set(.handle, for: .child)
    // Some programs, man-db among them, start a shell with it blocked: then the end of a child would wake nothing.
    Signals.setBlocked(Signals.blocked.subtracting([.child]))
    set(.ignore, for: .brokenPipe)
  }

  /// Sets the dispositions that depend on options.
  package static func optionsDidChange(_ options: ShellOptions, _ traps: TrapTable) {
    for signal in signalsOfOptions { try? apply(traps, to: signal, options: options) }
  }

  private static let signalsOfOptions: [SignalNumber] = [
    .interrupt, .quit, .terminate, .hangup, .windowChange, .terminalStop, .terminalInput, .terminalOutput,
  ]

  /// Sets the disposition of one signal as its trap and the shell's options want it.
  /// Throws where the kernel refuses that, as in a sandbox.
  package static func apply(_ traps: TrapTable, to signal: SignalNumber, options: ShellOptions) throws(Errno) {
    if Signals.wasIgnoredAtEntry(signal), !options.contains(.interactive) { return }
    switch traps.action(for: signal.rawValue) {
    // Nobody learns of the end of children from a kernel that may forget them.
    case .some(let action) where action.isEmpty && signal != .child: try Signals.set(.ignore, for: signal)
    case .some: try Signals.set(.handle, for: signal)
    case nil: try Signals.set(disposition(of: signal, options, traps), for: signal)
    }
  }

  /// Stops the process group as the kernel does when it reads from the terminal in the background.
  static func stopForTerminalInput() {
    set(.default, for: .terminalInput)
    try? Signals.send(.terminalInput, toTarget: 0)
    set(.ignore, for: .terminalInput)
  }

  private static func disposition(
    of signal: SignalNumber, _ options: ShellOptions, _ traps: TrapTable
  ) -> SignalDisposition {
    let isInteractive = options.contains(.interactive)
    switch signal {
    case .child: return .handle
    // A write that nobody reads is an error where it happens; programs get the default.
    case .brokenPipe: return .ignore
    case .interrupt: return .handle
    // The trap on `EXIT` runs also where they end a script.
    case .terminate, .hangup: return isInteractive || traps.action(for: TrapTable.exit) != nil ? .handle : .default
    case .quit, .windowChange: return isInteractive ? .handle : .default
    case .terminalStop: return options.contains(.monitor) ? .handle : .default
    case .terminalInput, .terminalOutput: return options.contains(.monitor) ? .ignore : .default
    default: return .default
    }
  }

  private static func set(_ disposition: SignalDisposition, for signal: SignalNumber) {
    // KILL and STOP, which cannot be set, are not asked for. A sandbox that refuses the others leaves them as they were.
    try? Signals.set(disposition, for: signal)
  }
}
