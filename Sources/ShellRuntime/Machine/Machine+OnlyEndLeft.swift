import Meanwhile

/// Whether any code is left to run behind the command that runs.
extension Machine {
  /// Whether nothing is left but to end: no command, no trap on `EXIT`, and no instruction that tests or changes the
  /// status. Follows the instructions from `position` without running them.
  var hasOnlyEndLeft: Bool {
    if environment.traps.action(for: TrapTable.exit) != nil { return false }
    // A walk along the instructions with copies of the position and the frames, as if each of them were executed.
    var routine = routine
    var index = position
    var frames = frames[...]
    while index < routine.instructions.count {
      let instruction = routine.instructions[index]
      index += 1
      switch instruction.operation {
      case .endRedirections, .endTemporaryAssignment:
        guard frames.popLast()?.isPartOfCommand == true else { return false }
      case .endTested, .checkErrExit: break
      case .jump: index = Int(instruction.a)
      case .end:
        guard let frame = frames.popLast() else { return true }
        guard case .call(let call) = frame else { return false }
        routine = call.caller.routine
        index = Int(call.caller.position)
      default: return false
      }
    }
    return false
  }
}

extension Job {
  /// Turns a stopped line into a process job if its shell code only waits for its programs. It then ends without a
  /// foreground wait, as if it had been started with `&`.
  func leaveToPrograms(_ line: Coroutine) {
    guard kind == .coroutine, parts.isEmpty, line.machine.hasOnlyEndLeft else { return }
    // `coroutines` holds the line, and while it runs a pipeline also one coroutine for each element.
    let members = coroutines.count == 1 ? [line] : coroutines.filter { $0 !== line }
    var elements: [PipelineElement] = []
    for member in members {
      if member.end != nil {
        elements.append(.ended(member.status))
      } else if member.machine.hasOnlyEndLeft, let program = processes.first(where: { member.waits(for: $0.changed) }) {
        elements.append(.program(program))
      } else {
        return
      }
    }
    becomeProcesses(elements, pipeFails: line.machine.environment.options.contains(.pipeFail))
  }
}
