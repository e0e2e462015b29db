import ByteStrings
import Meanwhile
import Platform

/// What can be done to a job: stop, continue, signal, wait.
///
/// Coroutines are reached first and programs afterwards: when a program changes, the coroutine that waits for it
/// already has the signal, or is already stopped.
extension Job {
  /// Stops all of it: the steps of its tasks are held back, its programs get the signal.
  ///
  /// - Parameter includesPrograms: Whether its programs stop too.
  package func stop(_ signal: SignalNumber, includesPrograms: Bool = true) {
    if state != .running { return }
    for coroutine in coroutines { coroutine.stop() }
    if includesPrograms, hasRunningPrograms { sendToGroups(signal) }
    thread?.stop(signal)
    for part in parts { part.stop(signal, includesPrograms: includesPrograms) }
    stopStandIn()
    setState(.stopped(signal))
  }

  /// Continues all of it.
  ///
  /// - Parameter includesPrograms: Whether its programs go on too.
  package func `continue`(includesPrograms: Bool = true) {
    for coroutine in coroutines { coroutine.continue() }
    thread?.continue()
    for part in parts { part.continue(includesPrograms: includesPrograms) }
    if includesPrograms {
      sendToGroups(.continue)
      for process in processes where !process.hasEnded { process.noteContinuation() }
    }
    continueStandIn()
    if state.isStopped { setState(.running) }
    reportedState = .running
  }

  /// Sends a signal, as `kill` does.
  package func send(_ signal: SignalNumber) {
    if signal.stopsByDefault {
      if kind == .process { sendToGroups(signal) } else { stop(signal) }
      return
    }
    if signal == .continue { return self.continue() }
    let isStopped = state.isStopped || processes.contains(where: \.isStopped)
    let endsStop = isStopped && [.terminate, .hangup, .kill].contains(signal)
    if kind == .process {
      sendToGroups(signal)
      // A stopped process acts on the signal only when it is continued.
      if endsStop, signal != .kill { sendToGroups(.continue) }
      return
    }
    deliver(signal, toPrograms: true)
    if endsStop { self.continue() }
  }

  /// Delivers a signal to its coroutines.
  ///
  /// - Parameter toPrograms: Whether its programs get it too. `false` for a signal of the keyboard, which the kernel
  ///   has sent to them already.
  func deliver(_ signal: SignalNumber, to addressee: SignalAddressee = .group, toPrograms: Bool) {
    if isFuture {
      // A future runs no code that could act on the signal, so it ends here.
      if !signal.isIgnoredByDefault { finish(.terminated(signal, coreDumped: false)) }
      return
    }
    if !signal.isIgnoredByDefault, coroutines.isEmpty || coroutines.contains(where: { !$0.catches(signal) }) {
      isTerminating = true
    }
    for coroutine in coroutines { coroutine.deliver(signal, to: addressee) }
    thread?.deliver(signal)
    for part in parts { part.deliver(signal, to: addressee, toPrograms: toPrograms) }
    if toPrograms { sendToGroups(signal) }
  }

  /// Sends a signal to a pipeline of the line, but not to the code that runs.
  func send(_ signal: SignalNumber, within pipeline: ProcessGroup) {
    for coroutine in coroutines { coroutine.deliver(signal, within: pipeline) }
    for group in groups where group === pipeline {
      if let id = group.id { try? Signals.send(signal, toGroup: id) }
    }
  }

  func sendToGroups(_ signal: SignalNumber) {
    if groups.isEmpty {
      for process in processes where !process.hasEnded { _ = try? Signals.send(signal, to: process.id) }
      return
    }
    for group in groups { if let id = group.id { _ = try? Signals.send(signal, toGroup: id) } }
  }

  // MARK: Waiting

  /// The tasks of the loop that run its coroutines.
  package var records: [TaskRecord] { coroutines.compactMap(\.record) }

  /// What to wait for until its state changes.
  package var change: WaitRequest {
    var request = WaitRequest(wait, events: [changed.ticket])
    request.isForJobs = true
    return request
  }

  private var wait: Wait {
    let number = Int32(number)
    if isFuture { return Wait(.event, subject: "the result of job", number: number) }
    let records = kind == .coroutine ? records : []
    return Wait(records.isEmpty ? .external : .tasks(records), subject: "job", number: number)
  }
}
