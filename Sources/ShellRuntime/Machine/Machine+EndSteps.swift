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

  /// The same of the environment around the subshell of a frame, when that has ended.
  func hasOnlyEndLeft(behindSubshellAt index: Int) -> Bool {
    guard let place = placeBehindSubshell(at: index) else { return false }
    return endSteps(from: place)?.isEmpty == true
  }

  /// What is left to do with the status of the command that runs; `nil` if a command or a trap on `EXIT` is left.
  /// Follows the instructions from `position` without running them.
  ///
  /// - Parameter isReplaced: Whether the program replaces the innermost subshell (`exec`), of which nothing is left.
  func endSteps(isReplaced: Bool = false) -> [EndStep]? {
    if environment.traps.action(for: TrapTable.exit) != nil { return nil }
    var place = Place(routine: routine, index: position, frames: frames[...])
    if isReplaced {
      if frames.contains(where: \.isCall) { return nil }
      place.frames = place.frames.prefix(through: frames.lastIndex(where: \.isSubshell) ?? -1)
      guard let subshell = place.frames.last else { return [] }
      guard case .subshell(let subshell) = subshell else { return nil }
      place.index = Int(subshell.endPosition)
    }
    return endSteps(from: place)
  }

  /// How many environments, from the innermost on, the program that is started replaces in a shell that forks, because
  /// nothing is left to run in them and no trap is set. It has their process ID then, and not their process as a parent.
  ///
  /// - Parameter byExec: Whether it replaces the innermost one in any case.
  func replacedEnvironments(byExec: Bool) -> Int {
    var place = Place(routine: routine, index: position, frames: frames[...])
    var count = 0
    if byExec {
      guard let index = frames.lastIndex(where: \.isSubshell), let outer = placeBehindSubshell(at: index) else {
        return 1
      }
      count = 1
      place = outer
    } else if environment.traps.haveCommands {
      return 0
    }
    while place.index < place.routine.instructions.count {
      let instruction = place.routine.instructions[place.index]
      place.index += 1
      switch instruction.operation {
      case .endRedirections, .endTemporaryAssignment:
        guard place.frames.popLast()?.isPartOfCommand == true else { return count }
      case .endProcessSubstitutions:
        guard case .processSubstitutions(let open) = place.frames.popLast(), open.readers.isEmpty else { return count }
      case .endTested, .checkErrExit: break
      case .leaveSubshell:
        guard case .subshell(let subshell) = place.frames.popLast() else { return count }
        count += 1
        if subshell.outerEnvironment.hasTrap { return count }
      case .jump: place.index = Int(instruction.a)
      case .end:
        switch place.frames.popLast() {
        case nil, .substitution: return count + 1
        case .call(let call): (place.routine, place.index) = (call.caller.routine, Int(call.caller.position))
        default: return count
        }
      default: return count
      }
    }
    return count
  }

  /// Where execution goes on when the subshell of a frame has ended; `nil` for a substitution, and where a trap is set.
  private func placeBehindSubshell(at index: Int) -> Place? {
    guard case .subshell(let subshell) = frames[index], !subshell.outerEnvironment.hasTrap else { return nil }
    // A subshell's commands are a part of the routine around it.
    let routine = frames[(index + 1)...].lazy.compactMap(\.caller).first?.routine ?? routine
    return Place(routine: routine, index: Int(subshell.endPosition) + 1, frames: frames[..<index])
  }

  /// Where a walk along the instructions stands, as if each of them were executed.
  private struct Place {
    var routine: Routine
    var index: Int
    /// Those that are still open.
    var frames: ArraySlice<Frame>
  }

  private func endSteps(from start: Place) -> [EndStep]? {
    var place = start
    var steps: [EndStep] = []
    while place.index < place.routine.instructions.count {
      let instruction = place.routine.instructions[place.index]
      place.index += 1
      switch instruction.operation {
      case .endRedirections, .endTemporaryAssignment:
        guard place.frames.popLast()?.isPartOfCommand == true else { return nil }
      case .endProcessSubstitutions:
        guard case .processSubstitutions(let open) = place.frames.popLast(), open.readers.isEmpty else { return nil }
      case .endTested, .checkErrExit: break
      case .negate: steps.append(.negate)
      case .endTiming:
        guard case .timing(_, let began) = place.frames.popLast() else { return nil }
        let file = descriptors(outside: place.frames.endIndex)[2]
        let format = environment.timeFormat(inSeconds: instruction.a == 1)
        steps.append(.report(TimeReport(start: began.start, format: format, file: file)))
      case .leaveSubshell:
        guard case .subshell(let subshell) = place.frames.popLast(),
          subshell.outerEnvironment.environment?.traps.action(for: TrapTable.exit) == nil
        else { return nil }
      case .jump: place.index = Int(instruction.a)
      case .end:
        guard let frame = place.frames.popLast() else { return steps }
        guard case .call(let call) = frame else { return nil }
        place.routine = call.caller.routine
        place.index = Int(call.caller.position)
      default: return nil
      }
    }
    return nil
  }

  // MARK: Files that are not needed

  /// Releases the files that the constructs around the command would restore at the end of the machine, where nothing
  /// would use them: the former standard output in `{ …; } >/dev/null &`. Otherwise a reader of that would wait for the
  /// machine, and not for those that may still write to it.
  mutating func releaseFilesOfOuterConstructs() {
    if waitsForItsEnd { environment.descriptors = DescriptorTable(inherited: []) }
    var place = Place(routine: routine, index: position, frames: frames[...])
    while let frame = place.frames.popLast() {
      switch frame {
      case .call(let call): (place.routine, place.index) = (call.caller.routine, Int(call.caller.position))
      case .source(let source): (place.routine, place.index) = (source.caller.routine, Int(source.caller.position))
      case .redirections:
        guard let end = place.routine.endOfRedirections(around: place.index) else { return }
        place.index = end + 1
        if endsFrom(place) { frames[place.frames.endIndex].keepRedirections() }
      case .subshell(let subshell):
        place.index = Int(subshell.endPosition) + 1
        if endsFrom(place) { subshell.outerEnvironment.releaseDescriptors() }
      case .loop, .processSubstitutions, .assignment, .timing: break
      case .substitution, .collection, .lastElement, .trap, .exitTrap: return
      }
    }
  }

  /// Whether the elements of a pipeline, or a program, are all that it waits for before it ends.
  private var waitsForItsEnd: Bool {
    guard position > 0, waiting != nil, hasOnlyEndLeft else { return false }
    if case .machine = waiting?.continuation { return true }
    return false
  }

  private func endsFrom(_ place: Place) -> Bool {
    endSteps(from: place)?.allSatisfy { if case .negate = $0 { true } else { false } } == true
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
