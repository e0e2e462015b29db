import Meanwhile
import Platform
import SystemPackage

/// Signals that what runs in this process sends to itself, to its job or to the shell.
extension BuiltinContext {
  /// Sends a signal to the job that this machine is a part of.
  ///
  /// - Returns: `false` where that is a subshell of the line that runs in the foreground: it has to leave by itself.
  ///   Without job control the shell is in the same process group, and gets the signal too.
  package mutating func sendToOwnJob(_ signal: SignalNumber) -> Bool {
    if let job, !environment.shell.isLine(job) {
      job.outermost.send(signal)
      return true
    }
    if !environment.options.contains(.monitor) {
      pendingSignals.insert(signal)
      shell.attention.raise()
    }
    return false
  }
}

extension Shell {
  /// Whether the job is the line that runs in the foreground.
  func isLine(_ job: Job) -> Bool { job === foreground.job }

  /// A job that is in no table any more: disowned, or left by a subshell that has ended.
  package func namelessJob(id: ProcessID) -> Job? {
    coroutines.lazy.compactMap(\.job).first { $0.id == id }
  }

  /// Notes that a job which runs in this process wants to stop it: as all of the process would stop at once, that
  /// waits until nothing is ready. CONT before that takes it back.
  package func recordStop(_ signal: SignalNumber) {
    let isPending = recordedStop != nil
    recordedStop = signal == .continue ? nil : signal
    if recordedStop == nil || isPending { return }
    loop.whenNothingIsReady { [weak self] in
      guard let self, let signal = recordedStop else { return }
      recordedStop = nil
      try? Signals.raise(signal)
    }
  }

  /// Stops the shell's process group; returns when it is continued, and has the terminal again.
  package func suspend() throws(Errno) {
    try Signals.send(.stop, toTarget: 0)
    terminal?.reclaim()
  }
}
