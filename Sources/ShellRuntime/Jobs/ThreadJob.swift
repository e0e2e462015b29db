import ByteStrings
import Meanwhile
import Platform
import Synchronization
import SystemPackage

/// The part of a job that runs on a worker thread: a coroutine on a loop of its own, reached through that loop.
///
/// There are two `Job` objects. The one in the owner's table is confined to the owner's thread, `inner` to the
/// worker's. They share nothing: the owner sends requests with `worker.perform`, and each change of `inner` comes back
/// with `owner.perform`. The constants of this object are set before the thread starts; `waitsForOwner` is used on the
/// worker's thread only. Hence unchecked.
final class ThreadJob: @unchecked Sendable {
  private let worker: Shell
  private let coroutine: Coroutine
  /// The job on the worker's side, to which the coroutine and the programs that it starts belong.
  private let inner: Job
  private var waitsForOwner = false

  /// Starts `machine` on a worker thread at once. Its environment must have a shell of its own.
  static func start(_ machine: Machine, job: Job) {
    let thread = ThreadJob(machine, job.text)
    job.thread = thread
    let owner = job.shell
    thread.inner.stateDidChange = { [unowned thread] state in
      thread.follow(state)
      owner.perform { job.follow(state) }
    }
    let task = owner.loop.callInBackground { thread.run() }
    task.whenDone { task in
      if let error = task.startError { couldNotStart(job, error) }
    }
    owner.add(task, of: job)
  }

  static func couldNotStart(_ job: Job, _ error: Errno) {
    Shell.write("\(job.shell.messageName): \(RuntimeError.thread(job.text, error).message)\n")
    job.finish(.done(.cannotExecute))
  }

  private init(_ machine: Machine, _ text: ByteString) {
    worker = machine.environment.shell
    inner = Job(.coroutine, .text(text), shell: worker)
    coroutine = Coroutine(machine)
    coroutine.belong(to: inner, turns: InheritedState.turnsInBackground, endsJob: true)
    inner.coroutines = [coroutine]
  }

  /// While the job is stopped, only a request from the owner's thread can wake the worker's loop. The loop must know of
  /// that, or it would report a deadlock.
  private func follow(_ state: Job.State) {
    guard state.isStopped != waitsForOwner else { return }
    waitsForOwner = state.isStopped
    if waitsForOwner { worker.loop.beginExternal() } else { worker.loop.endExternal() }
  }

  /// Drives the worker's loop until the coroutine has ended. What can never end is ended as by KILL, with a message;
  /// what does not even react to that is given up.
  private func run() {
    coroutine.start()
    // A stop ends no foreground wait here: only the main thread's line can become a background job.
    var wasKilled = false
    while coroutine.end == nil, let record = coroutine.record {
      do {
        try worker.loop.runInForeground(record)
      } catch {
        worker.report(error)
        if wasKilled { return inner.finish(.terminated(.kill, coreDumped: false)) }
        inner.deliver(.kill, toPrograms: true)
        wasKilled = true
      }
    }
  }

  // Each sends a request to the worker's loop, and returns at once.

  /// Whether the job may read the terminal.
  func setForeground(_ isForeground: Bool) { worker.perform { [inner] in inner.isForeground = isForeground } }
  func stop(_ signal: SignalNumber) { worker.perform { [inner] in inner.stop(signal) } }
  func `continue`() { worker.perform { [inner] in inner.continue() } }
  func deliver(_ signal: SignalNumber) { worker.perform { [inner] in inner.deliver(signal, toPrograms: true) } }

  /// How many steps it made, and their processor time. Safe from any thread.
  var measures: (steps: Int, processorTime: Duration) {
    (coroutine.record?.steps ?? 0, coroutine.record?.processorTime ?? .zero)
  }
}

extension BuiltinContext {
  /// Starts a command at once, as `call` does: a program as a process, anything else on a worker thread.
  package mutating func startAtOnce(_ fields: [ByteString]) -> Job {
    let text = Self.text(of: fields)
    var copy = environmentOfAsynchronousList()
    let command = Compiler.command(fields, at: sourcePosition, of: routine.source, in: &copy)
    let element = Coroutine(Machine(environment: copy, routine: command))
    return element.probe(.finding) == .program ? startProgram(element, text) : startThread(copy, command, text)
  }

  private func startProgram(_ element: Coroutine, _ text: ByteString) -> Job {
    let job = Job(.process, .text(text), shell: shell)
    job.programsDidStart(element.startPrograms(of: job))
    return job
  }

  private mutating func startThread(_ inherited: ExecutionEnvironment, _ routine: Routine, _ text: ByteString) -> Job {
    let owner = environment.shell
    let job = Job(.thread, .text(text), shell: owner)
    let worker = Shell(
      loop: EventLoop(), builtins: owner.builtins, children: owner.children, isMain: false, processID: owner.processID,
      terminal: owner.controllingTerminal)
    // The worker must not depend on the directory of the process, which `cd` in the main shell changes.
    do throws(Errno) { try inherited.workingDirectory.hold() } catch {
      ThreadJob.couldNotStart(job, error)
      return job
    }
    worker.messageName = owner.messageName
    worker.promptOutput = owner.promptOutput
    var copy = inherited
    copy.shell = worker
    copy.jobs = JobTable()
    copy.jobRole = .owner
    var machine = Machine(environment: copy, routine: routine)
    machine.outerCalls = self.inherited.calls
    ThreadJob.start(machine, job: job)
    return job
  }
}

extension Shell {
  /// Sends SIGTERM to the thread jobs and waits in the foreground until they have ended; Ctrl-C gives up the wait.
  /// The coroutines of this shell's loop are stopped before, so that the wait does not advance them.
  package func endThreads() {
    let live = threads.map(\.job).filter { !$0.state.isFinal }
    if live.isEmpty { return }
    for coroutine in coroutines { coroutine.stop() }
    for job in live { job.send(.terminate) }
    let status = main.machine.environment.status
    main.machine.beginWaiting(for: live)
    _ = runInForeground { "exit" }
    main.machine.environment.status = status
  }
}

extension Machine {
  /// A machine that waits until all of `jobs` have ended, and does nothing else.
  init(waitingFor jobs: [Job], in environment: ExecutionEnvironment) {
    self.init(environment: environment)
    beginWaiting(for: jobs)
  }

  /// Begins a wait until all of `jobs` have ended, and nothing else.
  fileprivate mutating func beginWaiting(for jobs: [Job]) {
    beginNothing()
    begin(with: .builtin { _, _ in Self.wait(for: jobs[...]) })
  }

  private static func wait(for jobs: ArraySlice<Job>) -> BuiltinResult {
    let open = jobs.drop { $0.state.isFinal }
    guard let job = open.first else { return .status(.success) }
    return .wait(job.change) { _, _ in wait(for: open) }
  }
}

extension BackgroundTask<Void> {
  /// The error with which the thread could not be started, if so. The callables of this target throw nothing else.
  var startError: Errno? {
    do { try result } catch { return error as? Errno }
    return nil
  }
}
