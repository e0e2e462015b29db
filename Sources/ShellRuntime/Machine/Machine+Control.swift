import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// Loops, subshells, command substitutions, and how control leaves them.
extension Machine {
  func frame(_ kind: Frame.Kind, position: Int32) -> Frame {
    Frame(
      kind: kind, testedDepth: testedDepth, position: position, fieldCount: Int32(truncatingIfNeeded: fields.count),
      markCount: Int32(truncatingIfNeeded: marks.count), textCount: Int32(truncatingIfNeeded: texts.count))
  }

  /// Puts the heights of the stacks back to what they were when `frame` was made.
  private mutating func restoreHeights(of frame: Frame) {
    testedDepth = frame.testedDepth
    fields.truncate(to: Int(frame.fieldCount))
    marks.truncate(to: Int(frame.markCount))
    texts.truncate(to: Int(frame.textCount))
  }

  // MARK: Loops

  mutating func enterLoop(breakTo: Int32, continueTo: Int32) {
    var loop = frame(.whileLoop, position: breakTo)
    loop.continuePosition = continueTo
    frames.append(loop)
  }

  mutating func enterFor(breakTo: Int32, continueTo: Int32) {
    var loop = frame(.forLoop, position: breakTo)
    loop.continuePosition = continueTo
    loop.value = marks[marks.count - 1]
    frames.append(loop)
  }

  mutating func nextFor(_ number: NameNumber, end: Int) -> Step {
    let top = frames.count - 1
    let index = Int(frames[top].value)
    if index >= Int(frames[top].fieldCount) {
      position = end
      return .next
    }
    frames[top].value += 1
    do { try environment.assign(fields[index], to: number) } catch { return expansionError(.variable(error)) }
    return .next
  }

  /// Ends a turn of the innermost loop.
  @inline(__always)
  mutating func loopBack(to target: Int) -> Step {
    let top = frames.count - 1
    frames[top].status = environment.status
    testedDepth = frames[top].testedDepth
    position = target
    return takeTurn()
  }

  /// The question that every loop turn and every call asks: whether someone wants attention.
  @inline(__always)
  mutating func takeTurn() -> Step {
    if environment.shell.attention.isRaised { return .stop(.attention) }
    if turnsLeft != Int.max {
      turnsLeft -= 1
      if turnsLeft <= 0 {
        turnsLeft = Self.turnsOfBackground
        return .stop(.turnIsOver)
      }
    }
    return .next
  }

  /// A count, not a time, so that the order of steps is the same on every machine.
  static let turnsOfBackground = 1_000

  mutating func finishLoop() {
    environment.status = frames[frames.count - 1].status
    leaveLoop()
  }

  mutating func leaveLoop() {
    let loop = frames.removeLast()
    restoreHeights(of: loop)
    if loop.kind == .forLoop { dropCommand() }
  }

  // MARK: case

  @inline(__always)
  mutating func matchCase(_ pattern: Pattern, _ target: Int) {
    if pattern.matches(texts[texts.count - 1]) {
      texts.removeLast()
      position = target
    }
  }

  // MARK: Subshells

  mutating func enterSubshell(end: Int32) {
    var subshell = frame(.subshell, position: end)
    keepVariables(in: &subshell)
    frames.append(subshell)
    let copy = environment.subshell()
    saved.environments.append(environment)
    environment = copy
  }

  mutating func enterSubstitution(_ body: Routine, _ flags: Instruction.Flags) {
    var substitution = frame(.substitution, position: Int32(truncatingIfNeeded: position))
    substitution.flags = flags
    keepVariables(in: &substitution)
    substitution.routine = routine
    frames.append(substitution)
    var copy = environment.subshell()
    let pipe = InProcessPipe(capacity: .unlimited)
    copy.descriptors[1] = OpenFile(writingTo: pipe)
    saved.environments.append(environment)
    saved.words.append(word)
    saved.captures.append(pipe)
    word = FieldBuilder(separators: environment.fieldSeparators)
    environment = copy
    routine = body
    position = 0
  }

