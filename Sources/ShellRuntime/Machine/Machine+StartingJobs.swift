import ByteStrings
import Meanwhile
import Platform

/// Finding out what kind of job `&` starts, by running the list as far as needed. This is called probing.
///
/// Only a list is probed whose syntax says that one simple command, or one pipeline of such, may be all its work: behind
/// `!`, `time`, `command` and `exec`, in braces and in parentheses. First the words of each command are expanded
/// (`.finding`), then, if all are programs, their redirections are performed (`.preparing`). Only then is the first
/// program spawned. Expansions have side effects, so nothing is ever run twice: if one command turns out not to be a
/// program, the list goes on as a coroutine from the instruction that it has reached.
extension Machine {
  /// Starts a list whose only work may be programs; `nil` if it has other work.
  mutating func startPrograms(_ list: Routine.AsynchronousList, in environment: ExecutionEnvironment) -> Job? {
    guard case .unlessFunctions(let names) = list.probing,
      !names.contains(where: { self.environment.function($0) != nil })
    else { return nil }
    var inherited = InheritedState()
    inherited.testedDepth = testedDepth
    // What runs while words are expanded is a part of the job that starts them. A worker thread has no line of its own.
    inherited.job = context.inherited.job
    inherited.frameLimit = context.inherited.frameLimitOfProbed
    inherited.parent = parentOfCoroutines()
    describeSurroundings(of: list.routine, to: &inherited)
    var machine = Machine(environment: environment, routine: list.routine, inherited)
    if list.routine.isOneSimpleCommand { machine.omitDebugTrap() }
    let whole = Coroutine(machine)
    let isProgram = whole.probe(.finding) == .program && whole.probe(.preparing) != .neither
    // From here on it does not run on this machine's stack.
    whole.leaveStack()
    return isProgram ? start(programs: whole, list) : startProbed(whole, list)
  }

  private func start(programs whole: Coroutine, _ list: Routine.AsynchronousList) -> Job {
    let job = Job(.process, .tree(list.tree), shell: shell)
    job.programsDidStart(whole.startPrograms(of: job))
    return job
  }

  /// Starts a coroutine job of a list that is not one of programs. It goes on from the instruction it has reached.
  private func startProbed(_ whole: Coroutine, _ list: Routine.AsynchronousList) -> Job {
    guard whole.end != nil else {
      let job = context.startCoroutine(whole, .tree(list.tree))
      // The elements of its pipeline are tasks from the beginning, as the list itself is.
      if whole.machine.probedElements != nil { whole.runUntilFirstWait() }
      return job
    }
    let job = Job(.coroutine, .tree(list.tree), shell: shell)
    job.finish(.done(whole.status))
    return job
  }

  // MARK: Probing

  /// Whether the command that is reached is all the work of the list: it stands in nothing but redirections, assignments,
  /// `time`, braces and parentheses.
  var isProbed: Bool { frames.allSatisfy(\.isAroundProbed) }

  /// Stops and tells whether the fields of the open command name a program. The instruction will run again.
  mutating func probe() -> ControlFlow {
    position -= 1
    return .stop(.probed(isProgram: programLookup() != nil))
  }

  /// How the program is found that the fields of the open command run, directly or by `command` and `exec`; `nil` if
  /// they run no program.
  mutating func programLookup() -> CommandLookup? {
    var fields = Array(operands.command)
    var lookup = CommandLookup.all
    while let name = fields.first {
      let builtin = lookup.contains(.builtins) ? environment.enabledBuiltin(name) : nil
      if builtin?.kind != .special, lookup.contains(.functions), environment.function(name) != nil { return nil }
      guard let builtin else {
        guard case .found(let path) = context.findProgram(name, lookup) else { return nil }
        let exists = (try? FileStatus(of: path, in: environment.workingDirectory.descriptor)) != nil
        return exists ? lookup : nil
      }
      guard let next = builtin.replacement?(Arguments(fields)) else { return nil }
      (fields, lookup) = next
    }
    return nil
  }

  /// Replaces the execution of a command while probing; `nil` for a command inside a substitution, which runs as usual.
  mutating func probeCommand() -> ControlFlow? {
    if !isProbed { return nil }
    if phase == .finding { return probe() }
    position -= 1
    return .stop(.probed(isProgram: true))
  }

  /// Probes the elements of a pipeline. The instruction will run again, and take them.
  mutating func probe(_ pipeline: Routine.CompiledPipeline) -> ControlFlow {
    position -= 1
    let elements =
      probedElements ?? self.elements(of: pipeline, context.inherited)
    probedElements = elements
    let findings = elements.lazy.map { [phase] in $0.probe(phase) }
    // An element that has ended, by a redirection that failed, does not keep the others from being a process job.
    let arePrograms = phase == .finding ? findings.allSatisfy { $0 == .program } : !findings.contains(.neither)
    return .stop(.probed(isProgram: arePrograms))
  }
}

extension Coroutine {
  /// What probing found a list or an element to be; `neither` is shell code, or what has to wait first.
  enum Finding { case program, ended, neither }

  /// Runs the list or element to the end of the phase.
  func probe(_ phase: Machine.ProbePhase) -> Finding {
    if end != nil { return .ended }
    machine.phase = phase
    defer { machine.phase = .running }
    let isProgram = runUntilProbed()
    return isProgram ? .program : end != nil ? .ended : .neither
  }

  /// Its frames are not limited any more by the machine that has probed it.
  func leaveStack() {
    machine.context.inherited.frameLimit = InheritedState.largestFrameLimit
    for element in machine.probedElements ?? [] { element.leaveStack() }
  }

  /// Starts the programs that probing found, as those of a process job. The machine runs until it waits for its program;
  /// it is not needed after that, so its descriptors are released.
  func startPrograms(of job: Job) -> ProgramWork {
    if end != nil { return .ended(status) }
    belong(to: job, turns: InheritedState.turnsInBackground, endsJob: false)
    let count = job.processes.count
    var isReplaced = false
    let work: ProgramWork
    if let elements = machine.probedElements.take() {
      let works = elements.map { $0.startPrograms(of: job) }
      work = .pipeline(works, pipeFails: machine.environment.options.contains(.pipeFail))
      machine.position += 1
    } else {
      isReplaced = machine.programLookup()?.contains(.replacingShell) == true
      runUntilFirstWait()
      guard end == nil, job.processes.count > count else {
        machine.environment.descriptors = DescriptorTable(inherited: [])
        return .ended(status)
      }
      work = .program(job.processes[count])
    }
    defer { machine.environment.descriptors = DescriptorTable(inherited: []) }
    return work.followed(by: machine.endSteps(isReplaced: isReplaced) ?? [], job.processes[count...], of: job)
  }
}
