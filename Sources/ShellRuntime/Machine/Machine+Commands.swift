import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Simple commands: POSIX.1-2024 XCU 2.9.1.
extension Machine {
  mutating func beginCommand() {
    operands.beginCommand()
    context.command = CommandFacts()
  }

  // MARK: Assignments

  @inline(__always)
  mutating func assign(_ value: ByteString, to number: NameNumber) -> ControlFlow {
    do throws(VariableError) {
      try environment.assign(value, to: number)
    } catch {
      return expansionError(.variable(error))
    }
    if environment.options.contains(.xTrace) { traceAssignment(number, value) }
    return .next
  }

  mutating func assignArithmetic(
    _ expression: Routine.CompiledArithmetic, to number: NameNumber
  ) -> ControlFlow {
    do throws(ArithmeticError) {
      return assign(ByteString(decimal: try expression.program.evaluate(&context.environment)), to: number)
    } catch {
      return expansionError(.arithmetic(error, expression: expression.program.source))
    }
  }

  /// Appends to a variable in place, so that `x=${x}abc` in a loop is linear in what is appended.
  mutating func append(_ text: ByteString, toVariable number: NameNumber, mayBeUnset: Bool) -> ControlFlow {
    let before = environment.variables[number]
    // An error, an attribute, a trace or a derived value follows from these, as in an ordinary assignment.
    if !before.isSet || environment.options.isDisjoint(with: [.xTrace, .allExport]) == false
      || number.isWellKnown
    {
      if before.isNameReference { return append(text, throughReference: number) }
      if !before.isSet, !mayBeUnset, environment.options.contains(.noUnset) { return unsetError(.variable(number)) }
      return assign(before.appending(text), to: number)
    }
    if !before.attributes.isDisjoint(with: .ofAssignments) { return assign(before.appending(text), to: number) }
    environment.variables[number].value.append(text)
    return .next
  }

  /// `x+=text` where `x` is a name reference.
  @inline(never)
  private mutating func append(_ text: ByteString, throughReference number: NameNumber) -> ControlFlow {
    do throws(VariableError) {
      let found = try environment.referenced(by: number)
      let before = environment.variables[found.number]
      if before.isNameReference { return assign(text, to: found.number) }
      return assign(before.appending(text, to: environment.value(of: number) ?? ""), to: number)
    } catch {
      return expansionError(.variable(error))
    }
  }

  mutating func endAssignments(otherwise status: ExitStatus = .success) -> ControlFlow {
    environment.status = context.command.substitutionStatus ?? status
    environment.lastArgument = ByteString()
    return finishCommand()
  }

  /// Performs an assignment before a command; the variable is restored when the command has ended. Later assignments
  /// and redirections of the same command see the new value.
  mutating func assignTemporarily(to number: NameNumber) -> ControlFlow {
    let number = environment.referencedArray(number)
    let saved = environment.variables.saved(number)
    do throws(VariableError) {
      try environment.assignTemporarily(operands.popText(), to: number)
    } catch {
      return expansionError(.variable(error))
    }
    frames.append(.assignment(Frame.TemporaryAssignment(savedState: savedState, saved: saved)))
    return .next
  }

  /// The variables that are assigned before the command that is open, as they were. Their frames are the innermost ones.
  var temporaryAssignments: [SavedVariable] {
    var result: [SavedVariable] = []
    for frame in frames.reversed() {
      guard case .assignment(let assignment) = frame, frame.isAround(openCommands: operands.commandStarts.count) else {
        break
      }
      result.insert(assignment.saved, at: 0)
    }
    return result
  }

  /// Makes the assignments before a special builtin, or without a command name, permanent.
  private mutating func keepAssignments() {
    guard !frames.isEmpty, frames[frames.count - 1].isPartOfCommand else { return }
    for (index, saved) in zip(frames.indices.reversed(), temporaryAssignments.reversed()) {
      if !saved.variable.isExported, !environment.options.contains(.allExport) {
        environment.variables[saved.number].attributes.remove(.exported)
      }
      frames[index].keepAssignment()
    }
  }

