import ByteStrings
import Meanwhile
import Platform
import SystemPackage

/// Programs: finding, spawning, waiting for them.
///
/// The environment's `OpenFile`s own the descriptors. `SpawnRequest` has their numbers, which must stay open until the
/// process exists; the program has duplicates.
///
/// A child gets its job before it is entered into the process table: as soon as it is there, the main thread may reap
/// it and report its change to the job.
extension Machine {
  /// Runs the fields of the open command as a program.
  mutating func runProgram(_ lookup: CommandLookup = .all) -> ControlFlow {
    if environment.options.isSuperset(of: [.autoCd, .interactive]), let flow = enterNamedDirectory(lookup) {
      return flow
    }
    var arguments = operands.takeCommand()
    let name = arguments[0]
    environment.lastArgument = arguments[arguments.count - 1]
    let path: ByteString
    switch context.findProgram(name, lookup) {
    case .found(let found): path = found
    case .notExecutable:
      return failProgram(.cannotExecute(name, .permissionDenied), .cannotExecute, lookup)
    case .notFound:
      if let unsupported = UnsupportedCommand(name) {
        return failProgram(.notInLanguage(unsupported), .usageError, lookup)
      }
      if let handler = callOfHandler(arguments, lookup) { return evaluate(handler) }
      return failProgram(.commandNotFound(name), .commandNotFound, lookup)
    }
    if lookup.contains(.namedSeparately) { arguments.removeFirst() }
    if lookup.contains(.replacingShell), environment.isMain, frames.allSatisfy({ !$0.isSubshell }) {
      return replaceShell(path, arguments, lookup)
    }
    return spawn(path, arguments, lookup)
  }

  /// The call, in a subshell as in bash, of the function that handles commands that are not found; `nil` where it is not
  /// defined or `exec` runs the command.
  private func callOfHandler(_ fields: [ByteString], _ lookup: CommandLookup) -> Evaluation? {
    let name: ByteString = "command_not_found_handle"
    guard !lookup.contains(.replacingShell), !environment.options.contains(.posix), environment.function(name) != nil
    else { return nil }
    // The backslash keeps an alias from standing in its place.
    return Evaluation(fields.reduce("(\\" + name) { $0 + " " + $1.shellQuoted } + ")", .eval)
  }

  /// Reports that a program cannot be run. If it was to replace the shell of a script (`exec`), the script ends, unless
  /// `execfail` is set.
  private mutating func failProgram(_ error: RuntimeError, _ status: ExitStatus, _ lookup: CommandLookup) -> ControlFlow
  {
    if lookup.contains(.replacingShell), environment.options.isDisjoint(with: [.interactive, .execFail]) {
      report(error)
      return leave(.exit(status))
    }
    return failCommand(error, status: status)
  }

  /// Under `autocd`, changes to the directory that the open command names where it names no program; `nil` if it does not.
  private mutating func enterNamedDirectory(_ lookup: CommandLookup) -> ControlFlow? {
    let name = operands.fields[operands.commandStart]
    guard lookup == .all, isDirectory(name), let cd = environment.shell.builtins.index(of: "cd") else { return nil }
    if !name.contains(UInt8(ascii: "/")), case .found = context.findProgram(name, lookup) { return nil }
    operands.fields.insert(contentsOf: ["cd", "--"], at: operands.commandStart)
    context.writeDirectly("cd -- " + name.shellQuoted + "\n")
    return call(cd, isSpecial: false)
  }

  private func isDirectory(_ path: ByteString) -> Bool {
    FileSystemDirectories(workingDirectory: environment.workingDirectory.descriptor).isDirectory(path)
  }

  // MARK: Spawning

  private mutating func spawn(_ path: ByteString, _ arguments: [ByteString], _ lookup: CommandLookup) -> ControlFlow {
    do {
      let process = try start(path, arguments, lookup)
      releaseDescriptorsOfLastCommand()
      guard lookup.contains(.replacingShell) else { return wait(for: process, then: .finish) }
      // What is replaced by a program has no traps left, not even on EXIT.
      environment.traps.resetActions()
      return wait(for: process, then: .exit)
    } catch {
      return failProgram(cannotExecute(path, arguments, error), error.exitStatus, lookup)
    }
  }

