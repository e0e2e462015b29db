import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Simple commands: POSIX.1-2024 XCU 2.9.1.
extension Machine {
  mutating func beginCommand() {
    marks.append(Int32(truncatingIfNeeded: fields.count))
    substitutionStatus = nil
  }

  /// Drops the fields since `beginCommand`.
  mutating func dropCommand() {
    let start = Int(marks.removeLast())
    fields.truncate(to: start)
  }

  // MARK: Assignments

  @inline(__always)
  mutating func assign(_ value: ByteString, to number: NameNumber) -> Step {
    do throws(VariableError) {
      try environment.assign(value, to: number)
    } catch {
      return expansionError(.variable(error))
    }
    if environment.options.contains(.xTrace) { traceAssignment(number, value) }
    return .next
  }

  mutating func assignArithmetic(_ program: ArithmeticProgram, to number: NameNumber) -> Step {
    do throws(ArithmeticError) {
      return assign(ByteString(decimal: try program.evaluate(&environment)), to: number)
    } catch {
      return expansionError(.arithmetic(error, expression: program.source))
    }
  }

  mutating func endAssignments() -> Step {
    environment.status = substitutionStatus ?? .success
    return finishCommand()
  }

  /// Makes an assignment in front of a command, to be taken back when the command has ended. What stands behind it
  /// sees it already.
  mutating func assignTemporarily(to number: NameNumber) -> Step {
    let before = environment.variables[number]
    do throws(VariableError) {
      try environment.assign(texts.removeLast(), to: number)
    } catch {
      return expansionError(.variable(error))
    }
    saved.variables.append((number, before))
    environment.variables[number].attributes.insert(.exported)
    return .next
  }

  /// Lets the assignments in front of a special builtin, or of no command at all, stay.
  private mutating func keepAssignments() {
    if !assignedForGood.isEmpty { assignedForGood.removeAll() }
    while saved.variables.count > Int(temporaryBase) {
      let (number, before) = saved.variables.removeLast()
      if !before.isExported, !environment.options.contains(.allExport) {
        environment.variables[number].attributes.remove(.exported)
      }
      assignedForGood.append(number)
    }
  }

  mutating func restoreVariables(to base: Int32) {
    while saved.variables.count > Int(base) {
      let (number, variable) = saved.variables.removeLast()
      environment.restore(variable, to: number)
    }
  }

  // MARK: Finding the command

  mutating func executeNamed(_ number: NameNumber, builtin index: Int) -> Step {
    if phase != .running, let step = probeCommand() { return step }
    if environment.options.contains(.xTrace) { traceCommand() }
    if index >= 0 {
      let isSpecial = environment.shell.builtins.builtins[index].kind == .special
      if isSpecial || environment.function(number) == nil { return call(index, isSpecial: isSpecial) }
    }
    if let function = environment.function(number) { return call(function) }
    return runProgram()
  }

  mutating func execute() -> Step {
    let mark = Int(marks[marks.count - 1])
    if fields.count == mark {
      if environment.options.contains(.xTrace) {
        for (number, _) in saved.variables[Int(temporaryBase)...] {
          traceAssignment(number, environment.variables[number].value)
        }
      }
      keepAssignments()
      dropCommand()
      return endAssignments()
    }
    if phase != .running, let step = probeCommand() { return step }
    if environment.options.contains(.xTrace) { traceCommand() }
    return lookUp(fields[mark], .all)
  }

  private mutating func lookUp(_ name: ByteString, _ lookup: CommandLookup) -> Step {
    let index = lookup.contains(.builtins) ? environment.shell.builtins.index(of: name) : nil
    if let index, environment.shell.builtins.builtins[index].kind == .special {
      return call(index, isSpecial: lookup.contains(.specialProperties))
    }
    if lookup.contains(.functions), let function = environment.function(name) { return call(function) }
    if let index { return call(index, isSpecial: false) }
    if name.first == UInt8(ascii: "%"), let fg = environment.shell.builtins.index(of: "fg") {
      // A job ID as a command brings the job to the foreground.
      fields.insert("fg", at: Int(marks[marks.count - 1]))
      return call(fg, isSpecial: false)
    }
    if lookup.contains(.programs) { return runProgram(lookup) }
    environment.status = .commandNotFound
    return finishCommand()
  }

  // MARK: Functions

  /// How deep functions may call each other before it is an error, not a crash.
  static let callLimit = 250_000

  private mutating func call(_ function: Function) -> Step {
    if frames.count >= Self.callLimit {
      return expansionError(.recursion(function.definition.name))
    }
    var call = frame(.function, position: Int32(truncatingIfNeeded: position))
    call.value = temporaryBase
    call.routine = routine
    let start = Int(marks.removeLast())
    var parameters = Array(fields[(start + 1)...])
    swap(&parameters, &environment.positionalParameters)
    saved.positionalParameters.append(parameters)
    fields.truncate(to: start)
    call.fieldCount = Int32(truncatingIfNeeded: start)
    call.markCount -= 1
    frames.append(call)
    temporaryBase = Int32(truncatingIfNeeded: saved.variables.count)
    routine = function.routine
    position = 0
    return takeTurn()
  }

