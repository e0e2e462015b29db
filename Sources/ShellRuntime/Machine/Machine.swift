import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Runs compiled shell code in an environment: a resumable machine with an explicit stack.
///
/// A value. It waits by returning from `run()`, and `run()` goes on where it stood; so a command that waits for
/// nothing never pays for being able to, and a machine can be copied, stopped and continued at any wait.
/// `Machine+Words` expands, `+Commands` runs simple commands, `+Control` has loops, subshells and unwinding,
/// `+Builtins` is what a builtin utility sees.
package struct Machine: Sendable {
  package var environment: ExecutionEnvironment
  var routine: Routine
  /// The next instruction.
  var position = 0
  /// Fields of the commands that are being put together.
  var fields: [ByteString] = []
  /// Where each command's fields begin.
  var marks: [Int32] = []
  /// The word that is being expanded.
  var word = FieldBuilder(separators: .standard)
  /// Texts: values, targets of redirections, patterns.
  var texts: [ByteString] = []
  var frames: [Frame] = []
  var saved = SavedState()
  /// How many constructs around the command keep `set -e` from looking at its status.
  var testedDepth: Int32 = 0
  /// The status of the last command substitution since the command began.
  var substitutionStatus: ExitStatus?
  /// Where the temporary assignments of the command that is being put together, or runs, begin in `saved.variables`.
  var temporaryBase: Int32 = 0
  /// How the machine goes on after a wait.
  var continuation: (@Sendable (inout Machine, WakeCause) -> BuiltinResult)?
  /// Whether a signal with a trap ends the wait.
  var isWaitInterruptible = true
  /// Signals that were sent to this machine and have not been acted on.
  package var pendingSignals: SignalSet = []
  var output = OutputBuffer()
  /// The builtin that ran, for messages about what it wrote or asked for.
  package var commandName = ByteString()
  /// Whether the running builtin's special properties apply (not under `command`).
  var isSpecialBuiltin = false
  /// Whether the redirections of the running command stay: `exec` without a command.
  var keepsRedirections = false
  /// Loop turns and calls until a background machine steps back; the foreground never gives way.
  var turnsLeft = Int.max
  /// The job that the machine belongs to, once there is one.
  package var job: Job?
  /// The process group of the pipeline that the machine is an element of.
  var processGroup: ProcessGroup?
  /// Whether what runs is a file that the shell reads at its start: errors and `return` end that file alone.
  package var runsStartupFile = false
  /// Whether the end of the routine is the end of the shell.
  var endsShell = false
  /// Variables that were assigned in front of a special builtin, which `exec` hands to its program.
  var assignedForGood: [NameNumber] = []
  /// Whether it runs, or `&` finds out what kind of job it starts.
  var phase = Phase.running

  enum Phase: Sendable {
    case running
    /// Expands the words of a command, to see whether it is a program; nothing is done for it yet.
    case finding
    /// Makes the redirections of a program and stops before it is spawned.
    case preparing
  }

  /// What frames have saved, in stacks of their own so that a frame stays small.
  struct SavedState: Sendable {
    var environments: [ExecutionEnvironment] = []
    var positionalParameters: [[ByteString]] = []
    var descriptors: [DescriptorTable] = []
    var words: [FieldBuilder] = []
    var captures: [InProcessPipe] = []
    var sources: [SourceReader] = []
    var timings: [Timing] = []
    var variables: [(number: NameNumber, variable: Variable)] = []
  }

  /// How `run()` returned. One word: each operation returns it inside its `Step`.
  package enum RunResult: Sendable {
    indirect case finished(End)
    /// Nothing can be done until the request is met.
    indirect case wait(WaitRequest)
    /// A signal arrived, or someone wants the machine to stop or to end.
    case attention
    /// A background machine used up its turns.
    case turnIsOver
    /// `&` found whether the command is a program, which is to be started at once; or made all ready for that.
    case probed(isProgram: Bool)
  }

  /// How the machine's work ended.
  package enum End: Sendable, Equatable {
    case completed
    /// `exit`, or the end of a subshell.
    case exited(ExitStatus)
    /// The rest of the line, or the script, is dropped.
    case abandoned(ExitStatus)
    case terminated(SignalNumber)
  }

  /// What an operation asks the run loop to do next.
  package enum Step: Sendable {
    case next
    /// Control has left the command that runs, for an error or on request: the loop goes on elsewhere.
    case moved
    case stop(RunResult)
  }

  package init(environment: ExecutionEnvironment) { self.init(environment: environment, routine: .empty) }

  init(environment: ExecutionEnvironment, routine: Routine) {
    self.environment = environment
    self.routine = routine
  }

  /// Begins another routine; the machine must have finished the one before.
  mutating func begin(_ routine: Routine) {
    self.routine = routine
    position = 0
    fields.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    testedDepth = 0
    continuation = nil
  }

  /// Begins a complete command, compiled for this environment.
  package mutating func begin(_ command: CompleteCommand, source: ByteString) {
    begin(Compiler.compile(command.list, in: &environment, source: source))
  }

  /// Begins nothing: what runs is what signals have pending.
  package mutating func beginNothing() { begin(.empty) }

  /// Begins the end of the shell: its `EXIT` trap, with the last status.
  package mutating func beginExit() {
    begin(.empty)
    endsShell = true
  }

  /// Lets go of everything but the status: what runs no more holds no descriptor open.
  mutating func releaseEnvironment() {
    if environment.isMain { return }
    environment.descriptors = DescriptorTable(inherited: [])
    saved = SavedState()
    frames = []
    continuation = nil
  }

  /// Makes this the machine of a job: the shell goes on with a copy of its environment.
  mutating func becomeSubshell() {
    turnsLeft = Self.turnsOfBackground
    if saved.environments.isEmpty { environment.leaveMain() } else { saved.environments[0].leaveMain() }
  }

  /// The place of the instruction that runs.
  package var sourcePosition: SourcePosition { routine.position(of: Swift.max(position - 1, 0)) }
}

