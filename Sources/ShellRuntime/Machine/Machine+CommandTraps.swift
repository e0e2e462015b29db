import ByteStrings
import ShellSyntax

/// The traps on `ERR`, `DEBUG` and `RETURN`.
///
/// The one on `ERR` runs where `set -e` looks at a status, that on `RETURN` where a function or a file ends. For the one
/// on `DEBUG` the machine runs step by step (`run`), and asks before each instruction whether a command begins there.
extension Machine {
  // MARK: ERR

  /// Runs the trap behind a command that has failed. It does not run under the command's own redirections: when these
  /// have ended, `endCommandFrame` asks again.
  @inline(never)
  mutating func runErrorTrap() -> ControlFlow {
    if isInOwnRedirections { return .next }
    // A simple command that is all of a job, or of an element of a pipeline, fails for the environment around it.
    let isOfElement = frames.isEmpty && !environment.isMain && routine.isOneSimpleCommand
    return isOfElement ? endIfErrExit() : run(TrapTable.error, .ofError) ?? endIfErrExit()
  }

  private mutating func run(
    _ condition: TrapTable.Condition, _ kind: Frame.Trap.Kind, at place: Frame.Caller? = nil,
    _ position: SourcePosition? = nil
  ) -> ControlFlow? {
    // An action that has set a new one is not interrupted by it.
    let isRunning = frames.contains { if case .trap(let trap) = $0 { trap.kind.condition == condition } else { false } }
    guard !isRunning, let action = environment.traps.action(for: condition),
      let flow = runTrap(action, kind, at: place, position)
    else { return nil }
    for entry in TrapTable.commandConditions where entry.condition == condition {
      environment.options.remove(entry.isInForce)
    }
    return flow
  }

  /// Goes on when the action of a trap has ended and its frame is gone.
  mutating func goOn(after kind: Frame.Trap.Kind) -> ControlFlow {
    switch kind {
    case .ofSignal, .ofDebug: return .next
    case .ofError: return endIfErrExit()
    case .ofReturn(let status):
      popFrame()
      environment.status = status
      return finishCommand()
    case .ofFileEnd(let status):
      environment.status = status
      return finishCommand()
    }
  }

  // MARK: RETURN

  /// Runs the trap at the end of the function of the innermost frame; `nil` if there is none.
  @inline(never)
  mutating func runReturnTrap(_ status: ExitStatus) -> ControlFlow? { run(TrapTable.return, .ofReturn(status)) }

  /// Goes on behind a function or a file that is left with `status` and whose frame is the innermost.
  mutating func endCall(_ status: ExitStatus) -> ControlFlow {
    let isCall = frames[frames.count - 1].isCall
    if isCall, environment.options.contains(.returnTrap), let flow = runReturnTrap(status) { return flow }
    popFrame()
    return isCall ? finish(status) : endFile(status)
  }

  /// Goes on behind a file, whose frame is gone.
  mutating func endFile(_ status: ExitStatus) -> ControlFlow {
    if environment.options.contains(.returnTrap), let flow = run(TrapTable.return, .ofFileEnd(status)) { return flow }
    return finish(status)
  }

  private mutating func finish(_ status: ExitStatus) -> ControlFlow {
    environment.status = status
    return finishCommand()
  }

  // MARK: Functions

  /// Takes from a function that is called the traps that it has not.
  @inline(never)
  mutating func hideCommandTraps() {
    let hidden = environment.hideTraps(.commandTraps)
    if !hidden.isEmpty { environment.locals?.append(.commandTraps(hidden)) }
  }

  // MARK: DEBUG

  /// Runs the trap before the next instruction, as often as it is due there.
  @inline(never)
  mutating func runDebugTrap() -> ControlFlow {
    let places = placesOfDebugTrap
    let count = Int(context.command.debugTraps)
    guard count < places.count else {
      context.command.debugTraps = 0
      return .next
    }
    context.command.debugTraps += 1
    let isOfFunction = position == 0 && count == 0 && frames.last?.isCall == true
    let position = isOfFunction ? routine.lineTable.first?.position : nil
    return run(TrapTable.debug, .ofDebug, at: places[count], position) ?? .next
  }

  /// The commands before which the trap runs where the next instruction stands.
  private var placesOfDebugTrap: [Frame.Caller] {
    let operation = routine.instructions[position].operation
    var places: [Frame.Caller] = []
    // Of a function that is called, once before its first command.
    if position == 0, case .call(let call)? = frames.last { places.append(call.caller) }
    switch operation {
    case .pipeline:
      let elements = routine.pipelines[Int(routine.instructions[position].a)].elements
      places += elements.filter(\.isOneSimpleCommand).map { Frame.Caller(routine: $0, position: 1) }
    case .startJob:
      let list = routine.lists[Int(routine.instructions[position].a)].routine
      if list.isOneSimpleCommand { places.append(Frame.Caller(routine: list, position: 1)) }
    // What begins there for `BASH_COMMAND` has run.
    case .checkErrExit: break
    case .nextFor where !hasNextWord: break
    default:
      if routine.beginsCommand(at: position) {
        places.append(Frame.Caller(routine: routine, position: Int32(truncatingIfNeeded: position + 1)))
      }
    }
    return places
  }

  private var hasNextWord: Bool {
    guard case .loop(let loop)? = frames.last, let next = loop.nextField else { return false }
    return next < loop.savedState.operands.fields
  }

  /// Has a machine that runs a simple command alone know that the trap has run before it.
  mutating func omitDebugTrap() { context.command.debugTraps = 1 }
}
