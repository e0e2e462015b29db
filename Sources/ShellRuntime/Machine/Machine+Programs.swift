import ByteStrings
import Meanwhile
import Platform
import SystemPackage

/// Programs: finding, spawning, waiting for them.
extension Machine {
  /// Runs the fields since `beginCommand` as a program.
  mutating func runProgram(_ lookup: CommandLookup = .all) -> ControlFlow {
    let arguments = operands.takeCommand()
    let path: ByteString
    switch context.findProgram(arguments[0], lookup) {
    case .found(let found): path = found
    case .notExecutable:
      return failProgram(.cannotExecute(arguments[0], .permissionDenied), .cannotExecute, lookup)
    case .notFound:
      if let unsupported = UnsupportedCommand(arguments[0]) {
        return failProgram(.notInLanguage(unsupported), .usageError, lookup)
      }
      return failProgram(.commandNotFound(arguments[0]), .commandNotFound, lookup)
    }
    if lookup.contains(.replacingShell), environment.isMain, frames.allSatisfy({ !$0.isSubshell }) {
      return replaceShell(path, arguments)
    }
    return spawn(path, arguments, endsEnvironment: lookup.contains(.replacingShell))
  }

  /// A program that is not there, or may not be run: where it was to replace a script's shell, that ends.
  private mutating func failProgram(_ error: RuntimeError, _ status: ExitStatus, _ lookup: CommandLookup) -> ControlFlow
  {
    if lookup.contains(.replacingShell), !environment.options.contains(.interactive) {
      report(error)
      return leave(.exit(status))
    }
    return failCommand(error, status: status)
  }

  // MARK: Spawning

  private mutating func spawn(_ path: ByteString, _ arguments: [ByteString], endsEnvironment: Bool) -> ControlFlow {
    do {
      let process = try start(path, arguments)
      releaseDescriptorsOfLastCommand()
      if endsEnvironment { return wait(for: process, then: .exit) }
      return wait(for: process, then: .finish)
    } catch {
      return failCommand(cannotExecute(path, arguments, error), status: error.exitStatus)
    }
  }

  /// Starts a program in this environment, and enters it into the machine's job.
  private mutating func start(_ path: ByteString, _ arguments: [ByteString]) throws(SpawnError) -> ChildProcess {
    let shell = shell
    let job = context.jobToBelongTo()
    var request = SpawnRequest(
      path: path, arguments: CStringArray(arguments), environment: exportedVariables)
    try fill(&request)
    let group = context.inherited.processGroup ?? ProcessGroup()
    if environment.options.contains(.monitor) {
      request.processGroup = group.id.map { .join($0) } ?? .new
      if job.isForeground, let terminal = shell.terminal {
        request.foregroundTerminal = terminal.terminal.descriptor
        terminal.willGiveAway()
      }
    }
    let id = try request.openings.isEmpty ? spawnOrRunAsScript(&request, arguments) : spawnOnThread(request, arguments)
    let process = ChildProcess(id, of: shell)
    process.job = job
    let numbers = environment.descriptors.openNumbers
    process.share(numbers.compactMap { environment.descriptors[$0] }.filter(\.isReadable))
    if environment.options.contains(.monitor) {
      // A group whose members had all gone could not be joined.
      if case .new = request.processGroup { group.lead(id) }
      job.add(process, group: group)
    } else {
      job.add(process, group: nil)
    }
    if job.kind == .process { job.id = id }
    shell.children.add(process)
    return process
  }

