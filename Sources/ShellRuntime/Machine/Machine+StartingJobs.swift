import ByteStrings
import Meanwhile
import Platform

/// Finding out what kind of job `&` starts. Whatever was done to find out is not done again: where not all elements are
/// programs that can be started at once, each goes on as a coroutine from where it stands.
extension Machine {
  /// Starts a list that is one pipeline of simple commands; `nil` if it is none.
  func startPipeline(_ list: Routine.AsynchronousList) -> Job? {
    guard let pipeline = list.pipeline else { return nil }
    let group = ProcessGroup()
    var machines: [Machine] = []
    makeElements(of: pipeline, in: environmentOfAsynchronousList(), group: group) { machines.append($0) }
    var results = [RunResult](repeating: .turnIsOver, count: machines.count)
    let arePrograms = machines.indices.allSatisfy { index in
      machines[index].environment.isSibling = true
      results[index] = machines[index].run(in: .finding)
      return results[index].isProgram
    }
    // A redirection that fails is the end of its element alone.
    let areReady =
      arePrograms
      && machines.indices.allSatisfy { index in
        results[index] = machines[index].run(in: .preparing)
        return results[index].isProgram || results[index].hasFinished
      }
    if areReady { return startPrograms(machines, results, list) }
    return machines.count == 1
      ? startProbed(machines.removeLast(), results[0], list) : startProbed(machines, results, list)
  }

  private mutating func run(in phase: Phase) -> RunResult {
    self.phase = phase
    var result = run()
    if case .attention = result {
      let shell = environment.shell
      while case .attention = result {
        shell.attend()
        result = run()
      }
      // Whoever runs the machine that starts the job has to look once more.
      shell.attention.raise()
    }
    self.phase = .running
    return result
  }

  private func startPrograms(_ ready: [Machine], _ results: [RunResult], _ list: Routine.AsynchronousList) -> Job {
    var machines = ready
    let job = Job(.process, .tree(list.tree), id: ProcessID(0), shell: environment.shell)
    let elements = machines.indices.map { index in
      machines[index].job = job
      return results[index].hasFinished
        ? .ended(machines[index].environment.status) : machines[index].startProgram(of: job)
    }
    job.programsDidStart(elements, pipeFails: environment.options.contains(.pipeFail))
    return job
  }

  /// Starts the program that probing found, as an element of a process job.
  mutating func startProgram(of job: Job) -> Job.Element {
    let count = job.processes.count
    _ = run(in: .running)
    environment.descriptors = DescriptorTable(inherited: [])
    return job.processes.count > count ? .program(job.processes[count]) : .ended(environment.status)
  }

  /// A command that turned out not to be a program goes on as a coroutine, from where it stands.
  private func startProbed(
    _ machine: consuming Machine, _ result: RunResult, _ list: Routine.AsynchronousList
  ) -> Job {
    machine.processGroup = nil
    switch result {
    case .finished:
      let job = Job(.coroutine, .tree(list.tree), id: environment.shell.makeSyntheticID(), shell: environment.shell)
      job.finish(.done(machine.environment.status))
      return job
    case .wait(let request): return startCoroutine(machine, .tree(list.tree), waitingFor: request)
    case .probed, .attention, .turnIsOver: return startCoroutine(machine, .tree(list.tree))
    }
  }

  /// The elements of a pipeline go on as coroutines; one more waits for them, as for those that it starts itself.
  private func startProbed(_ machines: [Machine], _ results: [RunResult], _ list: Routine.AsynchronousList) -> Job {
    var whole = Machine(environment: environmentOfAsynchronousList(), routine: list.routine)
    whole.position = list.routine.instructions.firstIndex { $0.operation == .pipeline }! + 1
    let job = startCoroutine(whole, .tree(list.tree))
    let elements = zip(machines, results).map { machine, result in
      var first: WaitRequest?
      if case .wait(let request) = result { first = request }
      let coroutine = Coroutine(machine, of: job, waitingFor: first)
      coroutine.machine.turnsLeft = Self.turnsOfBackground
      if case .finished(let end) = result { coroutine.finish(end) } else { coroutine.start() }
      return coroutine
    }
    job.coroutines[0].machine.continuation = { _, _ in
      .resume { machine in machine.waitForElements(elements) }
    }
    job.coroutines.append(contentsOf: elements)
    return job
  }

  // MARK: Probing

  /// Whether the fields since `beginCommand` name a program; asked before anything is done for the command.
  mutating func probe() -> Step {
    position -= 1
    let start = Int(marks[marks.count - 1])
    guard fields.count > start else { return .stop(.probed(isProgram: false)) }
    let name = fields[start]
    let isShells = environment.function(name) != nil || environment.shell.builtins.index(of: name) != nil
    if isShells { return .stop(.probed(isProgram: false)) }
    if case .found(let path) = findProgram(name, .all) {
      let exists = (try? FileStatus(of: path, in: environment.workingDirectory.descriptor)) != nil
      return .stop(.probed(isProgram: exists))
    }
    return .stop(.probed(isProgram: false))
  }

  /// What executing a command is while `&` finds out; `nil` for a command inside a substitution, which runs.
  mutating func probeCommand() -> Step? {
    if phase == .finding { return frames.isEmpty ? probe() : nil }
    if frames.contains(where: { $0.kind != .redirections }) { return nil }
    position -= 1
    return .stop(.probed(isProgram: true))
  }
}

extension Machine.RunResult {
  fileprivate var isProgram: Bool { if case .probed(isProgram: true) = self { true } else { false } }
  fileprivate var hasFinished: Bool { if case .finished = self { true } else { false } }
}