  // MARK: Finding the command

  mutating func executeNamed(_ number: NameNumber, builtin index: Int) -> ControlFlow {
    if phase != .running, let flow = probeCommand() { return flow }
    var index = index
    if !environment.options.isDisjoint(with: [.xTrace, .disablesBuiltins]) {
      if environment.options.contains(.xTrace) { traceCommand() }
      if index >= 0, environment.isDisabled(index) { index = -1 }
    }
    // POSIX.1-2024 XCU 2.9.1.4: special builtins, then functions, then other builtins, then programs.
    if index >= 0 {
      let isSpecial = environment.shell.builtins.builtins[index].kind == .special
      if isSpecial || environment.function(number) == nil { return call(index, isSpecial: isSpecial) }
    }
    if let function = environment.function(number) { return call(function.routine) }
    return runProgram()
  }

  mutating func execute() -> ControlFlow {
    // All words expanded to nothing: the assignments stay, and the status is that of the last substitution.
    if operands.fields.count == operands.commandStart {
      if environment.options.contains(.xTrace) {
        for saved in temporaryAssignments {
          traceAssignment(saved.number, ByteString())
        }
      }
      keepAssignments()
      operands.dropCommand()
      return endAssignments()
    }
    if phase != .running, let flow = probeCommand() { return flow }
    if environment.options.contains(.xTrace) { traceCommand() }
    return lookUp(operands.fields[operands.commandStart], .all)
  }

  mutating func executeBuiltin(_ index: Int) -> ControlFlow {
    if environment.options.contains(.xTrace) { traceCommand() }
    return call(index, isSpecial: false)
  }

  private mutating func lookUp(_ name: ByteString, _ lookup: CommandLookup) -> ControlFlow {
    let index = lookup.contains(.builtins) ? environment.builtinIndex(of: name) : nil
    if let index, environment.shell.builtins.builtins[index].kind == .special {
      return call(index, isSpecial: lookup.contains(.specialProperties))
    }
    if lookup.contains(.functions), let function = environment.function(name) { return call(function.routine) }
    if let index { return call(index, isSpecial: false) }
    if name.first == UInt8(ascii: "%"), let fg = environment.shell.builtins.index(of: "fg") {
      // A job ID as a command brings the job to the foreground.
      operands.fields.insert("fg", at: operands.commandStart)
      return call(fg, isSpecial: false)
    }
    if lookup.contains(.programs) { return runProgram(lookup) }
    environment.status = .commandNotFound
    return finishCommand()
  }

  // MARK: Functions

  mutating func define(_ function: Function, as number: NameNumber) -> ControlFlow {
    if environment.enabledBuiltin(environment.names.name(of: number))?.kind == .special {
      context.report(.specialBuiltin(environment.names.name(of: number)))
      environment.status = .usageError
      return leaveAfterSpecialError(.usageError)
    }
    guard environment.define(function, as: number) else {
      context.report(.variable(.readOnlyFunction(environment.names.name(of: number))))
      environment.status = .failure
      return finishCommand()
    }
    environment.status = .success
    if environment.options.contains(.hashAll) {
      function.routine.visitCommandNames { _ = context.findProgram(environment.names.name(of: $0), .programs) }
    }
    return .next
  }

  /// Whether as many functions run in one another as `FUNCNEST` says.
  @inline(never)
  private var isAtCallLimit: Bool {
    let depth = frames.count { if case .call = $0 { true } else { false } }
    return depth >= Int(environment.callLimit) && !environment.options.contains(.posix)
  }

  private mutating func call(_ body: consuming Routine) -> ControlFlow {
    if frames.count >= context.inherited.frameLimit || context.environment.callLimit > 0 && isAtCallLimit {
      return expansionError(.recursion(operands.fields[operands.commandStart]))
    }
    // The command's fields become the parameters before the frame is pushed, so that its mark does not count them.
    let parameters = PositionalParameters(operands.takeOperandsOfCommand())
    frames.append(
      .call(
        Frame.Call(
          savedState: savedState,
          caller: Frame.Caller(
            routine: exchange(&context.routine, with: body), position: Int32(truncatingIfNeeded: position)),
          positionalParameters: exchange(&environment.positionalParameters, with: parameters),
          locals: exchange(&environment.locals, with: []))))
    context.position = 0
    if !environment.options.isDisjoint(with: .commandTraps) { hideCommandTraps() }
    return countTurn()
  }