  private func spawnOrRunAsScript(
    _ request: inout SpawnRequest, _ arguments: [ByteString]
  ) throws(SpawnError) -> ProcessID {
    do {
      return try request.spawn()
    } catch {
      if error.stage == .processGroup, case .join = request.processGroup {
        // The group's last member has gone meanwhile.
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

  /// Starts a program that opens a FIFO itself: the process is there before the FIFO's other side is.
  private func spawnOnThread(_ started: SpawnRequest, _ arguments: [ByteString]) throws(SpawnError) -> ProcessID {
    var request = started
    if case .join(let group) = request.processGroup, (try? Signals.send(nil, toGroup: group)) == nil {
      request.processGroup = .new
    }
    if isScriptWithoutInterpreter(request.path) { becomeScript(&request, arguments) }
    let prefix = context.messagePrefix
    let shell = environment.shell
    let paths = request.openings.map(\.path)
    return try request.spawnOnThread { error in
      guard let error else { return }
      var failure = RuntimeError.cannotExecute(arguments[0], error.errno)
      if case .open(let index) = error.stage { failure = .file(paths[index], error.errno) }
      let message = prefix + failure.message
      shell.perform { Shell.write(message + "\n") }
    }
  }

  /// What the kernel would refuse to execute when it is too late to do something else.
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

  /// A file that is no text is not run as a script.
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

  private var exportedVariables: CStringArray {
    var assignments: [(name: ByteString, value: ByteString)] = []
    environment.variables.visit { number, variable in
      if variable.isExported, variable.isSet {
        assignments.append((environment.names.name(of: number), variable.value))
      }
    }
    return CStringArray(assignments: assignments)
  }

  private func fill(_ request: inout SpawnRequest) throws(SpawnError) {
    let cold = environment.cold.value
    request.openings = openings
    if !request.openings.isEmpty {
      // The process is made on another thread, and maybe after this one has gone to another directory.
      do throws(Errno) { try cold.workingDirectory.hold() } catch { throw SpawnError(stage: .directory, errno: error) }
    }
    request.directory = cold.workingDirectory.descriptor
    request.umask = cold.fileCreationMask
    request.limits = cold.resourceLimits
    request.ignoredSignals = environment.ignoredSignals
    // What the process ignores for the shell is not ignored in programs, unless this environment ignores it too.
    for signal in Signals.ignored where !Signals.wasIgnoredAtEntry(signal) { request.defaultSignals.insert(signal) }
    if environment.options.contains(.monitor) {
      // A program in the background shall be stopped, also where whoever started the shell ignores these signals, as
      // tmux does.
      request.defaultSignals = request.defaultSignals.union([.terminalInput, .terminalOutput])
    }
    for (condition, action) in cold.traps.actions where action.isEmpty && condition != TrapTable.exit {
      request.ignoredSignals.insert(SignalNumber(condition))
    }
    var descriptors: [SpawnRequest.Descriptor] = []
    for number in environment.descriptors.openNumbers {
      guard let file = environment.descriptors[number] else { continue }
      if file.unopened != nil { continue }
      do throws(Errno) {
        descriptors.append(SpawnRequest.Descriptor(Int32(number), try file.descriptorForProgram()))
      } catch {
        throw SpawnError(stage: .descriptor(Int32(number)), errno: error)
      }
      if let capture = file.capture { capture.beginCapturing(in: environment.shell.loop) }
    }
    request.descriptors = descriptors
  }

  /// What the program opens itself, in the order of the redirections.
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

  /// Lets go of the descriptors of an environment that ends with the program just started, so that nobody waits for
  /// the end of a pipe that only this machine holds open.
  private mutating func releaseDescriptorsOfLastCommand() {
    guard !environment.isMain, hasOnlyEndLeft else { return }
    for number in environment.descriptors.openNumbers where number != 2 { environment.descriptors[number] = nil }
    for index in frames.indices { frames[index].keepRedirections() }
  }

  // MARK: Waiting

  /// What follows when a program has ended.
  private enum AfterProgram: Sendable { case finish, exit }

  private mutating func wait(for process: ChildProcess, then next: AfterProgram) -> ControlFlow {
    var request = WaitRequest(Wait(.external, subject: "process", number: process.id.rawValue))
    request.isInterruptible = false
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

  /// A program that Ctrl-C killed ends the line that it stood in; others are told about.
  private mutating func programDied(of signal: SignalNumber) -> ControlFlow? {
    let isInterrupt = signal == .interrupt
    if isInterrupt, environment.options.contains(.interactive), environment.isMain || isMainLine {
      return endSubshells(by: signal) ?? interruptLine()
    }
    // Of a job that was sent the signal itself, whoever waits for the job says so; Ctrl-\ reaches the program first.
    if environment.options.contains(.interactive), !isInterrupt, signal != .brokenPipe, let job, job.isForeground,
      signal == .quit || !job.isTerminating && !job.outermost.isTerminating
    {
      context.writeDirectly(signal.text + "\n")
    }
    return nil
  }

  /// Ctrl-C ends the line, unless a trap is set on it.
  mutating func interruptLine() -> ControlFlow {
    if context.hasAction(.interrupt) {
      context.pendingSignals.insert(.interrupt)
      return .stop(.attention)
    }
    context.pendingSignals.remove(.interrupt)
    return leave(.abandon(.signal(.interrupt)))
  }

  /// Whether this machine runs the line that a person typed, even if a part of it is a subshell now.
  private var isMainLine: Bool { frames.contains(where: \.surroundsMain) }

  // MARK: exec

  private mutating func replaceShell(_ path: ByteString, _ arguments: [ByteString]) -> ControlFlow {
    var request = SpawnRequest(path: path, arguments: CStringArray(arguments), environment: exportedVariables)
    do throws(SpawnError) {
      try fill(&request)
      environment.shell.endCoroutines()
      throw request.replaceProcess()
    } catch {
      let status = error.exitStatus
      report(cannotExecute(path, arguments, error))
      return environment.options.contains(.interactive) ? complete(.status(status)) : leave(.exit(status))
    }
  }
}

extension SpawnError {
  /// 127 where there is no such file, 126 where it cannot be run.
  var exitStatus: ExitStatus {
    stage == .execute && (errno == .noSuchFileOrDirectory || errno == .notDirectory) ? .commandNotFound : .cannotExecute
  }
}
