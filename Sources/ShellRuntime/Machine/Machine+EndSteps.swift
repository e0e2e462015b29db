import Meanwhile

/// What is left to do when the program ends that the machine runs, if that is little enough for the job to do it.
enum EndStep: Sendable {
  /// `!`
  case negate
  /// `time`
  case report(TimeReport)
}

/// Whether any code is left to run behind the command that runs.
extension Machine {
  /// Whether nothing is left but to end: no command, no trap on `EXIT`, and no instruction that tests or changes the
  /// status.
  var hasOnlyEndLeft: Bool { endSteps()?.isEmpty == true }

  /// What is left to do with the status of the command that runs; `nil` if a command or a trap on `EXIT` is left.
  /// Follows the instructions from `position` without running them.
  ///
  /// - Parameter isReplaced: Whether the program replaces the innermost subshell (`exec`), of which nothing is left.
  func endSteps(isReplaced: Bool = false) -> [EndStep]? {
    if environment.traps.action(for: TrapTable.exit) != nil { return nil }
    // A walk along the instructions with copies of the position and the frames, as if each of them were executed.
    var routine = routine
    var index = position
    var frames = frames[...]
    if isReplaced {
      if frames.contains(where: \.isCall) { return nil }
      frames = frames.prefix(through: frames.lastIndex(where: \.isSubshell) ?? -1)
      guard let subshell = frames.last else { return [] }
      guard case .subshell(let subshell) = subshell else { return nil }
      index = Int(subshell.endPosition)
    }
    var steps: [EndStep] = []
    while index < routine.instructions.count {
      let instruction = routine.instructions[index]
      index += 1
      switch instruction.operation {
      case .endRedirections, .endTemporaryAssignment:
        guard frames.popLast()?.isPartOfCommand == true else { return nil }
      case .endTested, .checkErrExit: break
      case .negate: steps.append(.negate)
      case .endTiming:
        guard case .timing(_, let began) = frames.popLast() else { return nil }
        let file = descriptors(outside: frames.endIndex)[2]
        steps.append(.report(TimeReport(start: began.start, isInSeconds: instruction.a == 1, file: file)))
      case .leaveSubshell:
        guard case .subshell(let subshell) = frames.popLast(),
          subshell.outerEnvironment.environment?.traps.action(for: TrapTable.exit) == nil
        else { return nil }
      case .jump: index = Int(instruction.a)
      case .end:
        guard let frame = frames.popLast() else { return steps }
        guard case .call(let call) = frame else { return nil }
        routine = call.caller.routine
        index = Int(call.caller.position)
      default: return nil
      }
    }
    return nil
  }

  /// The table as it is when the frames from `depth` on have ended.
  private func descriptors(outside depth: Int) -> DescriptorTable {
    var environment = environment
    for frame in frames[depth...].reversed() { frame.undo(in: &environment) }
    return environment.descriptors
  }
}

extension Job {
  /// Turns a stopped line into a process job if its shell code only waits for its programs. It then ends without a
  /// foreground wait, as if it had been started with `&`.
  func leaveToPrograms(_ line: Coroutine) {
    guard kind == .coroutine, parts.isEmpty, line.machine.hasOnlyEndLeft else { return }
    // `coroutines` holds the line, and while it runs a pipeline also one coroutine for each element.
    let members = coroutines.count == 1 ? [line] : coroutines.filter { $0 !== line }
    var elements: [ProgramWork] = []
    for member in members {
      if member.end != nil {
        elements.append(.ended(member.status))
      } else if member.machine.hasOnlyEndLeft, let program = processes.first(where: { member.waits(for: $0.changed) }) {
        elements.append(.program(program))
      } else {
        return
      }
    }
    becomeProcesses(.pipeline(elements, pipeFails: line.machine.environment.options.contains(.pipeFail)))
  }
}
