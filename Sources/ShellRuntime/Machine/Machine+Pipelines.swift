import ByteStrings
import Meanwhile
import Platform
import ShellSyntax
import SystemPackage

/// Pipelines and asynchronous lists: POSIX.1-2024 XCU 2.9.2 and 2.9.3.1.
extension Machine {
  // MARK: Pipelines

  /// Runs each element as a coroutine of its own, joined by pipes in memory, and waits for all of them.
  mutating func runPipeline(_ pipeline: Routine.CompiledPipeline) -> ControlFlow {
    if phase != .running, isProbed { return probe(pipeline) }
    let job = context.jobToBelongTo()
    if let probed = probedElements.take() { return goOn(probed, of: job) }
    guard hasRoomForCoroutine else { return expansionError(.tooManyCoroutines(limit: shell.coroutineLimit)) }
    var inherited = context.inherited
    inherited.frameLimit = inherited.frameLimitOfNested
    inherited.parent = parentOfCoroutines()
    let runsLastHere = environment.options.contains(.lastPipe) && !environment.options.contains(.monitor)
    // They start in the order of the pipeline, but only when this machine has returned to wait.
    var input: OpenFile?
    let coroutines = elements(runsLastHere ? .allButTheLast : .all, of: pipeline, inherited, of: job, input: &input)
    addToProcessGroup(coroutines)
    for coroutine in coroutines { coroutine.start() }
    job.coroutines.append(contentsOf: coroutines)
    if runsLastHere { return runLastElement(of: pipeline, reading: input, after: coroutines) }
    return waitForElements(coroutines)
  }

  /// Runs the last element in this environment: `lastpipe`.
  private mutating func runLastElement(
    of pipeline: Routine.CompiledPipeline, reading input: OpenFile?, after others: [Coroutine]
  ) -> ControlFlow {
    frames.append(
      .lastElement(
        Frame.LastElement(savedState: savedState, caller: caller, input: environment.descriptors[0], others: others)))
    environment.descriptors[0] = input
    context.routine = pipeline.elements[pipeline.elements.count - 1]
    context.position = 0
    return .next
  }

  /// Waits for the others when the last element has ended. An element that is left in another way (`break`, `return`)
  /// does not wait for them.
  mutating func endLastElement(_ element: Frame.LastElement) -> ControlFlow {
    popFrame()
    return waitForElements(element.others, lastStatus: environment.status)
  }

  /// Goes on with elements that probing has run a part of, since not all of them are programs.
  private mutating func goOn(_ probed: [Coroutine], of job: Job) -> ControlFlow {
    addToProcessGroup(probed)
    for element in probed {
      element.belong(to: job, turns: InheritedState.turnsInBackground, endsJob: false)
      if element.end == nil { element.start() }
    }
    job.coroutines.append(contentsOf: probed)
    return waitForElements(probed)
  }

  private var hasRoomForCoroutine: Bool { shell.loop.unfinishedTaskCount < shell.coroutineLimit }

  /// Makes the elements known to their process group, which can get signals for them only where there is a terminal.
  private func addToProcessGroup(_ elements: [Coroutine]) {
    if shell.controllingTerminal != nil { elements[0].processGroup?.add(elements) }
  }

  /// A coroutine for each element, joined by pipes. The elements share a process group: that of the pipeline around this
  /// one, or a new one.
  ///
  /// - Parameter whole: The inherited state of the pipeline, which the elements get with that process group.
  func elements(of pipeline: Routine.CompiledPipeline, _ whole: InheritedState) -> [Coroutine] {
    var input: OpenFile?
    return elements(.all, of: pipeline, whole, of: nil, input: &input)
  }

  private enum Elements { case all, allButTheLast }

