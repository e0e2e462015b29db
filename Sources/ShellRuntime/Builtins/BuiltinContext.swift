import ByteStrings
import Meanwhile
import Platform
import ShellSyntax
import SystemPackage

/// What a builtin utility may use: the environment that it runs in, files, jobs, output, and pending signals.
///
/// It is the part of the machine that does not control execution. A builtin controls that, and waits, by returning a
/// `BuiltinResult`. It has exclusive access while it runs, and must not keep the context for later: `.wait` gets it
/// anew.
package struct BuiltinContext: Sendable {
  package var environment: ExecutionEnvironment
  /// What the builtin has written and the machine has not written out.
  var output = OutputBuffer()
  /// Facts about the command that runs.
  var command = CommandFacts()
  /// The routine that runs, and the next instruction in it.
  var routine: Routine
  var position = 0
  var inherited: InheritedState
  /// Signals that the environment which runs has got and has not acted on.
  package var pendingSignals = SignalSet()
  /// The same of those that were sent to the process for which the machine stands: they are for the outermost
  /// environment alone.
  var processSignals = SignalSet()
  /// The subshells of the machine, the outermost environment among them, whose processes have got signals of their own.
  var signalledSubshells: [SubshellProcess] = []
  /// Whether a signal or a request of another thread is pending.
  var isAttentionRaised: Bool { @inline(__always) get { environment.shell.attention.isRaised } }
  /// Whether signals are pending for one of the machine's environments.
  @inline(__always) var hasSignals: Bool { pendingSignals.rawValue | processSignals.rawValue != 0 }

  @inline(__always)
  init(environment: consuming ExecutionEnvironment, routine: Routine, _ inherited: InheritedState) {
    self.environment = environment
    self.routine = routine
    self.inherited = inherited
  }

  package var shell: Shell { environment.shell }

  /// The job that the builtin belongs to, once there is one.
  package var job: Job? { inherited.job }

  /// The place of the instruction that runs.
  package var sourcePosition: SourcePosition { routine.position(of: Swift.max(position - 1, 0)) }
}

extension BuiltinContext {
  // MARK: Output

  /// Adds to standard output. The machine writes it out when the builtin returns.
  @inline(__always) package mutating func write(_ bytes: ByteString) { output.append(bytes, to: 1) }
  @inline(__always) package mutating func write(byte: UInt8) { output.append(byte, to: 1) }
  package mutating func write(_ bytes: UnsafeRawBufferPointer) { output.append(bytes, to: 1) }
  package mutating func write(_ text: String) { output.append(ByteString(text), to: 1) }

  /// Adds to standard error, in order with standard output.
  package mutating func writeError(_ bytes: ByteString) { output.append(bytes, to: 2) }

  // MARK: Errors

  /// Writes `meanwhile: [place: ]NAME: MESSAGE`.
  package mutating func complain(_ name: ByteString, _ message: String) {
    writeError(ByteString("\(messagePrefix)\(name.visible): \(message)\n"))
  }

  /// Ends the builtin with a message.
  package mutating func fail(
    _ name: ByteString, _ message: String, status: ExitStatus = .failure
  ) -> BuiltinResult {
    complain(name, message)
    return .status(status)
  }

  /// Ends a special builtin with a message; a script ends with it, unless the builtin was called by `command`.
  package mutating func failSpecial(
    _ name: ByteString, _ message: String, status: ExitStatus = .failure
  ) -> BuiltinResult {
    complain(name, message)
    return specialFailure(status)
  }

  /// How a special builtin ends after an error that it has reported.
  package func specialFailure(_ status: ExitStatus) -> BuiltinResult {
    command.isSpecialBuiltin && !environment.options.contains(.interactive)
      ? .leave(.endAfterError(status)) : .status(status)
  }

  /// Ends the builtin after wrong usage: a message with the usage line, and status 2.
  package mutating func usageError(_ arguments: Arguments, _ message: String) -> BuiltinResult {
    let name = arguments.name
    let synopsis = shell.builtins[name]?.synopsis ?? ""
    let usage = synopsis.isEmpty ? "\(name)" : "\(name) \(synopsis)"
    return failSpecial(name, "\(message); usage: \(usage)", status: .usageError)
  }

  // MARK: Input

  /// The file of a descriptor, `nil` where it is closed.
  package func file(_ descriptor: Int) -> OpenFile? { environment.descriptors[descriptor] }

