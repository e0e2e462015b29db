import Meanwhile

/// What is left to do behind the command that runs.
extension Machine {
  /// Whether nothing is left but to go back to where the machine began: no command, and nothing that looks at the
  /// status or changes it.
  var hasOnlyEndLeft: Bool {
    if environment.traps.action(for: TrapTable.exit) != nil { return false }
    var routine = routine
    var index = position
    var frames = frames[...]
    while index < routine.instructions.count {
      let instruction = routine.instructions[index]
      index += 1
      switch instruction.operation {
      case .endRedirections, .endTemporaryAssignments:
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
  /// Leaves a line that was stopped to its programs, where its shell code only waits for them: it is a process job
  /// then, as if it had been started with `&`, and needs no foreground to come to its end.
  func leaveToPrograms(_ line: Coroutine) {
    guard kind == .coroutine, parts.isEmpty, line.machine.hasOnlyEndLeft else { return }
    // While a pipeline runs, its elements are all the other coroutines that the line has.
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