  /// Goes back from a function, `eval` or `.` to its caller.
  mutating func popCall() {
    let call = frames.removeLast()
    routine = call.routine!
    position = Int(call.position)
    testedDepth = call.testedDepth
    if call.kind == .function {
      environment.positionalParameters = saved.positionalParameters.removeLast()
      temporaryBase = call.value
      return restoreVariables(to: temporaryBase)
    }
    saved.sources.removeLast()
    if call.kind == .calledFile { environment.positionalParameters = saved.positionalParameters.removeLast() }
    // What became local to the function around it stays so.
    let locals = saved.variables[Int(call.continuePosition)...]
    saved.variables.removeLast(locals.count)
    restoreVariables(to: call.value)
    saved.variables += locals
    temporaryBase = Int32(truncatingIfNeeded: saved.variables.count)
  }

  /// Makes a variable local to the function that runs: unset, exported if it was, and put back when the function ends.
  /// `false` outside of functions.
  package mutating func makeLocal(_ name: ByteString) -> Bool {
    // An element of a pipeline inside a function is a machine of its own, whose variables end with it.
    guard !environment.isMain || frames.contains(where: { $0.kind == .function }) else { return false }
    let number = environment.names.number(of: name)
    saved.variables.append((number, environment.variables[number]))
    temporaryBase = Int32(truncatingIfNeeded: saved.variables.count)
    let isExported = environment.variables[number].isExported
    environment.restore(Variable(attributes: isExported ? .exported : []), to: number)
    return true
  }

  // MARK: Builtins

  @inline(__always)
  private mutating func call(_ index: Int, isSpecial: Bool) -> Step {
    if isSpecial { keepAssignments() }
    isSpecialBuiltin = isSpecial
    let start = Int(marks[marks.count - 1])
    let result = environment.shell.builtins.builtins[index].run(&self, Arguments(fields[start...]))
    if case .status(let status) = result, output.isEmpty {
      dropCommand()
      environment.status = status
      return finishCommand()
    }
    commandName = fields[start]
    dropCommand()
    return settle(result)
  }

  /// Does what a builtin, or a stage of one, asks for.
  mutating func settle(_ result: BuiltinResult) -> Step {
    if !output.isEmpty {
      switch flushOutput() {
      case .flushed: break
      case .wait(let request):
        continuation = { machine, _ in result }
        return .stop(.wait(request))
      case .failed(let status):
        if case .status(let own) = result, own.isSuccess { return settle(.status(status)) }
        if case .wait = result { return settle(.status(status)) }
      }
    }
    switch result {
    case .status(let status):
      environment.status = status
      return finishCommand()
    case .leave(let completion):
      restoreVariables(to: temporaryBase)
      return leave(completion)
    case .wait(let request, let then):
      continuation = then
      isWaitInterruptible = request.isInterruptible
      return .stop(.wait(request))
    case .resume(let step): return step(&self)
    case .evaluate(let evaluation): return evaluate(evaluation)
    case .execute(let fields, let lookup):
      if lookup.contains(.replacingShell) {
        for number in assignedForGood { environment.variables[number].attributes.insert(.exported) }
      }
      marks.append(Int32(truncatingIfNeeded: self.fields.count))
      self.fields.append(contentsOf: fields)
      return lookUp(fields[0], lookup)
    }
  }

  /// What comes after every simple command: `set -e`, then whoever wants attention.
  @inline(__always)
  mutating func finishCommand() -> Step {
    if saved.variables.count > Int(temporaryBase) { restoreVariables(to: temporaryBase) }
    if !environment.pipelineStatuses.isEmpty { environment.pipelineStatuses = [] }
    if !environment.status.isSuccess {
      let step = checkErrExit()
      guard case .next = step else { return step }
    }
    if environment.shell.attention.isRaised || !pendingSignals.isEmpty, !isInOwnRedirections {
      return .stop(.attention)
    }
    return .next
  }

  // MARK: eval and .

  private mutating func evaluate(_ evaluation: Evaluation) -> Step {
    if frames.count >= Self.callLimit { return expansionError(.recursion(commandName)) }
    var kind = Frame.Kind.evaluation
    var name = routine.source
    var start = sourcePosition
    if case .file(let file, var parameters) = evaluation.origin {
      kind = parameters.isEmpty ? .sourcedFile : .calledFile
      if !parameters.isEmpty {
        swap(&parameters, &environment.positionalParameters)
        saved.positionalParameters.append(parameters)
      }
      name = file
      start = SourcePosition()
    }
    var call = frame(kind, position: Int32(truncatingIfNeeded: position))
    call.value = temporaryBase
    call.continuePosition = Int32(truncatingIfNeeded: saved.variables.count)
    call.routine = routine
    frames.append(call)
    temporaryBase = call.continuePosition
    var reader = SourceReader(evaluation.source, name: name, startingAt: start)
    reader.endsScriptOnError = isSpecialBuiltin
    saved.sources.append(reader)
    return continueSource()
  }

  /// Runs the next complete command of the innermost source, or goes back to its caller.
  mutating func continueSource() -> Step {
    let top = saved.sources.count - 1
    switch saved.sources[top].next(in: &environment) {
    case .routine(let next):
      routine = next
      position = 0
      return .next
    case .end:
      if saved.sources[top].isEmpty { environment.status = .success }
      popCall()
      return finishCommand()
    case .failed(let error):
      let reader = saved.sources[top]
      report(error, in: reader.name)
      popCall()
      if reader.endsScriptOnError { return leave(.abandon(.usageError)) }
      environment.status = .usageError
      return finishCommand()
    }
  }
}
