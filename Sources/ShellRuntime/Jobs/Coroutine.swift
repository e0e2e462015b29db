import ByteStrings
import Meanwhile
import Platform

/// Shell code that runs as a task of the loop: a machine, and the one `await` of the interpreter.
///
/// Confined to the thread of its loop, like the job that it belongs to; hence unchecked.
package final class Coroutine: @unchecked Sendable {
  package var machine: Machine
  let shell: Shell
  package internal(set) var record: TaskRecord?
  /// How it ended.
  package private(set) var end: Machine.End?
  /// Signalled when it has ended.
  let finished = WakeEvent()
  /// What the machine waited for when it was still run without a task.
  private var first: WaitRequest?
  /// Called in the step in which it ends.
  var completion: ((Coroutine) -> Void)?

  init(_ machine: Machine, waitingFor first: WaitRequest? = nil) {
    self.machine = machine
    self.first = first
    shell = machine.environment.shell
  }

  /// The status that its end stands for.
  package var status: ExitStatus {
    switch end {
    case .exited(let status), .abandoned(let status): status
    case .terminated(let signal): .signal(signal)
    case .completed, nil: machine.environment.status
    }
  }

  /// Puts it into the ready queue.
  func start() {
    let record = shell.loop.start(name: nil) { [self] in await self.drive() }
    self.record = record
    shell.coroutines[ObjectIdentifier(self)] = self
  }

  /// Ends it here and now, as by a signal: its EXIT trap runs until it would wait.
  func endNow() {
    machine.pendingSignals.insert(.terminate)
    for _ in 0..<Self.stepsOfCleanUp {
      if case .finished = machine.run() { return }
    }
  }

  /// How often clean-up may be interrupted by a wait before it is given up.
  private static let stepsOfCleanUp = 10

  /// Sends a signal: the machine acts on it when it next runs.
  func deliver(_ signal: SignalNumber) {
    if end != nil { return }
    machine.pendingSignals.insert(signal)
    record?.wake()
  }

  private func drive() async {
    var cause = WakeCause.woken
    if let first {
      self.first = nil
      cause = await wait(for: first)
    }
    while true {
      switch machine.run(cause) {
      case .finished(let end): return finish(end)
      case .wait(let request): cause = await wait(for: request)
      case .turnIsOver: cause = await park(.step)
      case .attention: cause = await attend()
      case .probed: preconditionFailure("only a job that is being started is probed")
      }
    }
  }

  private func wait(for request: WaitRequest) async -> WakeCause {
    guard let record else { preconditionFailure("a coroutine runs in a task") }
    for ticket in request.events { ticket.event.add(record, since: ticket) }
    let cause = await park(request.wait)
    for ticket in request.events { ticket.event.remove(record) }
    return cause
  }

  /// Finds out what the flag was raised for; a stop takes effect here.
  private func attend() async -> WakeCause {
    shell.attend()
    guard let record, record.isStopped else { return .woken }
    return await park(.step)
  }

  private func finish(_ end: Machine.End) {
    self.end = end
    shell.coroutines[ObjectIdentifier(self)] = nil
    machine.releaseEnvironment()
    completion?(self)
    completion = nil
    finished.signal()
  }
}
