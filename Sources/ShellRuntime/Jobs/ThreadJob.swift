import ByteStrings
import Meanwhile
import Platform

/// The part of a job that runs on a worker thread: a coroutine on a loop of its own, reached through that loop.
///
/// Its members are written once, before the thread starts; everything that touches the coroutine is done on the
/// worker's thread, hence unchecked.
final class ThreadJob: @unchecked Sendable {
  private let worker: Shell
  private let coroutine: Coroutine

  /// Starts `machine`, whose environment has a shell of its own, on a worker thread, at once.
  static func start(_ machine: Machine, job: Job) {
    let thread = ThreadJob(machine)
    job.thread = thread
    let owner = job.shell
    _ = owner.loop.callInBackground {
      let state = thread.run()
      owner.perform { job.finish(state) }
    }
  }

  private init(_ machine: Machine) {
    worker = machine.environment.shell
    coroutine = Coroutine(machine)
  }

  /// Drives the worker's loop until the coroutine has ended.
  private func run() -> Job.State {
    coroutine.start()
    while coroutine.end == nil {
      do {
        try worker.loop.runInForeground(coroutine.record!)
      } catch {
        coroutine.deliver(.kill)
      }
    }
    return Job.State(coroutine)
  }

  func stop() { worker.perform { [self] in coroutine.record?.stop() } }
  func `continue`() { worker.perform { [self] in coroutine.record?.continue() } }
  func deliver(_ signal: SignalNumber) { worker.perform { [self] in coroutine.deliver(signal) } }

  /// How many steps it made, and their processor time. Safe from any thread.
  var measures: (steps: Int, processorTime: Duration) {
    (coroutine.record?.steps ?? 0, coroutine.record?.processorTime ?? .zero)
  }
}

extension Machine {
  /// Runs a command on a worker thread with a loop of its own, at once: `call`.
  package mutating func startThread(_ fields: [ByteString], _ text: ByteString) -> Job {
    let owner = environment.shell
    let job = Job(.thread, .text(text), id: owner.makeSyntheticID(), shell: owner)
    let worker = Shell(
      loop: EventLoop(), builtins: owner.builtins, children: owner.children, isMain: false, processID: owner.processID)
    worker.messageName = owner.messageName
    worker.decoder = owner.decoder
    worker.promptOutput = owner.promptOutput
    var copy = environmentOfAsynchronousList()
    copy.shell = worker
    copy.jobs = JobTable()
    copy.inheritsJobs = false
    ThreadJob.start(Machine(environment: copy, routine: Compiler.command(fields, in: &copy)), job: job)
    return job
  }
}
