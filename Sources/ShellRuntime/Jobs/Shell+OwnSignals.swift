import Meanwhile
import Platform
import SystemPackage

/// Signals that shell code sends to its own job or to the shell's process.
extension BuiltinContext {
  /// Sends a signal to the job that this machine is a part of.
  ///
  /// - Returns: `false` if that job is the foreground line, of which only the subshell that sent the signal, which the
  ///   caller has to end itself, and with job control the pipeline around that get the signal. Without job control the
  ///   shell is in the same process group, and gets it too.
  package mutating func sendToOwnJob(_ signal: SignalNumber) -> Bool {
    if let job, !environment.shell.isLine(job) {
      job.outermost.send(signal)
      return true
    }
    if environment.options.contains(.monitor) {
      guard let job, let pipeline = inherited.processGroup else { return false }
      if signal.stopsByDefault || signal == .continue {
        job.outermost.send(signal)
        return true
      }
      job.send(signal, within: pipeline)
    } else {
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
    coroutines.lazy.compactMap(\.job).first { $0.knownID == id }
  }

  /// Records a stop signal that a job of this process sent to the process itself. The signal is raised when nothing is
  /// ready, because all jobs of the process stop with it. CONT before that cancels it.
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

  /// Stops the process group that the shell came from, and the shell with it, so that a shell around this one sees its
  /// whole job stop. Returns when the group is continued; the shell then has the terminal again.
  package func suspend(_ environment: inout ExecutionEnvironment) throws(Errno) {
    giveTerminalBack()
    defer { takeTerminalAgain(&environment) }
    let isIgnored = environment.traps.action(for: SignalNumber.terminalStop.rawValue)?.isEmpty == true
    try SignalPolicy.stopGroup(by: .terminalStop, thenSet: isIgnored ? .ignore : .handle)
  }
}
