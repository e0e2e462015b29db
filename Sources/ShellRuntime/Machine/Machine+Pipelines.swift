import ByteStrings
import Meanwhile
import Platform
import ShellSyntax
import SystemPackage

/// Pipelines and asynchronous lists: POSIX.1-2024 XCU 2.9.2 and 2.9.3.1.
extension Machine {
  // MARK: Pipelines

  /// Runs each element as a coroutine of its own, joined by pipes in memory, and waits for all of them.
  mutating func runPipeline(_ pipeline: Routine.Pipeline) -> Step {
    let job = job ?? environment.shell.makeForegroundJob()
    self.job = job
    let group = ProcessGroup()
    var coroutines: [Coroutine] = []
    makeElements(of: pipeline, in: environment, group: group) { machine in
      let coroutine = Coroutine(machine, of: job)
      coroutine.machine.turnsLeft = turnsLeft
      coroutine.start()
      coroutines.append(coroutine)
    }
    job.coroutines.append(contentsOf: coroutines)
    return waitForElements(coroutines)
  }

  /// Hands over a machine for each element, its standard input and output joined to its neighbours'.
  func makeElements(
    of pipeline: Routine.Pipeline, in environment: ExecutionEnvironment, group: ProcessGroup,
    _ take: (consuming Machine) -> Void
  ) {
    var input: OpenFile?
    for index in pipeline.elements.indices {
      var copy = environment.subshell()
      if index > 0 { copy.descriptors[0] = input }
      if index < pipeline.elements.count - 1 {
        let pipe = InProcessPipe(capacity: .limited)
        copy.descriptors[1] = OpenFile(writingTo: pipe)
        input = OpenFile(readingFrom: pipe)
      }
      var machine = Machine(environment: copy, routine: pipeline.elements[index])
      machine.processGroup = group
      machine.testedDepth = testedDepth
      take(machine)
    }
  }

  mutating func waitForElements(_ coroutines: [Coroutine]) -> Step {
    guard let open = coroutines.first(where: { $0.end == nil }) else { return endPipeline(coroutines) }
    let records = coroutines.filter { $0.end == nil }.compactMap(\.record)
    var request = WaitRequest(Wait(.tasks(records), subject: "a pipeline"), events: [open.finished.ticket])
    request.isInterruptible = false
    isWaitInterruptible = false
    continuation = { _, _ in .resume { machine in machine.waitForElements(coroutines) } }
    return .stop(.wait(request))
  }

  private mutating func endPipeline(_ coroutines: [Coroutine]) -> Step {
    let statuses = coroutines.map(\.status)
    job?.coroutines.removeAll { member in coroutines.contains { $0 === member } }
    environment.status = statuses[statuses.count - 1]
    if environment.options.contains(.pipeFail) {
      environment.status = statuses.last { !$0.isSuccess } ?? .success
    }
    environment.pipelineStatuses = statuses
    if environment.options.contains(.interactive), environment.isMain,
      coroutines.contains(where: { $0.end == .terminated(.interrupt) })
    {
      return interruptLine()
    }
    return pendingSignals.isEmpty ? .next : .stop(.attention)
  }

  // MARK: Asynchronous lists

  /// Starts a job in the background. A pipeline of programs starts at once; everything else when the loop next runs.
  mutating func startJob(_ list: Routine.AsynchronousList) -> Step {
    let job =
      startPipeline(list)
      ?? startCoroutine(
        Machine(environment: environmentOfAsynchronousList(), routine: list.routine), .tree(list.tree))
    enter(job)
    environment.status = .success
    return .next
  }

  /// Enters a job that was started in the background into the table, and tells a person its number.
  package mutating func enter(_ job: Job) {
    if environment.inheritsJobs {
      environment.jobs = JobTable()
      environment.inheritsJobs = false
      environment.isSibling = false
    }
    environment.jobs.add(job)
    environment.lastBackgroundID = job.id
    guard environment.options.contains(.interactive), environment.isMain else {
      // Nobody reads reports.
      if !environment.options.contains(.interactive) { environment.jobs.forgetEnded() }
      return
    }
    let subject = job.kind == .process ? ByteString(decimal: Int(job.id.rawValue)) : job.text.visible
    writeDirectly("[" + ByteString(decimal: job.number) + "] " + subject + "\n")
  }

  /// Makes a coroutine job of a machine, ready to take its first step when the loop runs.
  func startCoroutine(
    _ machine: consuming Machine, _ source: Job.Source, waitingFor first: WaitRequest? = nil
  ) -> Job {
    let shell = environment.shell
    let job = Job(.coroutine, source, id: shell.makeSyntheticID(), shell: shell)
    machine.turnsLeft = Self.turnsOfBackground
    // Not the machine's own, which may stand in a command substitution by now.
    job.output = environment.descriptors[1]
    let coroutine = Coroutine(machine, of: job, waitingFor: first, endsJob: true)
    job.coroutines = [coroutine]
    coroutine.start()
    return job
  }

  /// A copy of the environment for a background list. Without job control its input is empty and the keyboard's
  /// signals are ignored.
  func environmentOfAsynchronousList() -> ExecutionEnvironment {
    var copy = environment.subshell()
    copy.isSibling = true
    if !environment.options.contains(.monitor) {
      copy.descriptors[0] = environment.shell.emptyInput()
      copy.ignoredSignals.insert(.interrupt)
      copy.ignoredSignals.insert(.quit)
    }
    return copy
  }
}