  /// Reads what is there in `file`, without waiting. A background job that reads the terminal is stopped, as the kernel
  /// does with programs (SIGTTIN); if it ignores the signal, the read fails with EIO.
  package func read(_ limit: ReadLimit, from file: OpenFile) -> OpenFile.ReadResult {
    // No shell can continue what goes on when its shell has ended: there, too, reading fails.
    if shell.isSuccessor, file.isTerminal { return .failed(.ioError) }
    guard isInBackground, file.isTerminal else { return file.read(limit) }
    if ignores(.terminalInput) { return .failed(.ioError) }
    job?.outermost.stop(.terminalInput)
    return .wouldBlock
  }

  /// What to wait for before the next `read`.
  package func readability(of file: OpenFile) -> WaitRequest {
    // `read` has just stopped the job: it reads again in the step after it is continued.
    job?.outermost.state.isStopped == true ? WaitRequest(.step) : file.readability
  }

  /// Whether a builtin that runs for long must return `.wait` now: a signal is pending, or its turns are used up.
  package mutating func mustGiveWay() -> Bool { countTurn() != nil }

  /// Counts a turn: `.attention` if a signal or request is pending, `.turnsAreUsedUp` if others must run, else `nil`.
  @inline(__always)
  mutating func countTurn() -> Machine.RunResult? {
    if isAttentionRaised { return .attention }
    inherited.turnsLeft -= 1
    return inherited.turnsLeft > 0 ? nil : endTurns()
  }

  @inline(never)
  private mutating func endTurns() -> Machine.RunResult {
    beginTurns()
    return .turnsAreUsedUp
  }

  /// Counts turns anew: of a new line, of a job that comes to the foreground or leaves it, or after giving way.
  mutating func beginTurns() {
    inherited.turnsLeft = isInForeground ? InheritedState.turnsInForeground : InheritedState.turnsInBackground
  }

  // MARK: The terminal

  /// The terminal at which output of this background job may have to stop the job (`stty tostop`).
  var terminalThatMayStopOutput: Terminal? {
    isInBackground && !ignores(.terminalOutput) ? shell.controllingTerminal : nil
  }

  /// Whether the machine's job is in the foreground. A line without a job is.
  package var isInForeground: Bool { job?.isForeground ?? true }

  /// Whether the machine runs in the background of a shell with job control.
  private var isInBackground: Bool { shell.controllingTerminal != nil && job?.isForeground == false }

  private func ignores(_ signal: SignalNumber) -> Bool {
    environment.traps.action(for: signal.rawValue)?.isEmpty == true || environment.ignoredSignals.contains(signal)
  }

  /// Changes the terminal's modes for the builtin that runs, if it is in the foreground and has not done so already.
  /// The modes are restored when the builtin ends, and while its job is stopped.
  package mutating func changeModes(of terminal: Terminal, _ change: (inout TerminalAttributes) -> Void) {
    guard shell.isMain, isInForeground else { return }
    shell.changeModes(of: terminal, change)
    command.hasChangedModes = true
  }

  /// Restores the terminal's modes, if the builtin that has ended changed them.
  mutating func endBuiltin() {
    guard command.hasChangedModes else { return }
    command.hasChangedModes = false
    // When the job left the foreground, the shell restored the modes.
    if isInForeground { shell.restoreModes() }
  }

  // MARK: Signals

  /// Whether the signal has no effect here.
  package func isIgnored(_ signal: SignalNumber) -> Bool { environment.isIgnored(signal) }

  package func hasAction(_ signal: SignalNumber) -> Bool { environment.traps.hasCommand(for: signal) }

  private mutating func childTrapDidChange() {
    let changes = environment.childChanges()
    changes.areWatched = hasAction(.child)
    // Another environment's table tells that one.
    if !environment.jobRole.borrowsTable { environment.jobs.childChanges = changes }
  }

  /// Sets the process's disposition of a signal after its trap has changed; throws if the kernel refuses that. Traps of
  /// subshells and worker threads do not touch the process.
  package mutating func trapDidChange(_ condition: TrapTable.Condition) throws(Errno) {
    if condition == SignalNumber.child.rawValue { childTrapDidChange() }
    if TrapTable.isOfCommands(condition) {
      environment.commandTrapDidChange(condition)
      // The machine begins to run step by step when it is called again.
      if environment.options.contains(.debugTrap) { shell.attention.raise() }
      return
    }
    guard environment.isMain, shell.isMain else { return }
    let signals = condition == TrapTable.exit ? [.terminate, .hangup] : [SignalNumber(condition)]
    for signal in signals { try SignalPolicy.apply(environment.traps, to: signal, options: environment.options) }
  }
}
