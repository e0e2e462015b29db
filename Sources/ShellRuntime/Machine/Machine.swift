import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Runs compiled shell code in an environment: a resumable machine with an explicit stack.
///
/// A value. It waits by returning from `run()`, and `run()` goes on where it stood; so a command that waits for
/// nothing never pays for being able to, and a machine can be stopped and continued at any wait.
/// `Machine+Words` expands, `+Commands` runs simple commands, `+Control` has loops, subshells and substitutions,
/// `+Leaving` is how control leaves all of them, `Frame` what each of them gives back.
///
/// Between two instructions: `operands` holds what instructions that ran have left for later ones; `frames` holds what
/// is open, the innermost last; `waiting` is `nil`. While the machine waits, `waiting` is not, and the instruction
/// that waits counts as run: `position` is behind it.
package struct Machine: Sendable {
  /// The environment, and what else a builtin sees.
  package var context: BuiltinContext
  var operands = Operands()
  var frames: [Frame] = []
  /// How the machine goes on, while it waits.
  var waiting: Waiting?
  var purpose = Purpose.command
  /// Whether it runs, or `&` finds out what kind of job it starts.
  var phase = Phase.running

  /// What the shell's own machine runs.
  package enum Purpose: Sendable {
    /// A complete command, or a text that is expanded.
    case command
    /// A file that is read when the shell starts: errors and `return` end that file alone.
    case startupFile
    /// The end of the shell: its `EXIT` trap.
    case end
  }

  enum Phase: Sendable {
    case running
    /// Expands the words of a command, to see whether it is a program; nothing is done for it yet.
    case finding
    /// Makes the redirections of a program and stops before it is spawned.
    case preparing
  }

  /// How `run()` returned. One word: each operation returns it inside its `ControlFlow`.
  package enum RunResult: Sendable {
    indirect case finished(End)
    /// Nothing can be done until the request is met.
    indirect case wait(WaitRequest)
    /// A signal arrived, or another thread wants the machine to stop or to end.
    case attention
    /// The machine has to give way to others.
    case turnsAreUsedUp
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
  package enum ControlFlow: Sendable {
    case next
    /// Control has left the command that runs, for an error or on request: the loop goes on elsewhere.
    case moved
    case stop(RunResult)
  }

  package init(environment: ExecutionEnvironment) { self.init(environment: environment, routine: .empty) }

  init(environment: ExecutionEnvironment, routine: Routine, _ inherited: InheritedState = InheritedState()) {
    context = BuiltinContext(environment: environment, routine: routine)
    context.inherited = inherited
  }

  // MARK: What the machine and a builtin share

  package var environment: ExecutionEnvironment {
    @inline(__always) _read { yield context.environment }
    @inline(__always) _modify { yield &context.environment }
  }

  var routine: Routine {
    @inline(__always) _read { yield context.routine }
    @inline(__always) _modify { yield &context.routine }
  }

  var position: Int {
    @inline(__always) get { context.position }
    @inline(__always) set { context.position = newValue }
  }

  var testedDepth: Int32 {
    @inline(__always) get { context.inherited.testedDepth }
    @inline(__always) set { context.inherited.testedDepth = newValue }
  }

  package var job: Job? {
    get { context.inherited.job }
    set { context.inherited.job = newValue }
  }

  var shell: Shell { context.environment.shell }

  // MARK: Beginning

  /// Begins another routine; the machine must have finished the one before.
  mutating func begin(_ routine: Routine, for purpose: Purpose = .command) {
    context.routine = routine
    context.position = 0
    self.purpose = purpose
  }

  /// Begins a complete command, compiled for this environment.
  package mutating func begin(_ command: CompleteCommand, source: ByteString, for purpose: Purpose = .command) {
    begin(Compiler.compile(command.list, in: &context.environment, source: source), for: purpose)
  }

  /// Begins nothing: what runs is what signals have pending.
  package mutating func beginNothing() { begin(.empty) }

  /// Begins the end of the shell: its `EXIT` trap, with the last status.
  package mutating func beginExit() { begin(.empty, for: .end) }

  /// Drops everything but the status: what runs no more holds no descriptor open.
  mutating func releaseEnvironment() {
    if environment.isMain { return }
    environment.descriptors = DescriptorTable(inherited: [])
    frames = []
    waiting = nil
  }

  /// Makes this the machine of a job: the shell goes on with a copy of its environment.
  mutating func becomeSubshell() {
    context.inherited.turnsLeft = InheritedState.turnsInBackground
    if let outerEnvironment = frames.lazy.compactMap(\.outerEnvironment).first {
      outerEnvironment.leaveMain()
    } else {
      environment.leaveMain()
    }
  }
}

extension Machine {
  /// Goes on after a wait, then runs until it must wait or has finished. Does not suspend.
  package mutating func run(_ cause: WakeCause = .woken) -> RunResult {
    if let waiting, !endsWait(context.pendingSignals) {
      self.waiting = nil
      if case .stop(let result) = goOn(waiting.continuation, cause) { return result }
    }
    if !context.pendingSignals.isEmpty, case .stop(let result) = actOnSignals() { return result }
    while true { if let result = runRoutine() { return result } }
  }

  /// Runs until it must stop, or until another routine is the current one: so the routine and its instructions are
  /// retained once for many instructions.
  @inline(__always)
  private mutating func runRoutine() -> RunResult? {
    let routine = context.routine
    let instructions = routine.instructions
    while true {
      let instruction = instructions[context.position]
      context.position += 1
      if case .stop(let result) = perform(instruction, of: routine) { return result }
      if context.routine !== routine { return nil }
    }
  }

  /// Only dispatches: each operation is a method named after it.
  @inline(__always)
  private mutating func perform(_ instruction: Instruction, of routine: Routine) -> ControlFlow {
    let a = Int(instruction.a)
    let b = Int(instruction.b)
    switch instruction.operation {
    case .literalField: operands.fields.append(routine.constants[a])
    case .variableField: return variableField(NameNumber(instruction.a))
    case .beginWord: beginWord()
    case .endWord: return endWord()
    case .literal: appendLiteral(routine.constants[a], instruction.flags)
    case .quotedEmpty: if !instruction.flags.contains(.text) { operands.word.markQuotedEmpty() }
    case .tilde: appendHome(of: routine.constants[a], isFollowedBySlash: b != 0, instruction.flags)
    case .variable: return appendVariable(NameNumber(instruction.a), instruction.flags)
    case .parameter: return appendParameter(routine.parameters[a], instruction.flags)
    case .allParameters: appendAllParameters(UInt8(a), instruction.flags)
    case .allPipelineStatuses: appendList(pipelineStatusTexts, instruction.flags)
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
    case .beginText: operands.texts.append(ByteString())
    case .beginCommand: beginCommand()
    case .beginAssignments: context.command = CommandFacts()
    case .assign: return assign(operands.popText(), to: NameNumber(instruction.a))
    case .appendToVariable: return append(operands.popText(), toVariable: NameNumber(instruction.a))
    case .assignArithmetic: return assignArithmetic(routine.arithmetic[b], to: NameNumber(instruction.a))
    case .assignLiteral: return assign(routine.constants[b], to: NameNumber(instruction.a))
    case .assignTemporarily: return assignTemporarily(to: NameNumber(instruction.a), isFirst: b != 0)
    case .endTemporaryAssignments: return endCommandFrame()
    case .beginRedirections: return beginRedirections()
    case .redirect: return redirect(routine.redirections[a], failure: b)
    case .endRedirections: return endCommandFrame()
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
    case .leaveLoop: popFrame()
    case .enterFor: enterFor(breakTo: instruction.a, continueTo: instruction.b)
    case .nextFor: return nextFor(NameNumber(instruction.a), end: b)
    case .endFor: operands.dropCommand()
    case .matchCase: matchCase(routine.patterns[a], b)
    case .matchCaseText:
      matchCase(Pattern(PatternText(unquoted: operands.popText()), decoder: shell.decoder), b)
    case .endCase: operands.texts.removeLast()
    case .enterSubshell: enterSubshell(end: instruction.a)
    case .leaveSubshell: return leaveSubshell()
    case .pipeline: return runPipeline(routine.pipelines[a])
    case .startJob: return startJob(routine.lists[a])
    case .end: return endRoutine()
    }
    return .next
  }
}