  // MARK: Builtins

  @inline(__always)
  mutating func call(_ index: Int, isSpecial: Bool) -> ControlFlow {
    if isSpecial { keepAssignments() }
    context.command.isSpecialBuiltin = isSpecial
    let result = context.shell.builtins.builtins[index].run(&context, Arguments(operands.command))
    // Nearly every call ends here, without a look at the other results.
    if case .status(let status) = result, context.output.isEmpty {
      environment.lastArgument = operands.takeLastField()
      context.endBuiltin()
      environment.status = status
      return finishCommand()
    }
    context.output.writer = operands.fields[operands.commandStart]
    environment.lastArgument = operands.takeLastField()
    return complete(result)
  }

  /// Does what a builtin returned, after its output is written. If writing has to wait, the result is kept and this is
  /// called again with it, so nothing of the builtin runs before its earlier output is written.
  mutating func complete(_ result: BuiltinResult) -> ControlFlow {
    var result = result
    while true {
      if !context.output.isEmpty {
        switch context.flushOutput() {
        case .flushed: break
        case .wait(let request): return wait(for: request, then: .result(result))
        case .failed(let status): if result.endsWhereOutputFails { result = .status(status) }
        case .terminated(let signal): return die(of: signal)
        }
      }
      guard case .writeAndGoOn(let then) = result else { return end(with: result) }
      if needsAttention, mustAttend(before: result) { return .stop(.attention) }
      result = then(&context)
    }
  }

  /// Whether a builtin that goes on has to be left for a request, or for a signal that ends it as it would end a wait for
  /// room. Then `run` goes on with `result`, if the builtin does not end. Other signals are held until it has ended.
  private mutating func mustAttend(before result: BuiltinResult) -> Bool {
    waiting = Waiting(continuation: .result(result), interruption: .asProgram)
    if context.isAttentionRaised || signalsEndWait { return true }
    waiting = nil
    return false
  }

  private mutating func die(of signal: SignalNumber) -> ControlFlow {
    context.endBuiltin()
    let flow = endEnvironment(by: signal)
    if case .next = flow { return .moved }
    return flow
  }

  /// Does what a builtin asks for that has nothing more to write.
  private mutating func end(with result: BuiltinResult) -> ControlFlow {
    if case .wait(let request, let then) = result { return wait(for: request, then: .builtin(then)) }
    if case .tellCalls(let then) = result {
      let calls = openCalls()
      return complete(then(&context, calls))
    }
    context.endBuiltin()
    switch result {
    case .status(let status): environment.status = status
    case .leave(let completion): return leave(completion)
    case .wait, .writeAndGoOn, .tellCalls: preconditionFailure("the builtin has not ended")
    case .keepRedirections:
      keepRedirections()
      environment.status = .success
    case .uncover(let variables, let status):
      for number in variables { uncover(number) }
      environment.status = status
    case .receive(let signal):
      environment.status = .success
      receive([signal])
    case .evaluate(let evaluation): return evaluate(evaluation)
    case .execute(let fields, let lookup): return execute(fields, lookup)
    }
    return finishCommand()
  }

  /// Ends what the innermost of the calling functions has made local under this name.
  private mutating func uncover(_ number: NameNumber) {
    for index in frames.indices.reversed() {
      guard case .call(var call) = frames[index], let saved = call.callerUncovers(number) else { continue }
      frames[index] = .call(call)
      return environment.restore(saved)
    }
  }