  /// - Parameter input: Becomes what an element behind the last of these reads.
  private func elements(
    _ which: Elements, of pipeline: Routine.CompiledPipeline, _ whole: InheritedState, of job: Job?,
    input: inout OpenFile?
  ) -> [Coroutine] {
    var inherited = whole
    inherited.processGroup = whole.processGroup ?? ProcessGroup()
    let elements = which == .all ? pipeline.elements[...] : pipeline.elements.dropLast()
    return elements.enumerated().map { index, routine in
      describeSurroundings(of: routine, to: &inherited)
      var copy = context.environment
      copy.enterSubshell()
      copy.closeCoprocesses()
      if context.environment.jobRole == .sibling { copy.jobRole = .sibling }
      if index > 0 { copy.descriptors[0] = input }
      if index < pipeline.elements.count - 1 {
        let pipe = InProcessPipe(capacity: .limited)
        copy.descriptors[1] = OpenFile(writingTo: pipe)
        input = OpenFile(readingFrom: pipe)
      }
      var machine = Machine(environment: copy, routine: routine, inherited)
      if routine.isOneSimpleCommand { machine.omitDebugTrap() }
      return Coroutine(machine, of: job)
    }
  }

  /// Waits until all elements have ended. Not interruptible: the keyboard's signals reach the elements themselves, and
  /// traps run when the pipeline has ended.
  ///
  /// - Parameter lastStatus: The status of the last element, where this machine has run it.
  mutating func waitForElements(_ coroutines: [Coroutine], lastStatus: ExitStatus? = nil) -> ControlFlow {
    guard let open = coroutines.first(where: { $0.end == nil }) else { return endPipeline(coroutines, lastStatus) }
    // The events of one suffice, since all must end. The loop gets all records, to find deadlocks.
    let records = coroutines.filter { $0.end == nil }.compactMap(\.record)
    var request = WaitRequest(Wait(.tasks(records), subject: "a pipeline"), events: [open.finished.ticket])
    request.interruption = .none
    return wait(for: request) { machine in machine.waitForElements(coroutines, lastStatus: lastStatus) }
  }

  mutating func negate(isOfPipeline: Bool) {
    if isOfPipeline, environment.pipelineStatuses.isEmpty {
      environment.pipelineStatuses = environment.status.isSuccess ? Self.onlySuccess : [environment.status]
    }
    environment.status = .truth(!environment.status.isSuccess)
  }

  private static let onlySuccess = [ExitStatus.success]

  private mutating func endPipeline(_ coroutines: [Coroutine], _ lastStatus: ExitStatus?) -> ControlFlow {
    var statuses = coroutines.map(\.status)
    if let lastStatus { statuses.append(lastStatus) }
    if context.inherited.processGroup == nil { coroutines[0].processGroup?.end() }
    job?.coroutines.removeAll { member in coroutines.contains { $0 === member } }
    environment.status = statuses[statuses.count - 1]
    if environment.options.contains(.pipeFail) {
      environment.status = statuses.last { !$0.isSuccess } ?? .success
    }
    environment.pipelineStatuses = statuses
    subshellDidEnd()
    // Ctrl-C that has ended an element ends the line too.
    if environment.options.contains(.interactive), environment.isMain,
      coroutines.contains(where: { $0.end == .terminated(.interrupt) })
    {
      return interruptLine()
    }
    return needsAttention ? .stop(.attention) : .next
  }

  // MARK: Asynchronous lists

  /// Starts a job in the background. A pipeline of programs starts at once; everything else when the loop next runs.
  mutating func startJob(_ list: Routine.AsynchronousList) -> ControlFlow {
    guard hasRoomForCoroutine else { return expansionError(.tooManyCoroutines(limit: shell.coroutineLimit)) }
    context.enter(start(list, in: context.environmentOfAsynchronousList()))
    environment.status = .success
    return needsAttention && !isInOwnRedirections ? .stop(.attention) : .next
  }

  /// Starts a list as a job that is in no table yet.
  mutating func start(_ list: Routine.AsynchronousList, in environment: ExecutionEnvironment) -> Job {
    if let job = startPrograms(list, in: environment) { return job }
    var inherited = InheritedState()
    describeSurroundings(of: list.routine, to: &inherited)
    var machine = Machine(environment: environment, routine: list.routine, inherited)
    if list.routine.isOneSimpleCommand { machine.omitDebugTrap() }
    return context.startCoroutine(Coroutine(machine), .tree(list.tree))
  }
}
