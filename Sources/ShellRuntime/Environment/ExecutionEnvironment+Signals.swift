import Platform

/// What a signal does to an environment that gets it.
extension ExecutionEnvironment {
  /// Whether the signal is ignored here and in programs, because the shell was started so and `trap` has not set its
  /// action since, or in an asynchronous list.
  func inheritsIgnored(_ signal: SignalNumber) -> Bool {
    ignoredSignals.contains(signal) || Signals.wasIgnoredAtEntry(signal) && !traps.changed.contains(signal)
  }

  /// Whether the signal has no effect: by a trap, by default, because it is ignored since the shell began, or because an
  /// interactive shell ignores SIGTERM. It acts on SIGINT in any case.
  package func isIgnored(_ signal: SignalNumber) -> Bool {
    if let action = traps.action(for: signal.rawValue) { return action.isEmpty }
    if signal.isIgnoredByDefault { return true }
    if survivesKeyboard, signal == .interrupt || signal == .terminate { return signal == .terminate }
    return inheritsIgnored(signal)
  }

  /// Whether it is that of an interactive shell, which SIGINT and SIGQUIT do not end.
  var survivesKeyboard: Bool { isMain && options.contains(.interactive) }

  /// Whether the signal ends the process for which the environment stands.
  func isEnded(by signal: SignalNumber) -> Bool {
    if traps.action(for: signal.rawValue) != nil || signal.stopsByDefault || isIgnored(signal) { return false }
    return !(survivesKeyboard && (signal == .interrupt || signal == .quit))
  }
}
