import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// What a builtin utility sees of the machine that runs it.
extension Machine {
  package var shell: Shell { environment.shell }

  // MARK: Output

  /// Adds to standard output; the machine passes it on when the builtin returns.
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
    isSpecialBuiltin && !environment.options.contains(.interactive) ? .leave(.abandon(status)) : .status(status)
  }

  /// Ends the builtin because it was called the wrong way: one line, status 2.
  package mutating func usageError(_ arguments: Arguments, _ message: String) -> BuiltinResult {
    let name = arguments.name
    let synopsis = shell.builtins[name]?.synopsis ?? ""
    let usage = synopsis.isEmpty ? "\(name)" : "\(name) \(synopsis)"
    return failSpecial(name, "\(message); usage: \(usage)", status: .usageError)
  }

  // MARK: Input

  /// The file of a descriptor, `nil` where it is closed.
  package func file(_ descriptor: Int) -> OpenFile? { environment.descriptors[descriptor] }

  /// Bytes that can be read from `file` without waiting. A background job that would read the terminal is stopped, as
  /// the kernel does it to programs; where it ignores the signal, it fails as they do.
  package func peek(_ file: OpenFile) -> OpenFile.PeekResult {
    guard isInBackground, file.isTerminal else { return file.peek() }
    if ignores(.terminalInput) { return .failed(.ioError) }
    job?.outermost.stop(.terminalInput)
    return .wouldBlock
  }

  /// Whether a builtin that goes on without waiting has to give way: to a signal, or in the background to others.
  package mutating func mustGiveWay() -> Bool { if case .next = takeTurn() { false } else { true } }

  /// The terminal whose modes decide whether what is written to it stops the job before that: `stty tostop`.
  var terminalThatMayStopOutput: Terminal? {
    isInBackground && !ignores(.terminalOutput) ? shell.controllingTerminal : nil
  }

  /// Whether the machine runs in the background of a shell with job control.
  private var isInBackground: Bool { shell.controllingTerminal != nil && job?.isForeground == false }

  private func ignores(_ signal: SignalNumber) -> Bool {
    environment.traps.action(for: signal.rawValue)?.isEmpty == true || environment.ignoredSignals.contains(signal)
  }

  /// What to wait for before the next `peek`.
  package func waitUntilReadable(_ file: OpenFile) -> WaitRequest {
    // What has just been stopped looks again when it goes on.
    job?.outermost.state.isStopped == true ? WaitRequest(.step) : file.waitUntilReadable()
  }

  /// Changes a terminal's modes for the builtin that runs, if it has the terminal and has not done so already. They
  /// come back with `restoreModes`, when a signal ends the builtin, and while the job is stopped.
  package func changeModes(of terminal: Terminal, _ change: (inout TerminalAttributes) -> Void) {
    if shell.isMain, isInForeground { shell.changeModes(of: terminal, change) }
  }

  package func restoreModes() { if shell.isMain, isInForeground { shell.restoreModes() } }

  // MARK: Where control is

  /// How many loops enclose the command, for `break` and `continue`.
  package var loopDepth: Int {
    var depth = 0
    for frame in frames.reversed() {
      if frame.kind == .function || frame.isSubshell { break }
      if frame.isLoop { depth += 1 }
    }
    return depth
  }

  /// Whether `return` has something to return from.
  package var isInCall: Bool { frames.contains(where: \.isCall) }

  /// The status that `return` and `exit` without operand have: in a trap, the one before it.
  package var statusForLeaving: ExitStatus {
    for frame in frames.reversed() {
      if frame.kind == .trap || frame.kind == .exitTrap { return frame.status }
      if frame.kind == .function { break }
    }
    return environment.status
  }

  /// The redirections of the running command stay when it ends: `exec` without a command.
  package mutating func keepRedirections() { keepsRedirections = true }

  /// Has the process's disposition of a signal follow a change of its trap.
  package func trapDidChange(_ condition: TrapTable.Condition) {
    guard environment.isMain, shell.isMain else { return }
    let signals = condition == TrapTable.exit ? [.terminate, .hangup] : [SignalNumber(condition)]
    for signal in signals { SignalPolicy.apply(environment.traps, to: signal, options: environment.options) }
  }
}