extension Machine {
  /// Goes on after a wait, then runs until it must wait or has finished. Does not suspend.
  package mutating func run(_ cause: WakeCause = .woken) -> RunResult {
    if let continuation, !endsWait(pendingSignals) {
      self.continuation = nil
      if case .stop(let result) = settle(continuation(&self, cause)) { return result }
    }
    if !pendingSignals.isEmpty, case .stop(let result) = actOnSignals() { return result }
    while true { if let result = runRoutine() { return result } }
  }

  /// Runs until it must stop, or until another routine is the current one: so the routine and its instructions are
  /// retained once for many instructions.
  @inline(__always)
  private mutating func runRoutine() -> RunResult? {
    let routine = routine
    let instructions = routine.instructions
    while true {
      let instruction = instructions[position]
      position += 1
      if case .stop(let result) = perform(instruction, of: routine) { return result }
      if self.routine !== routine { return nil }
    }
  }

  /// Only dispatches: each operation is a method named after it.
  @inline(__always)
  private mutating func perform(_ instruction: Instruction, of routine: Routine) -> Step {
    let a = Int(instruction.a)
    let b = Int(instruction.b)
    switch instruction.operation {
    case .literalField: fields.append(routine.constants[a])
    case .variableField: return variableField(NameNumber(instruction.a))
    case .beginWord: beginWord()
    case .endWord: return endWord()
    case .literal: appendLiteral(routine.constants[a], instruction.flags)
    case .quotedEmpty: if !instruction.flags.contains(.text) { word.markQuotedEmpty() }
    case .tilde: appendHome(of: routine.constants[a], isFollowedBySlash: b != 0, instruction.flags)
    case .variable: return appendVariable(NameNumber(instruction.a), instruction.flags)
    case .parameter: return appendParameter(routine.parameters[a], instruction.flags)
    case .allParameters: appendAllParameters(UInt8(a), instruction.flags)
    case .allPipelineStatuses: appendList(pipelineStatusTexts, asList: true, instruction.flags)
    case .pipelineStatus: return appendPipelineStatus(instruction.flags)
    case .length: return appendLength(of: routine.parameters[a], instruction.flags)
    case .trim, .trimText: return appendTrimmed(routine.parameters[a], routine.trims[b], instruction)
    case .jumpIfUnset: if isUnset(routine.parameters[a], instruction.flags) { position = b }
    case .jumpIfSet: if !isUnset(routine.parameters[a], instruction.flags) { position = b }
    case .assignParameter: return assignParameter(routine.parameters[a])
    case .parameterError: return parameterError(routine.parameters[a], instruction.flags)
    case .invalidExpansion: return expansionError(.badSubstitution(routine.constants[a]))
    case .arithmetic: return appendArithmetic(routine.arithmetic[a], instruction.flags)
    case .arithmeticText: return appendArithmeticText(instruction.flags)
    case .substitution: enterSubstitution(routine.routines[a], instruction.flags)
    case .beginText: texts.append(ByteString())
    case .beginCommand: beginCommand()
    case .beginAssignments: substitutionStatus = nil
    case .assign: return assign(texts.removeLast(), to: NameNumber(instruction.a))
    case .assignArithmetic: return assignArithmetic(routine.arithmetic[b], to: NameNumber(instruction.a))
    case .assignLiteral: return assign(routine.constants[b], to: NameNumber(instruction.a))
    case .assignTemporarily: return assignTemporarily(to: NameNumber(instruction.a))
    case .beginRedirections: return beginRedirections()
    case .redirect: return redirect(routine.redirections[a], failure: b)
    case .endRedirections: return finishRedirections()
    case .execute: return execute()
    case .executeNamed: return executeNamed(NameNumber(instruction.a), builtin: b)
    case .endAssignments: return endAssignments()
    case .defineFunction:
      environment.define(routine.functions[a], as: NameNumber(instruction.b))
      environment.status = .success
    case .jump: position = a
    case .jumpIfFailure: if !environment.status.isSuccess { position = a }
    case .jumpIfSuccess: if environment.status.isSuccess { position = a }
    case .setStatus: environment.status = ExitStatus(rawValue: instruction.a)
    case .negate: environment.status = .truth(!environment.status.isSuccess)
    case .beginTested: testedDepth += 1
    case .endTested: testedDepth -= 1
    case .beginTiming: beginTiming()
    case .endTiming: endTiming(inSeconds: instruction.a == 1)
    case .checkErrExit: return checkErrExit()
    case .enterLoop: enterLoop(breakTo: instruction.a, continueTo: instruction.b)
    case .loopBack: return loopBack(to: a)
    case .finishLoop: finishLoop()
    case .leaveLoop: leaveLoop()
    case .enterFor: enterFor(breakTo: instruction.a, continueTo: instruction.b)
    case .nextFor: return nextFor(NameNumber(instruction.a), end: b)
    case .matchCase: matchCase(routine.patterns[a], b)
    case .matchCaseText:
      matchCase(Pattern(PatternText(unquoted: texts.removeLast()), decoder: environment.shell.decoder), b)
    case .endCase: texts.removeLast()
    case .enterSubshell: enterSubshell(end: instruction.a)
    case .leaveSubshell: return leaveSubshell()
    case .pipeline: return runPipeline(routine.pipelines[a])
    case .startJob: return startJob(routine.lists[a])
    case .end: return endRoutine()
    }
    return .next
  }
}
