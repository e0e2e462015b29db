import Platform

/// The parent of what a machine starts: in a shell that forks, the process of the subshell that starts it.
///
/// The environments of a machine are counted from the outermost one: number 0 is around all frames, number N is inside of
/// N subshells. One that is all that is left of the environment around it is in the same process as that.
extension Machine {
  /// The process whose child a program is that is started now; `nil` for the shell's own.
  ///
  /// - Parameter byExec: Whether the program replaces the environment that runs.
  mutating func parentOfProgram(byExec: Bool) -> SubshellProcess? {
    if environment.isMain { return nil }
    // All that is left of the list of a process job is to report how its programs ended.
    if job?.kind == .process { return context.inherited.parent }
    let subshells = subshellFrames
    let number = subshells.count - replacedEnvironments(byExec: byExec)
    return number < 0 ? context.inherited.parent : process(ofEnvironment: number, subshells)
  }

  /// The process that starts coroutines now, as the elements of a pipeline; `nil` for the shell's own.
  mutating func parentOfCoroutines() -> SubshellProcess? {
    if environment.isMain { return nil }
    let subshells = subshellFrames
    // A list that is one pipeline is no process of its own.
    if subshells.isEmpty, hasOnlyEndLeft { return context.inherited.parent }
    return process(ofEnvironment: subshells.count, subshells)
  }

  /// The process ID of the environment that runs, as `$BASHPID` has it; `nil` where the kernel does not tell the shell's.
  var processID: ProcessID? {
    mutating get {
      guard let process = parentOfCoroutines() else { return shell.processID }
      let hasGroup = environment.options.contains(.monitor) && !shell.isSuccessor
      return process.processID(in: hasGroup ? groupOfPrograms : nil)
    }
  }

  /// With job control, the process group of what is started now.
  var groupOfPrograms: ProcessGroup { context.inherited.processGroup ?? groupOfSubshells ?? ProcessGroup() }

  /// With job control, the process group of the subshells of which the program is a part, if their process was asked for.
  private var groupOfSubshells: ProcessGroup? {
    if environment.isMain { return nil }
    if let group = environment.cold.value.childChanges?.process?.group { return group }
    return frames.reversed().lazy.compactMap { $0.outerEnvironment?.process?.group }.first
  }

  private var subshellFrames: [Int] { frames.indices.filter { frames[$0].isSubshell } }

  private mutating func process(ofEnvironment number: Int, _ subshells: [Int]) -> SubshellProcess? {
    var number = number
    while number > 0, !isProcess(at: subshells[number - 1]) { number -= 1 }
    let isInnermost = number == subshells.count
    if isInnermost ? environment.isMain : frames[subshells[number]].surroundsMain { return nil }
    let known = isInnermost ? environment.childChanges() : frames[subshells[number]].outerEnvironment?.childChanges()
    guard let changes = known, let coroutine = shell.running else { return nil }
    if let process = changes.process { return process }
    let made = coroutine.makeProcess(isOutermost: number == 0)
    changes.process = made
    return made
  }
}
