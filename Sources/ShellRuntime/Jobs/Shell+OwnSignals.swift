import Meanwhile
import Platform
import SystemPackage

/// Signals that shell code sends to its own job or to the shell's process.
extension BuiltinContext {
  /// Sends a signal to the job that this machine is a part of.
  ///
  /// - Returns: `false` if that job is the foreground line, of which only this machine, which is the caller's to tell,
  ///   and with job control the pipeline around it get the signal.
  package func sendToOwnJob(_ signal: SignalNumber) -> Bool {
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
    loop.whenNothingIsReady { [weak self] in self?.actOnRecordedStop() }
  }

  private func actOnRecordedStop() {
    guard let signal = recordedStop else { return }
    recordedStop = nil
    try? Signals.raise(signal)
  }

  /// The same where `environment` goes on behind a subshell: if it is the shell's own, that may be the one that sent the
  /// signal.
  @inline(__always)
  func actOnRecordedStop(in environment: borrowing ExecutionEnvironment) {
    if recordedStop != nil, environment.isMain { actOnRecordedStop() }
  }

  /// Sends a signal to the shell's own environment, as to its process: from its own code, and so not from the keyboard.
  package func sendToItself(_ signal: SignalNumber, from sender: ExecutionEnvironment) throws(Errno) {
    if signal == .continue { recordedStop = nil }
    if Signals.handled.contains(signal) { return main.deliver(signal, to: .process) }
    let isStop = signal.stopsByDefault && !Signals.isIgnored(signal) || signal == .continue
    if isStop, !sender.isMain { return recordStop(signal) }
    try Signals.raise(signal)
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
