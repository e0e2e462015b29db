import ByteStrings
import Meanwhile
import Platform

/// Finding out what kind of job `&` starts. Whatever was done to find out is not done again: where not all elements are
/// programs that can be started at once, each goes on as a coroutine from where it stands.
extension Machine {
  /// Starts a list that is one pipeline of simple commands; `nil` if it is none.
  mutating func startPipeline(_ list: Routine.AsynchronousList) -> Job? {
    guard let pipeline = list.pipeline else { return nil }
    var inherited = InheritedState()
    inherited.testedDepth = testedDepth
    let elements = elements(of: pipeline, in: context.environmentOfAsynchronousList(), inherited).map {
      Coroutine($0)
    }
    let arePrograms = elements.allSatisfy { $0.probe(.finding) == .program }
    // A redirection that fails is the end of its element alone.
    if arePrograms, elements.allSatisfy({ $0.probe(.preparing) != .neither }) { return startPrograms(elements, list) }
    return elements.count == 1 ? startProbed(elements[0], list) : startProbed(elements, list)
  }

  private func startPrograms(_ elements: [Coroutine], _ list: Routine.AsynchronousList) -> Job {
    let job = Job(.process, .tree(list.tree), id: ProcessID(0), shell: shell)
    let members = elements.map { $0.startProgram(of: job) }
    job.programsDidStart(members, pipeFails: environment.options.contains(.pipeFail))
    return job
  }

  /// A command that turned out not to be a program goes on as a coroutine, from where it stands.
  private func startProbed(_ element: Coroutine, _ list: Routine.AsynchronousList) -> Job {
    guard element.end != nil else {
      element.leaveProcessGroup()
      return context.startCoroutine(element, .tree(list.tree))
    }
    let job = Job(.coroutine, .tree(list.tree), id: shell.makeSyntheticID(), shell: shell)
    job.finish(.done(element.status))
    return job
  }

  /// The elements of a pipeline go on as coroutines; one more waits for them, as for those that it starts itself.
  private func startProbed(_ elements: [Coroutine], _ list: Routine.AsynchronousList) -> Job {
    var whole = Machine(environment: context.environmentOfAsynchronousList(), routine: list.routine)
    whole.position = list.routine.instructions.firstIndex { $0.operation == .pipeline }! + 1
    whole.begin(with: .machine { machine in machine.waitForElements(elements) })
    let job = context.startCoroutine(Coroutine(whole), .tree(list.tree))
    for element in elements {
      element.belong(to: job, turns: InheritedState.turnsInBackground, endsJob: false)
      if element.end == nil { element.start() }
    }
    job.coroutines.append(contentsOf: elements)
    return job
  }

  // MARK: Probing

  /// Whether the fields of the open command name a program; asked before anything is done for the command.
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

  /// What executing a command is while `&` finds out; `nil` for a command inside a substitution, which runs.
  mutating func probeCommand() -> ControlFlow? {
    if !frames.allSatisfy(\.isPartOfCommand) { return nil }
    if phase == .finding { return probe() }
    position -= 1
    return .stop(.probed(isProgram: true))
  }
}

extension Coroutine {
  /// What an element of a pipeline turned out to be.
  enum Finding { case program, ended, neither }

  /// Runs as far as the phase goes.
  func probe(_ phase: Machine.Phase) -> Finding {
    machine.phase = phase
    defer { machine.phase = .running }
    let isProgram = runUntilProbed()
    // The machine that starts the job has to look once more at what the element has seen to.
    shell.attention.raise()
    return isProgram ? .program : end != nil ? .ended : .neither
  }

  /// Starts the program that probing found, as an element of a process job.
  func startProgram(of job: Job) -> Job.PipelineElement {
    if end != nil { return .ended(status) }
    let count = job.processes.count
    belong(to: job, turns: InheritedState.unlimited, endsJob: false)
    runUntilFirstWait()
    machine.environment.descriptors = DescriptorTable(inherited: [])
    return job.processes.count > count ? .program(job.processes[count]) : .ended(status)
  }
}
