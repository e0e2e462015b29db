import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Runs compiled shell code in an environment: a resumable machine with an explicit stack.
///
/// A value. It waits by returning from `run()`, and the next `run()` goes on from there. So a command that does not
/// wait costs nothing more, and a machine can be stopped and continued wherever it returns. `Machine+Words` expands
/// words, `+Commands` runs simple commands, `+Control` has loops, subshells and substitutions, `+Leaving` leaves all of
/// these, and `Frame` says what each of them restores.
///
/// What holds between two instructions, and so wherever `run()` returns:
///
/// - `routine` and `position` name the instruction that runs next. An instruction that waits counts as run; one that is
///   to run again after a trap has moved `position` back before it waits.
/// - `operands` holds what earlier instructions have left for later ones, and nothing else.
/// - `frames` holds the constructs that are open, the innermost last. Popping all of them restores what they changed.
/// - `waiting` is `nil` unless the machine has returned `.wait`, or `.attention` for a signal that comes first.
/// - `output` is empty unless the machine waits to write it.
///
/// Inside an instruction none of this need hold. So signals, stops and requests are acted on between instructions only.
/// `Coroutine` alone calls `run()`.
package struct Machine: Sendable {
  /// The environment, and what else a builtin sees.
  package var context: BuiltinContext
  var operands = Operands()
  var frames: [Frame] = []
  /// The wait for which the machine has returned; set by `wait(for:then:)` and `begin(with:)` only.
  var waiting: Waiting?
  var purpose = Purpose.command
  /// Whether it runs as usual or is probed by `&` (`Machine+StartingJobs`).
  var phase = ProbePhase.running
  /// The elements of the pipeline in front of which probing has stopped the machine; running the pipeline takes them.
  var probedElements: [Coroutine]?
  /// What `testedDepth` is outside of all frames.
  let inheritedTestedDepth: Int32
  #if DEBUG
    var breakpoint: Breakpoint?
  #endif

  /// What the shell's own machine runs.
  package enum Purpose: Sendable {
    case command
    /// A text that is expanded: nothing ends with it.
    case text
    /// A file that is read when the shell starts: errors and `return` end that file alone.
    case startupFile
    /// The end of the shell: its `EXIT` trap.
    case end
  }

  enum ProbePhase: Sendable {
    case running
    /// Stops when the words of the command are expanded, before its redirections. Those of braces and parentheses around
    /// it are performed by then.
    case finding
    /// Stops when the redirections are performed, before the program is spawned.
    case preparing
  }

  /// Why `run()` returned. Indirect cases keep it to one word, since each operation returns it inside `ControlFlow`.
  package enum RunResult: Sendable {
    indirect case finished(End)
    /// The machine waits; `run` must be called again when the request is met, or when a signal was delivered.
    indirect case wait(WaitRequest)
    /// A signal or a request of another thread is pending: the caller calls `Shell.attend`, then `run` again.
    case attention
    /// The machine has used up its turns: other tasks run before the next `run`.
    case turnsAreUsedUp
    /// The machine is probed, and its phase has ended.
    case probed(isProgram: Bool)
  }

  /// How the machine's work ended.
  package enum End: Sendable, Equatable {
    case completed
    /// `exit`, or the end of a subshell.
    case exited(ExitStatus)
    /// An error or Ctrl-C: the rest of the line or script is dropped.
    case abandoned(ExitStatus)
    case terminated(SignalNumber)
  }

  /// What an operation asks the run loop to do next.
  package enum ControlFlow: Sendable {
    case next
    /// `position` was changed by `leave`: the command has ended, so callers return this without doing more.
    case moved
    case stop(RunResult)
  }

  package init(environment: consuming ExecutionEnvironment) { self.init(environment: environment, routine: .empty) }

  init(environment: consuming ExecutionEnvironment, routine: Routine, _ inherited: InheritedState = InheritedState()) {
    inheritedTestedDepth = inherited.testedDepth
    context = BuiltinContext(environment: environment, routine: routine, inherited)
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

  /// Begins an empty routine, to run traps of pending signals.
  package mutating func beginNothing() { begin(.empty) }

  /// Begins the end of the shell: its `EXIT` trap, with the last status. The last routine is still that which runs, so
  /// that the trap knows the command.
  package mutating func beginExit() {
    context.position = routine.instructions.count - 1
    purpose = .end
  }

  /// Releases descriptors and frames of a machine that has ended, since its coroutine may be kept for the status.
  mutating func releaseEnvironment() {
    if environment.isMain { return }
    environment.descriptors = DescriptorTable(inherited: [])
    frames = []
    waiting = nil
  }

  /// Turns the machine of the foreground line into that of a job: its environment is a subshell's from now on.
  mutating func becomeSubshell() {
    if let outerEnvironment = frames.lazy.compactMap(\.outerEnvironment).first {
      outerEnvironment.leaveMain()
    } else {
      environment.leaveMain()
    }
  }
}

extension Machine {
  /// Goes on after a wait, then runs until it has to return. Never suspends.
  ///
  /// The order matters. If a pending signal ends the wait, the continuation is dropped and not run (`endWait`).
  /// Otherwise the continuation runs first, so that the command ends before a trap runs; it may well wait again. So it
  /// does for CHLD too, since the child that has ended may be what the command waits for.
  package mutating func run(_ cause: WakeCause = .woken) -> RunResult {
    if let waiting, !signalsEndWait {
      self.waiting = nil
      if case .stop(let result) = goOn(waiting.continuation, cause), !childEndsWait { return result }
    }
    if context.hasSignals || childTrapIsDue || !context.signalledSubshells.isEmpty,
      case .stop(let result) = actOnSignals()
    {
      return result
    }
    assert(waiting == nil, "a machine that runs does not wait")
    while true {
      let isSteppedThrough = environment.options.contains(.debugTrap)
      if isSteppedThrough, case .stop(let result) = runDebugTrap() { return result }
      if let result = runRoutine(isSteppedThrough) { return result }
    }
  }

  /// Runs until it must return, or until another routine is current; `nil` for that. So the routine is retained once,
  /// not for each instruction.
  ///
  /// - Parameter isSteppedThrough: Whether one instruction is enough.
  @inline(__always)
  private mutating func runRoutine(_ isSteppedThrough: Bool) -> RunResult? {
    let routine = context.routine
    // One that is current nowhere, so that each instruction is the last.
    let current = ObjectIdentifier(isSteppedThrough ? Routine.noWhere : routine)
    while true {
      #if DEBUG
        if case .stop(let result) = countToBreakpoint() { return result }
        if !routine.isSame(as: context.routine) { return nil }
      #endif
      let instruction = routine.instructions[context.position]
      context.position += 1
      switch perform(instruction, of: routine) {
      case .next, .moved: break
      case .stop(let result): return result
      }
      if !context.routine.isIdentified(by: current) { return nil }
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
    case .indirect: return appendIndirect(routine.parameters[a], instruction.flags)
    case .checkIndirection: return checkIndirection(routine.parameters[a])
    case .allElements: return appendAllElements(routine.parameters[a], instruction.flags)
    case .subscripts: appendSubscripts(of: NameNumber(instruction.a), isJoined: b != 0, instruction.flags)
    case .subscriptText: return makeSubscript(of: NameNumber(instruction.a), isOfValue: b != 0)
    case .length: return appendLength(of: routine.parameters[a], instruction.flags)
    case .trim, .trimText: return appendTrimmed(routine.parameters[a], routine.trims[b], instruction)
    case .jumpIfUnset: if isUnset(routine.parameters[a], instruction.flags) { position = b }
    case .jumpIfSet: if !isUnset(routine.parameters[a], instruction.flags) { position = b }
    case .assignParameter: return assignParameter(routine.parameters[a])
    case .parameterError: return parameterError(routine.parameters[a], instruction.flags)
    case .tooManyWords: return expansionError(.tooManyWords(routine.constants[a]))
    case .invalidExpansion: return expansionError(.badSubstitution(routine.constants[a]))
    case .arithmetic: return appendArithmetic(routine.arithmetic[a], instruction.flags)
    case .arithmeticText: return appendArithmeticText(instruction.flags)
    case .substitution: enterSubstitution(routine.routines[a], flags: instruction.flags)
    case .processSubstitution: substituteProcess(routine.lists[a], isReader: b != 0, instruction.flags)
    case .beginText: operands.texts.append(ByteString())
    case .copyText: operands.texts.append(operands.texts[operands.texts.count - 1])
    case .textField: operands.fields.append(operands.popText())
    case .transform: return appendTransformed(routine.parameters[a], routine.transformations[b], instruction.flags)
    case .variableNames: appendVariableNames(routine.constants[a], areFields: b != 0, instruction.flags)
    case .beginCommand: beginCommand()
    case .beginFields: operands.beginCommand()
    case .beginAssignments: context.command = CommandFacts()
    case .assign: return assign(operands.popText(), to: NameNumber(instruction.a))
    case .appendToVariable: return append(operands.popText(), toVariable: NameNumber(instruction.a), mayBeUnset: b != 0)
    case .assignArithmetic: return assignArithmetic(routine.arithmetic[b], to: NameNumber(instruction.a))
    case .assignElement: return assignElement(of: NameNumber(instruction.a), isAppending: b != 0)
    case .arrayWords: takeArrayWords()
    case .assignArray: return assignArray(to: NameNumber(instruction.a), isAppending: b != 0)
    case .assignLiteral: return assign(routine.constants[b], to: NameNumber(instruction.a))
    case .assignTemporarily: return assignTemporarily(to: NameNumber(instruction.a))
    case .endTemporaryAssignment: return endCommandFrame()
    case .beginProcessSubstitutions: beginProcessSubstitutions()
    case .endProcessSubstitutions: return endProcessSubstitutions()
    case .beginRedirections: return beginRedirections(ofSimpleCommand: a != 0)
    case .redirect: return redirect(routine.redirections[a], failure: b)
    case .endRedirections: return endCommandFrame()
    case .execute: return execute()
    case .executeNamed: return executeNamed(NameNumber(instruction.a), builtin: b)
    case .executeBuiltin: return executeBuiltin(a)
    case .copyInput: return copyInput()
    case .writeText: return writeText()
    case .arithmeticCommand: return arithmeticCommand(routine.arithmetic[a])
    case .arithmeticCommandText: return arithmeticCommand(operands.popText())
    case .matchPattern: matchPattern(routine.patterns[a])
    case .matchPatternText: matchPattern(popPattern(environment.options.testPatterns))
    case .matchRegularExpression: matchRegularExpression()
    case .endAssignments: return endAssignments(otherwise: a == 1 ? environment.status : .success)
    case .defineFunction: return define(routine.functions[a], as: NameNumber(instruction.b))
    case .jump: position = a
    case .jumpIfFailure: if !environment.status.isSuccess { position = a }
    case .jumpIfSuccess: if environment.status.isSuccess { position = a }
    case .setStatus: environment.status = ExitStatus(rawValue: instruction.a)
    case .negate: negate(isOfPipeline: a == 1)
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
    case .readSelection: return readSelection(end: a)
    case .takeSelection: return takeSelection(for: NameNumber(instruction.a), end: b)
    case .endFor: operands.dropCommand()
    case .matchCase: matchCase(routine.patterns[a], b)
    case .matchCaseText: matchCase(popPattern(environment.options.comparingPatterns), b)
    case .dropText: operands.texts.removeLast()
    case .enterSubshell: enterSubshell(end: instruction.a)
    case .leaveSubshell: return leaveSubshell()
    case .pipeline: return runPipeline(routine.pipelines[a])
    case .startJob: return startJob(routine.lists[a])
    case .startCoprocess: return startCoprocess(routine.lists[a])
    case .end: return endRoutine()
    }
    return .next
  }
}
