import ByteStrings
import LineEditing
import Meanwhile
import Platform
import ShellBuiltins
import ShellRuntime
import ShellSyntax
import SystemPackage

/// One run of the shell: its environment, its terminal, and its source of commands.
///
/// Used on the main thread only.
final class Session {
  let invocation: Invocation
  let shell: Shell
  var lineEditor: LineEditor?
  var services: EditingServices?
  /// Whether a problem with the history file was reported: once is enough.
  var reportedHistoryProblem = false
  /// The entry of the history that is the line that runs, if it was put there.
  var numberOfTypedLine: Int?
  /// How many commands have been run, and at which one the warning about jobs was given.
  var commandCount = 0
  var warnedAt: Int?
  /// How the shell ends, if a trap that ran while a line was being typed ended it.
  var endAtPrompt: Machine.End?
  /// Whether the input ended because the terminal is gone.
  var isTerminalGone = false
  /// How often Ctrl-D was typed in a row under `ignoreeof`.
  var endsInARow = 0

  /// The shell's own environment, between two lines.
  var environment: ExecutionEnvironment {
    _read { yield shell.main.machine.environment }
    _modify { yield &shell.main.machine.environment }
  }

  var isVerbose: Bool { environment.options.contains(.verbose) }
  var isPosix: Bool { environment.options.contains(.posix) }
  var isInteractive: Bool { environment.options.contains(.interactive) }

  init(_ invocation: Invocation) {
    self.invocation = invocation
    let clock: LoopClockKind = invocation.usesVirtualTime ? .virtual : .system
    shell = Shell(loop: EventLoop(clock: clock), builtins: .standard, children: ProcessTable())
    shell.isLogin = invocation.isLogin
    shell.reserveStack()
    shell.begin(with: Self.environment(of: invocation, shell))
  }

  // MARK: The environment

  private static func environment(of invocation: Invocation, _ shell: Shell) -> ExecutionEnvironment {
    let cold = ColdAttributes(
      workingDirectory: WorkingDirectory(descriptor: nil, path: nil), fileCreationMask: Umask.atEntry,
      name: invocation.name)
    var environment = ExecutionEnvironment(
      shell: shell, jobs: JobTable(), descriptors: DescriptorTable(inherited: FileDescriptor.openNumbers),
      cold: cold)
    environment.positionalParameters = PositionalParameters(invocation.parameters)
    environment.options = options(of: invocation)
    for name in environment.importVariables(ProcessInformation.environment) {
      writeToStandardError("\(shell.messageName): \(name.visible): the environment has no function under this name\n")
    }
    environment.setInitialVariables()
    if !environment.options.contains(.posix) { environment.setVariablesOfBash(version: ByteString(version)) }
    return environment
  }

  private static func options(of invocation: Invocation) -> ShellOptions {
    var options = invocation.options
    if options.contains(.standardInput), invocation.parameters.isEmpty, isAtTerminal,
      !invocation.cleared.contains(.interactive)
    {
      options.insert(.interactive)
    }
    if options.contains(.interactive) {
      if !invocation.cleared.contains(.monitor) { options.insert(.monitor) }
      if !options.contains(.vi), !invocation.cleared.contains(.emacs) { options.insert(.emacs) }
    }
    return options
  }

  private static var isAtTerminal: Bool {
    Terminal(.standardInput) != nil && Terminal(.standardError) != nil
  }

  // MARK: Running

  /// Runs all commands; the exit status of the process.
  func run() -> Int32 {
    do throws(Errno) { try SignalPolicy.begin(options: environment.options) } catch {
      writeToStandardError("\(shell.messageName): signals: \(error.text)\n")
    }
    if environment.options.contains(.monitor) { becomeForeground() }
    if isInteractive { offerLineEditor() }
    return finish(runStartupFiles() ?? runCommands())
  }

  private func runCommands() -> Machine.End {
    switch invocation.input {
    case .commands(let text): run(SourceInput(text, name: "", self))
    case .file(let path): runFile(path)
    default: isInteractive ? runInteractively() : run(StandardInput(self))
    }
  }

  private func runFile(_ path: ByteString) -> Machine.End {
    do throws(Errno) {
      let (text, name) = try readScript(path)
      shell.main.machine.outerCalls = [OpenCall(name: "main", source: name)]
      return run(SourceInput(text, name: name, self))
    } catch {
      writeToStandardError("\(shell.messageName): \(path.visible): \(error.text)\n")
      return .exited(error == .noSuchFileOrDirectory ? .commandNotFound : .cannotExecute)
    }
  }

  /// The text of a script, and its path; a name without `/` that is not in the working directory is looked for in `PATH`.
  private func readScript(_ path: ByteString) throws(Errno) -> (text: ByteString, path: ByteString) {
    do {
      return (try Files.contents(of: path), path)
    } catch {
      guard error == .noSuchFileOrDirectory, !path.contains(UInt8(ascii: "/")),
        case .found(let found) = ProgramSearch.find(
          path, in: environment.value(of: "PATH") ?? "", from: nil)
      else { throw error }
      return (try Files.contents(of: found), found)
    }
  }

  func run(_ input: any CommandInput, for purpose: Machine.Purpose = .command) -> Machine.End {
    ReadEvalLoop(self, input, for: purpose).run()
  }

  private func runInteractively() -> Machine.End {
    openHistory()
    return run(InteractiveInput(self))
  }

  // MARK: The end

  private func finish(_ end: Machine.End) -> Int32 {
    var end = end
    if end == .completed { end = runExitTrap() }
    if isInteractive { hangUpJobs(end) }
    shell.endThreads()
    let work = shell.workThatGoesOn(in: environment)
    let cutShort = shell.endCoroutines(except: work)
    if cutShort > 0, isInteractive || Terminal(.standardError) != nil {
      let (noun, object) = cutShort == 1 ? ("coroutine", "it") : ("coroutines", "them")
      writeToStandardError(
        "\(shell.messageName): \(cutShort) \(noun) had not finished; `disown` would have kept \(object)\n")
    }
    shell.giveTerminalBack()
    environment.giveBackInput()
    // It begins when this process has ended.
    _ = shell.startSuccessor(for: work)
    if case .terminated(let signal) = end { Signals.endProcess(by: signal) }
    return end.status(after: environment.status).rawValue
  }

  /// At the end of the input: as `exit` without operand.
  private func runExitTrap() -> Machine.End {
    shell.main.machine.beginExit()
    if case .finished(let end) = shell.runInForeground({ "exit" }) { return end }
    return .completed
  }

  /// Sends SIGHUP to stopped jobs when the shell ends, and to all jobs when the terminal is gone, or where `huponexit` is
  /// set in a login shell.
  private func hangUpJobs(_ end: Machine.End) {
    let isHangUp = end == .terminated(.hangup) || shell.isLogin && environment.options.contains(.hangUpOnExit)
    for job in environment.jobs.jobs where !job.state.isFinal && !job.ignoresHangUp {
      if isHangUp || job.state.isStopped { job.send(.hangup) }
    }
  }
}

extension Machine.End {
  func status(after last: ExitStatus) -> ExitStatus {
    switch self {
    case .completed: last
    case .exited(let status), .abandoned(let status): status
    case .terminated(let signal): .signal(signal)
    }
  }
}