  /// Runs another command in place of the builtin: `command`, `exec`. Its redirections are still in force.
  private mutating func execute(_ fields: [ByteString], _ lookup: CommandLookup) -> ControlFlow {
    operands.beginCommand()
    operands.fields.append(contentsOf: fields)
    // `x=1 exec program`: `exec` is special, so the assignment stays, but the program must get the variable too.
    if lookup.contains(.replacingShell) {
      for saved in temporaryAssignments { environment.variables[saved.number].attributes.insert(.exported) }
    }
    return lookUp(fields[0], lookup)
  }

  /// Ends every simple command: `set -e`, then signals and requests. While the command's own redirections are in force,
  /// signals are left to `endCommandFrame`, since a trap must not run under them.
  @inline(__always)
  mutating func finishCommand() -> ControlFlow {
    if !environment.pipelineStatuses.isEmpty { environment.pipelineStatuses = [] }
    if !environment.status.isSuccess {
      let flow = checkErrExit()
      guard case .next = flow else { return flow }
    }
    if needsAttention, !isInOwnRedirections { return .stop(.attention) }
    return .next
  }

  /// Whether a signal or a request is pending.
  var needsAttention: Bool {
    @inline(__always) get { context.isAttentionRaised || context.hasSignals }
  }

  // MARK: eval and .

  mutating func evaluate(_ evaluation: Evaluation) -> ControlFlow {
    if frames.count >= context.inherited.frameLimit { return expansionError(.recursion(context.output.writer)) }
    var name = routine.source
    var start = context.sourcePosition
    var isFile = false
    var before: PositionalParameters?
    let savedState = savedState
    var hiddenTraps: [HiddenTrap] = []
    if case .file(let file, let parameters) = evaluation.origin {
      isFile = true
      hiddenTraps = environment.hideTraps(.debugTrap)
      if !parameters.isEmpty {
        before = environment.positionalParameters
        environment.positionalParameters = PositionalParameters(parameters)
      }
      name = file
      start = SourcePosition()
    }
    var reader = SourceReader(evaluation.source, name: name, startingAt: start)
    reader.endsScriptOnError = context.command.isSpecialBuiltin
    reader.continuation = evaluation.continuation
    frames.append(
      .source(
        Frame.SourceText(
          savedState: savedState, caller: caller, reader: reader, isFile: isFile, positionalParameters: before,
          hiddenTraps: hiddenTraps)))
    return continueSource()
  }

  /// Runs the next complete command of the text that `eval` or `.` reads, or returns to the caller at its end.
  mutating func continueSource() -> ControlFlow {
    let isShown = environment.options.contains(.verbose) && frames[frames.count - 1].endsAtReturn
    let start = isShown ? frames[frames.count - 1].reader?.offset : nil
    let result = frames[frames.count - 1].nextRoutine(in: &context.environment)
    if let start, let text = frames[frames.count - 1].reader?.text(from: start), !text.isEmpty {
      context.writeDirectly(text.hasSuffix("\n") ? text : text + "\n")
    }
    switch result {
    case .routine(let next):
      context.routine = next
      context.position = 0
      return .next
    case .end(_, let continuation?):
      switch continuation(&context) {
      case .source(let rest):
        frames[frames.count - 1].append(rest)
        return continueSource()
      case .result(let result):
        popFrame()
        return complete(result)
      }
    case .end(let isEmpty, nil):
      let isFile = frames[frames.count - 1].endsAtReturn
      popFrame()
      if isEmpty { environment.status = .success }
      return isFile ? endFile(environment.status) : finishCommand()
    case .failed(let error):
      guard let reader = frames[frames.count - 1].reader else { return .next }
      popFrame()
      context.report(error, in: reader.name)
      if reader.endsScriptOnError { return leave(.endAfterError(.usageError)) }
      environment.status = .usageError
      return finishCommand()
    }
  }
}

extension BuiltinResult {
  /// Whether a builtin whose output could not be written ends with the status of that: not where it has failed itself.
  fileprivate var endsWhereOutputFails: Bool {
    switch self {
    case .status(let own): own.isSuccess
    case .wait, .writeAndGoOn, .tellCalls: true
    default: false
    }
  }
}