  /// Starts a program in this environment, and enters it into the machine's job.
  private mutating func start(
    _ path: ByteString, _ arguments: [ByteString], _ lookup: CommandLookup
  ) throws(SpawnError) -> ChildProcess {
    let byExec = lookup.contains(.replacingShell)
    let shell = shell
    let job = context.jobToBelongTo()
    let parent = parentOfProgram(byExec: byExec)
    var request = SpawnRequest(
      path: path, arguments: CStringArray(arguments), environment: variables(for: lookup))
    try fill(&request)
    let group = groupOfPrograms
    let hasGroup = environment.options.contains(.monitor) && !shell.isSuccessor
    request.parent = parent?.standIn(in: hasGroup ? group : nil)
    if hasGroup {
      request.processGroup = group.id.map { .join($0) } ?? .new
      if job.isForeground, let terminal = shell.terminal {
        request.foregroundTerminal = terminal.terminal.descriptor
        terminal.willGiveAway()
      }
    }
    let id =
      try request.openings.isEmpty ? spawnOrRunAsScript(&request, arguments) : spawnOnThread(&request, arguments)
    let process = ChildProcess(id, running: arguments, of: shell, parent: request.parent, isByExec: byExec)
    process.job = job
    if !environment.isMain { process.starter = context.environment.childChanges() }
    if case .inherit = request.processGroup {
      job.add(process, group: nil)
    } else {
      // A new group, or a second one: the members of the first had all ended before this program could join.
      if case .new = request.processGroup { group.lead(id) }
      job.add(process, group: group)
    }
    if job.kind == .process { job.becomeKnown(as: id) }
    shell.children.add(process)
    // The main thread may have reaped a child of a worker thread before it was added.
    if process.hasEnded { process.starter?.noteProgram() }
    return process
  }

  private func spawnOrRunAsScript(
    _ request: inout SpawnRequest, _ arguments: [ByteString]
  ) throws(SpawnError) -> ProcessID {
    do {
      let process = try request.spawn()
      if request.foregroundTerminal != nil { _ = shell.terminal?.didGiveAway(true) }
      return process
    } catch {
      if error.stage == .terminal {
        // The program is started nevertheless. In the shell's own group it can read from the terminal.
        if shell.terminal?.didGiveAway(false) == true { shell.report(.notHandedOver(error.errno)) }
        request.foregroundTerminal = nil
        request.processGroup = .inherit
        return try spawnOrRunAsScript(&request, arguments)
      }
      if error.stage == .fork, error.errno == .resourceTemporarilyUnavailable, shell.children.collectEnding(for: shell)
      {
        return try spawnOrRunAsScript(&request, arguments)
      }
      if error.stage == .parent {
        // It was stopped or ended by another process just now. The program becomes this process's child.
        request.parent = nil
        return try spawnOrRunAsScript(&request, arguments)
      }
      if error.stage == .processGroup, case .join = request.processGroup {
        // The group's last member has ended, and the group with it.
        request.processGroup = .new
        return try request.spawn()
      }
      guard error.stage == .execute, error.errno == .execFormatError else { throw error }
      try Self.checkIsScript(request.path, in: environment.workingDirectory.descriptor, error)
      becomeScript(&request, arguments)
      return try request.spawn()
    }
  }

  private func becomeScript(_ request: inout SpawnRequest, _ arguments: [ByteString]) {
    request.arguments = CStringArray([environment.name, request.path] + arguments.dropFirst())
    request.path = "/proc/self/exe"
  }

  /// Starts a program that opens a FIFO itself, on a thread that blocks until exec. The process exists at once.
  private func spawnOnThread(
    _ request: inout SpawnRequest, _ arguments: [ByteString]
  ) throws(SpawnError) -> ProcessID {
    if case .join(let group) = request.processGroup, (try? Signals.send(nil, toGroup: group)) == nil {
      request.processGroup = .new
    }
    if isScriptWithoutInterpreter(request.path) { becomeScript(&request, arguments) }
    let prefix = context.messagePrefix
    let shell = environment.shell
    let paths = request.openings.map(\.path)
    let report: @Sendable (SpawnError?) -> Void = { error in
      guard let error else { return }
      var failure = RuntimeError.cannotExecute(arguments[0], error.errno)
      if case .open(let index) = error.stage { failure = .file(paths[index], error.errno) }
      let message = prefix + failure.message
      shell.perform { Shell.write(message + "\n") }
    }
    do {
      return try request.spawnOnThread(completion: report)
    } catch {
      guard error.stage == .parent else { throw error }
      request.parent = nil
      return try request.spawnOnThread(completion: report)
    }
  }

  /// Whether the kernel would refuse to execute the file (ENOEXEC). Known before the spawn, because the spawn on a
  /// thread fails too late to be tried again.
  private func isScriptWithoutInterpreter(_ path: ByteString) -> Bool {
    let directory = environment.workingDirectory.descriptor
    guard Files.allows(.executing, of: path, in: directory),
      let file = try? Files.open(path, in: directory, .readOnly)
    else { return false }
    defer { try? file.closeDescriptor() }
    guard let start = try? file.readSome(2), start != [0x7f, UInt8(ascii: "E")] else { return false }
    let refused = SpawnError(stage: .execute, errno: .execFormatError)
    return start != Array("#!".utf8) && (try? Self.checkIsScript(path, in: directory, refused)) != nil
  }