  /// Ends the environment of the innermost frame, which is a subshell's: its `EXIT` trap first.
  mutating func leaveSubshell() -> Step {
    if let step = runExitTrap() { return step }
    let frame = frames[frames.count - 1]
    return frame.kind == .subshell ? popSubshell() : endSubstitution()
  }

  /// What is to be put back around a subshell is not the subshell's to put back.
  private mutating func keepVariables(in frame: inout Frame) {
    frame.continuePosition = temporaryBase
    frame.value = Int32(truncatingIfNeeded: saved.variables.count)
    temporaryBase = frame.value
  }

  private mutating func popSubshell() -> Step {
    let frame = frames.removeLast()
    restoreHeights(of: frame)
    let status = environment.status
    restoreEnvironment(of: frame)
    environment.status = status
    position = Int(frame.position) + 1
    return pendingSignals.isEmpty ? .next : .stop(.attention)
  }

  private mutating func restoreEnvironment(of frame: Frame) {
    environment = saved.environments.removeLast()
    // Variables that are to be put back are the copy's.
    saved.variables.truncate(to: Int(frame.value))
    temporaryBase = frame.continuePosition
  }

  /// Drops the writing end, then waits until every other writer has done so too.
  private mutating func endSubstitution() -> Step {
    let top = frames.count - 1
    frames[top].status = environment.status
    frames[top].kind = .collection
    restoreEnvironment(of: frames[top])
    return collectSubstitution()
  }

  private mutating func collectSubstitution() -> Step {
    let pipe = saved.captures[saved.captures.count - 1]
    if let request = pipe.waitUntilClosed() {
      // After a trap the wait goes on.
      position = routine.instructions.count - 1
      isWaitInterruptible = true
      continuation = { machine, _ in .resume({ machine in machine.collectSubstitution() }) }
      return .stop(.wait(request))
    }
    saved.captures.removeLast()
    let frame = frames.removeLast()
    restoreHeights(of: frame)
    word = saved.words.removeLast()
    routine = frame.routine!
    position = Int(frame.position)
    environment.status = frame.status
    substitutionStatus = frame.status
    append(pipe.takeText(), frame.flags)
    return .next
  }

  // MARK: The end of a routine

  mutating func endRoutine() -> Step {
    guard let top = frames.last else {
      // What is not the shell's own environment ends with its routine, by way of its EXIT trap.
      return environment.isMain && !endsShell ? .stop(.finished(.completed)) : exit(environment.status)
    }
    switch top.kind {
    case .function:
      popCall()
      return finishCommand()
    case .evaluation, .sourcedFile, .calledFile: return continueSource()
    case .substitution: return leaveSubshell()
    case .collection: return collectSubstitution()
    case .trap:
      popTrap()
      return .next
    case .exitTrap: return endExitTrap()
    case .whileLoop, .forLoop, .redirections, .timing, .subshell:
      preconditionFailure("a routine ends with its own frames")
    }
  }

  // MARK: Leaving

  /// Leaves constructs until `completion` is satisfied.
  mutating func leave(_ completion: Completion) -> Step {
    let step: Step =
      switch completion {
      case .breakLoop(let count): leaveLoops(count, isBreak: true)
      case .continueLoop(let count): leaveLoops(count, isBreak: false)
      case .returnFunction(let status): leaveCall(status)
      case .exit(let status): exit(status)
      case .abandon(let status): abandon(status)
      case .terminate(let signal): terminate(signal)
      }
    if case .next = step { return .moved }
    return step
  }

  /// Loops outside the function or the subshell that runs are out of reach; those that a trap interrupted are not.
  private mutating func leaveLoops(_ count: Int, isBreak: Bool) -> Step {
    var remaining = count
    var target = -1
    for index in frames.indices.reversed() {
      let kind = frames[index].kind
      if kind == .function || kind == .subshell || kind == .substitution || kind == .exitTrap { break }
      if !frames[index].isLoop { continue }
      target = index
      remaining -= 1
      if remaining == 0 { break }
    }
    environment.status = .success
    if target < 0 { return finishCommand() }
    while frames.count - 1 > target { dropFrame() }
    let loop = frames[target]
    restoreHeights(of: loop)
    position = Int(isBreak ? loop.position : loop.continuePosition)
    environment.status = .success
    return .next
  }

