import ByteStrings
import Meanwhile
import Platform

/// Finding out what kind of job `&` starts, by running its commands as far as needed. This is called probing.
///
/// First every element expands its words (`.finding`), then, if all are programs, every element performs its
/// redirections (`.preparing`). Only then is the first program spawned. Expansions have side effects, so no element is
/// ever run twice: if one turns out not to be a program, all go on as coroutines from the instruction they have
/// reached.
extension Machine {
  /// Starts a list that is one pipeline of simple commands; `nil` if it is none.
  mutating func startPipeline(_ list: Routine.AsynchronousList) -> Job? {
    guard let pipeline = list.pipeline else { return nil }
    var inherited = InheritedState()
    inherited.testedDepth = testedDepth
    // What runs while they are expanded is a part of the job that starts them. A worker thread has no line of its own.
    inherited.job = context.inherited.job
    inherited.frameLimit = context.inherited.frameLimitOfProbed
    let elements = elements(of: pipeline, in: context.environmentOfAsynchronousList(), inherited)
    let arePrograms = elements.allSatisfy { $0.probe(.finding) == .program }
    // A redirection that fails ends its element, and does not keep the others from being a process job.
    let canStart = arePrograms && elements.allSatisfy { $0.probe(.preparing) != .neither }
    // From here on none runs on this machine's stack.
    for element in elements { element.machine.context.inherited.frameLimit = InheritedState.largestFrameLimit }
    if canStart { return startPrograms(elements, list) }
    return elements.count == 1 ? startProbed(elements[0], list) : startProbed(elements, list)
  }

  private func startPrograms(_ elements: [Coroutine], _ list: Routine.AsynchronousList) -> Job {
    let job = Job(.process, .tree(list.tree), shell: shell)
    let members = elements.map { $0.startProgram(of: job) }
    job.programsDidStart(members, pipeFails: environment.options.contains(.pipeFail))
    return job
  }

  /// Starts a coroutine job of a command that is not a program. It goes on from the instruction it has reached.
  private func startProbed(_ element: Coroutine, _ list: Routine.AsynchronousList) -> Job {
    guard element.end != nil else {
      element.leaveProcessGroup()
      return context.startCoroutine(element, .tree(list.tree))
    }
    let job = Job(.coroutine, .tree(list.tree), shell: shell)
    job.finish(.done(element.status))
    return job
  }

  /// Starts a coroutine job of a pipeline in which not all elements are programs. One more coroutine, for the pipeline
  /// itself, begins in the middle of its wait for the elements.
  private func startProbed(_ elements: [Coroutine], _ list: Routine.AsynchronousList) -> Job {
    var whole = Machine(environment: context.environmentOfAsynchronousList(), routine: list.routine)
    // The pipeline is the first instruction of such a list, which is neither negated nor timed.
    whole.position = 1
    whole.begin(with: .machine { machine in machine.waitForElements(elements) })
    let job = context.startCoroutine(Coroutine(whole), .tree(list.tree))
    elements[0].processGroup?.add(elements)
    for element in elements {
      element.belong(to: job, turns: InheritedState.turnsInBackground, endsJob: false)
      if element.end == nil { element.start() }
    }
    job.coroutines.append(contentsOf: elements)
    return job
  }

  // MARK: Probing

  /// Stops and tells whether the fields of the open command name a program. The instruction will run again.
  mutating func probe() -> ControlFlow {
    position -= 1
    guard let name = operands.command.first else { return .stop(.probed(isProgram: false)) }
    let isShells = environment.function(name) != nil || shell.builtins.index(of: name) != nil
    if isShells { return .stop(.probed(isProgram: false)) }
    if case .found(let path) = context.findProgram(name, .all) {
      let exists = (try? FileStatus(of: path, in: environment.workingDirectory.descriptor)) != nil
      return .stop(.probed(isProgram: exists))
    }
    return .stop(.probed(isProgram: false))
  }

  /// Replaces the execution of a command while probing; `nil` for a command inside a substitution, which runs as usual.
  mutating func probeCommand() -> ControlFlow? {
    if !frames.allSatisfy(\.isPartOfCommand) { return nil }
    if phase == .finding { return probe() }
    position -= 1
    return .stop(.probed(isProgram: true))
  }
}

extension Coroutine {
  /// What probing found an element to be; `neither` is shell code, or an element that has to wait first.
  enum Finding { case program, ended, neither }

  /// Runs the element to the end of the phase.
  func probe(_ phase: Machine.ProbePhase) -> Finding {
    machine.phase = phase
    defer { machine.phase = .running }
    let isProgram = runUntilProbed()
    return isProgram ? .program : end != nil ? .ended : .neither
  }

  /// Starts the program that probing found, as an element of a process job. The machine runs until it waits for the
  /// program; it is not needed after that, so its descriptors are released.
  func startProgram(of job: Job) -> Job.PipelineElement {
    if end != nil { return .ended(status) }
    let count = job.processes.count
    belong(to: job, turns: InheritedState.turnsInBackground, endsJob: false)
    runUntilFirstWait()
    machine.environment.descriptors = DescriptorTable(inherited: [])
    return job.processes.count > count ? .program(job.processes[count]) : .ended(status)
  }
}