  /// Throws `error` if the file is a binary: its first line has a NUL byte, or it is ELF.
  private static func checkIsScript(
    _ path: ByteString, in directory: FileDescriptor?, _ error: SpawnError
  ) throws(SpawnError) {
    do {
      let file = try Files.open(path, in: directory, .readOnly)
      defer { try? file.closeDescriptor() }
      let start = try file.readSome(512)
      let firstLine = start.prefix { $0 != UInt8(ascii: "\n") }
      if firstLine.contains(0) || start.starts(with: Self.binaryMagic) { throw error }
    } catch let failure as SpawnError {
      throw failure
    } catch {
      throw SpawnError(stage: .execute, errno: (error as? Errno) ?? .ioError)
    }
  }

  private static let binaryMagic = Array("\u{7f}ELF".utf8)

  private func cannotExecute(_ path: ByteString, _ arguments: [ByteString], _ error: SpawnError) -> RuntimeError {
    .cannotExecute(arguments[0], at: path, in: environment.workingDirectory.descriptor, error)
  }

  private func variables(for lookup: CommandLookup) -> CStringArray {
    if lookup.contains(.emptyEnvironment) { return CStringArray(assignments: []) }
    var environment = environment
    // The program that takes the shell's place is not inside of it.
    if lookup.contains(.replacingShell), !environment.options.contains(.posix),
      environment.variable("SHLVL").isExported
    {
      environment.changeLevel(by: -1)
    }
    var assignments: [(name: ByteString, value: ByteString)] = []
    environment.variables.visit { number, variable in
      // No program can be given an array.
      if variable.isExported, variable.isSet, environment.variables[elementsOf: number] == nil {
        assignments.append((environment.names.name(of: number), variable.value))
      }
    }
    return CStringArray(assignments: assignments + environment.exportedFunctions)
  }

  private func fill(_ request: inout SpawnRequest) throws(SpawnError) {
    let cold = environment.cold.value
    request.openings = openings
    if !request.openings.isEmpty {
      // The spawn happens on another thread, maybe after `cd` has changed the directory of the process.
      do throws(Errno) { try cold.workingDirectory.hold() } catch { throw SpawnError(stage: .directory, errno: error) }
    }
    request.directory = cold.workingDirectory.descriptor
    request.umask = cold.fileCreationMask
    request.limits = cold.resourceLimits
    request.ignoredSignals = environment.ignoredSignals
    // Programs get what the shell was started with, but for what `trap` has changed; what the shell ignores or handles
    // for itself is nothing to them.
    for signal in Signals.ignored.union(Signals.handled).union(cold.traps.changed) {
      if environment.inheritsIgnored(signal) {
        request.ignoredSignals.insert(signal)
      } else {
        request.defaultSignals.insert(signal)
      }
    }
    if environment.options.contains(.monitor), environment.options.contains(.interactive) {
      // Programs in the background must stop at the terminal, even if the shell was started with these signals ignored,
      // as by tmux.
      for signal: SignalNumber in [.terminalStop, .terminalInput, .terminalOutput] {
        request.ignoredSignals.remove(signal)
        request.defaultSignals.insert(signal)
      }
    }
    for (condition, action) in cold.traps.actions where action.isEmpty && TrapTable.isSignal(condition) {
      request.ignoredSignals.insert(SignalNumber(condition))
    }
    var descriptors: [SpawnRequest.Descriptor] = []
    for number in environment.descriptors.openNumbers {
      guard let file = environment.descriptors[number] else { continue }
      if file.unopened != nil || cold.coprocesses.contains(where: { $0.owns(file, at: number) }) { continue }
      do throws(Errno) {
        descriptors.append(SpawnRequest.Descriptor(Int32(number), try file.descriptorForProgram()))
      } catch {
        throw SpawnError(stage: .descriptor(Int32(number)), errno: error)
      }
      if let capture = file.capture { capture.beginCapturing(in: environment.shell.loop) }
    }
    request.descriptors = descriptors
  }

  /// The files that the program opens itself, in the order of the redirections.
  private var openings: [SpawnRequest.Opening] {
    var files: [(order: Int, opening: SpawnRequest.Opening)] = []
    for number in environment.descriptors.openNumbers {
      guard let file = environment.descriptors[number]?.unopened else { continue }
      if let index = files.firstIndex(where: { $0.order == file.order }) {
        files[index].opening.targets.append(Int32(number))
      } else {
        files.append((file.order, SpawnRequest.Opening(file.path, file.flags, targets: [Int32(number)])))
      }
    }
    return files.sorted { $0.order < $1.order }.map(\.opening)
  }