  private mutating func leaveCall(_ status: ExitStatus) -> Step {
    while let top = frames.last {
      switch top.kind {
      case .function, .sourcedFile, .calledFile:
        environment.status = status
        popCall()
        return finishCommand()
      case .trap:
        environment.status = status
        popTrap()
        return leaveCall(status)
      case .subshell, .substitution, .exitTrap: return exit(status)
      default: dropFrame()
      }
    }
    return runsStartupFile ? abandon(status) : exit(status)
  }

  /// Ends the innermost environment with `status`.
  mutating func exit(_ status: ExitStatus) -> Step {
    environment.status = status
    while let top = frames.last {
      if top.isSubshell { return leaveSubshell() }
      if top.kind == .exitTrap {
        frames[frames.count - 1].status = status
        return endExitTrap()
      }
      dropFrame()
      // A trap's frame brings back the status from before it.
      environment.status = status
    }
    if let step = runExitTrap() { return step }
    return .stop(.finished(.exited(environment.status)))
  }

  private mutating func abandon(_ status: ExitStatus) -> Step {
    let survives = environment.isMain && (environment.options.contains(.interactive) || runsStartupFile)
    if !survives || frames.contains(where: \.isSubshell) { return exit(status) }
    environment.status = status
    dropAllFrames()
    environment.status = status
    pendingSignals.remove(.interrupt)
    return .stop(.finished(.abandoned(status)))
  }

  /// Ends everything, as by a signal whose action is the default.
  private mutating func terminate(_ signal: SignalNumber) -> Step {
    if let step = endSubshells(by: signal) { return step }
    dropAllFrames()
    return runExitTrap(by: signal) ?? .stop(.finished(.terminated(signal)))
  }

  private mutating func runExitTrap(by signal: SignalNumber) -> Step? {
    environment.status = .signal(signal)
    guard signal != .kill, let step = runExitTrap() else { return nil }
    frames[frames.count - 1].value = signal.rawValue
    return step
  }

  /// Undoes the innermost frame, whatever it is.
  mutating func dropFrame() {
    let frame = frames[frames.count - 1]
    switch frame.kind {
    case .whileLoop, .forLoop: frames.removeLast()
    case .redirections: endRedirections()
    case .timing: dropTiming()
    case .function, .evaluation, .sourcedFile, .calledFile: popCall()
    case .trap: popTrap()
    case .exitTrap: frames.removeLast()
    case .subshell:
      frames.removeLast()
      restoreEnvironment(of: frame)
    case .substitution:
      dropCollection()
      restoreEnvironment(of: frame)
    case .collection: dropCollection()
    }
    restoreHeights(of: frame)
  }

  private mutating func dropAllFrames() {
    while !frames.isEmpty { dropFrame() }
    restoreVariables(to: temporaryBase)
  }

  private mutating func dropCollection() {
    let frame = frames.removeLast()
    word = saved.words.removeLast()
    routine = frame.routine!
    saved.captures.removeLast()
  }

  /// Ends all subshells and command substitutions by a signal, the innermost first, each by way of its `EXIT` trap;
  /// what is around them goes on behind the outermost one. `nil` when they have ended.
  mutating func endSubshells(by signal: SignalNumber) -> Step? {
    while let innermost = frames.lastIndex(where: \.isSubshell) {
      while frames.count - 1 > innermost { dropFrame() }
      if let step = runExitTrap(by: signal) { return step }
      let frame = frames[innermost]
      dropFrame()
      position = frame.kind == .subshell ? Int(frame.position) + 1 : Int(frame.position)
      environment.status = .signal(signal)
      substitutionStatus = .signal(signal)
    }
    return nil
  }

  /// The machine's environment as it is outside all constructs: what a shell goes on with when the job that it ran
  /// in the foreground is stopped.
  package var outermostEnvironment: ExecutionEnvironment {
    var copy = self
    copy.dropAllFrames()
    return copy.environment
  }
}

// MARK: - set -e

extension Machine {
  @inline(__always)
  mutating func checkErrExit() -> Step {
    if environment.status.isSuccess || testedDepth > 0 || !environment.options.contains(.errExit) { return .next }
    return leave(.exit(environment.status))
  }
}