  /// Releases the descriptors of a subshell in which nothing is left to run behind the program just started. Otherwise
  /// the machine would hold a pipe open, and its reader would wait for the program to end instead of for end of file.
  /// Standard error stays, for messages. The frames must not restore what was released; those around the subshells of the
  /// shell's own environment restore what that goes on with. Where a trap is set, its action may still run and needs the
  /// descriptors.
  private mutating func releaseDescriptorsOfLastCommand() {
    guard !environment.isMain, !environment.traps.haveCommands, hasOnlyEndLeft else { return }
    for number in environment.descriptors.openNumbers where number != 2 { environment.descriptors[number] = nil }
    let inside = frames.firstIndex(where: \.surroundsMain).map { $0 + 1 } ?? 0
    for index in frames.indices.dropFirst(inside) { frames[index].keepRedirections() }
  }

  // MARK: Waiting

  /// What to do when a program has ended: end the command, or end the environment (`exec` in a subshell).
  private enum AfterProgram: Sendable { case finish, exit }

  private mutating func wait(for process: ChildProcess, then next: AfterProgram) -> ControlFlow {
    var request = WaitRequest(Wait(.external, subject: "process", number: process.id.rawValue))
    request.interruption = .none
    request.events = [process.changed.ticket]
    if process.hasEnded { return programDidEnd(process, then: next) }
    return wait(for: request) { machine in machine.wait(for: process, then: next) }
  }

  private mutating func programDidEnd(_ process: ChildProcess, then next: AfterProgram) -> ControlFlow {
    guard let status = process.status else { return .next }
    environment.status = ExitStatus(rawValue: Int32(status.shellStatus))
    if let job, job.isForeground {
      environment.shell.terminal?.programDidEnd(environment.status, isLast: job.liveGroup == nil)
    }
    if case .signaled(let signal, _) = status, let flow = programDied(of: signal) { return flow }
    if next == .exit { return leave(.exit(environment.status)) }
    return finishCommand()
  }

  /// A program that SIGINT ended ends the line of an interactive shell too: with job control the keyboard's signal was
  /// for the program's group alone. Other signals are reported.
  private mutating func programDied(of signal: SignalNumber) -> ControlFlow? {
    let isInterrupt = signal == .interrupt
    if isInterrupt, environment.options.contains(.interactive), environment.options.contains(.monitor),
      environment.isMain || isMainLine
    {
      return interruptLine()
    }
    // If the signal was sent to the job, the report of the job names it. SIGQUIT of the keyboard is reported here,
    // since it ends the program before the job knows of it.
    if environment.options.contains(.interactive), !isInterrupt, signal != .brokenPipe, let job, job.isForeground,
      signal == .quit || !job.isTerminating && !job.outermost.isTerminating
    {
      context.writeDirectly(signal.text + "\n")
    }
    return nil
  }

  /// Has the line act on SIGINT, which has ended a part of it.
  mutating func interruptLine() -> ControlFlow {
    context.pendingSignals.insert(.interrupt)
    return .stop(.attention)
  }

  /// Whether this machine runs the foreground line and is inside a subshell of it.
  private var isMainLine: Bool { frames.contains(where: \.surroundsMain) }

  // MARK: exec

  private func isExecutable(_ path: ByteString) -> Bool {
    let directory = environment.workingDirectory.descriptor
    return (try? FileStatus(of: path, in: directory).kind) == .regular
      && Files.allows(.executing, of: path, in: directory)
  }

  private mutating func replaceShell(
    _ path: ByteString, _ arguments: [ByteString], _ lookup: CommandLookup
  ) -> ControlFlow {
    var request = SpawnRequest(
      path: path, arguments: CStringArray(arguments), environment: variables(for: lookup))
    let shell = shell
    var successor: WaitingSuccessor?
    do throws(SpawnError) {
      try fill(&request)
      // Nothing is ended for a file that cannot become this process.
      if isExecutable(path) { successor = shell.prepareForReplacement(in: environment) }
      shell.giveTerminalBack()
      throw request.replaceProcess()
    } catch {
      if let successor = successor.take() { shell.cancel(successor) }
      let status = error.exitStatus
      if environment.options.contains(.interactive) { shell.takeTerminalAgain(&environment) }
      report(cannotExecute(path, arguments, error))
      let goesOn = !environment.options.isDisjoint(with: [.interactive, .execFail])
      return goesOn ? complete(.status(status)) : leave(.exit(status))
    }
  }
}

extension SpawnError {
  /// 127 where there is no such file, 126 where it cannot be run.
  var exitStatus: ExitStatus {
    stage == .execute && (errno == .noSuchFileOrDirectory || errno == .notDirectory) ? .commandNotFound : .cannotExecute
  }
}
