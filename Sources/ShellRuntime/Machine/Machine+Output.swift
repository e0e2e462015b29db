import ByteStrings
import Meanwhile
import Platform
import ShellSyntax
import SystemPackage

/// What the machine writes: the output of builtins, messages, traces.
extension Machine {
  enum FlushResult {
    case flushed
    case wait(WaitRequest)
    case failed(ExitStatus)
  }

  /// Passes on what the builtin has written.
  mutating func flushOutput() -> FlushResult {
    var result = FlushResult.flushed
    let descriptors = environment.descriptors
    let isMainThread = shell.isMain
    let promptOutput = shell.promptOutput
    let stoppingTerminal = terminalThatMayStopOutput
    var isStopped = false
    var failure: (descriptor: Int, error: Errno)?
    output.drain { number, bytes in
      guard let file = descriptors[number] else {
        failure = (number, .badFileDescriptor)
        return nil
      }
      if let stoppingTerminal, file.isTerminal, (try? stoppingTerminal.attributes())?.stopsBackgroundOutput == true {
        isStopped = true
        result = .wait(file.waitUntilWritable())
        return nil
      }
      if !isMainThread, file.isTerminal, promptOutput.take(bytes) { return bytes.count }
      switch file.write(bytes) {
      case .wrote(let count): return count
      case .wouldBlock: result = .wait(file.waitUntilWritable())
      case .failed(let error): failure = (number, error)
      }
      return nil
    }
    if isStopped { job?.outermost.stop(.terminalOutput) }
    if let failure { return outputFailed(failure.descriptor, failure.error) }
    return result
  }

  private mutating func outputFailed(_ descriptor: Int, _ error: Errno) -> FlushResult {
    output.removeAll()
    if error == .brokenPipe {
      // As a process that writes to a pipe nobody reads.
      let isCaught = hasAction(.brokenPipe)
      let isFatal = !isCaught && !isIgnored(.brokenPipe)
      if isCaught || isFatal {
        pendingSignals.insert(.brokenPipe)
        shell.attention.raise()
      }
      if isFatal { return .failed(.failure) }
    }
    if descriptor != 2 { report(.write(commandName, error)) }
    return .failed(.failure)
  }

  /// Writes to standard error without waiting: messages are short, and nobody shall lose them.
  package func writeDirectly(_ text: some StringProtocol) { writeDirectly(ByteString(String(text) + "\n")) }

  package func writeDirectly(_ bytes: ByteString) {
    var rest = bytes
    while !rest.isEmpty, case .wrote(let count)? = rest.withUnsafeBytes({ environment.descriptors[2]?.write($0) }) {
      rest = rest.dropping(first: count)
    }
  }

  // MARK: Errors

  /// Reports an error of the command that runs, on one line.
  mutating func report(_ error: RuntimeError) { report(message: error.message) }

  mutating func report(message: String) { writeDirectly(messagePrefix + message) }

  package func report(_ error: SyntaxError, in source: ByteString) {
    var message = environment.shell.messageName + ": "
    if !source.isEmpty { message.append(source.visible + ":") }
    let isTyped = environment.options.contains(.interactive) && source.isEmpty
    message.append(isTyped ? error.message : error.messageWithPosition)
    writeDirectly(message + "\n")
  }

  /// `meanwhile: script.sh:12:5: `
  var messagePrefix: String {
    let name = environment.shell.messageName.description
    if environment.options.contains(.interactive), routine.source.isEmpty { return "\(name): " }
    let place = sourcePosition
    let source = routine.source.isEmpty ? "" : routine.source.visible + ":"
    return "\(name): \(source)\(place.line):\(place.column): "
  }

  /// An error in an expansion or an assignment: the command does not run; a script ends, a person's line does.
  mutating func expansionError(_ error: RuntimeError) -> Step {
    report(error)
    restoreVariables(to: temporaryBase)
    return leave(.abandon(environment.options.contains(.interactive) ? .failure : .usageError))
  }

  /// A command that could not be run at all.
  mutating func failCommand(_ error: RuntimeError, status: ExitStatus) -> Step {
    report(error)
    environment.status = status
    return finishCommand()
  }

  // MARK: set -x

  mutating func traceCommand() {
    let start = Int(marks[marks.count - 1])
    var line = tracePrefix
    for (number, _) in saved.variables[Int(temporaryBase)...] {
      let value = environment.variables[number].value
      line.append(environment.names.name(of: number) + "=" + value.shellQuoted + " ")
    }
    for (index, field) in fields[start...].enumerated() {
      if index > 0 { line.append(" ") }
      line.append(field.shellQuoted)
    }
    var outer = self
    // The command's own redirections are not for its trace.
    if let top = frames.last, top.kind == .redirections, Int(top.markCount) == marks.count,
      let before = saved.descriptors.last
    {
      outer.environment.descriptors = before
    }
    outer.writeDirectly(line + "\n")
  }

  func traceAssignment(_ number: NameNumber, _ value: ByteString) {
    writeDirectly(tracePrefix + environment.names.name(of: number) + "=" + value.shellQuoted + "\n")
  }

  /// `PS4`, expanded here and now; as it stands where an expansion would wait.
  private var tracePrefix: ByteString {
    let prefix = environment.value(of: .ps4) ?? "+ "
    guard prefix.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") }) else { return prefix }
    var nested = Machine(environment: environment.subshell())
    nested.environment.options.remove(.xTrace)
    try? nested.environment.assign(ByteString(decimal: Int(sourcePosition.line)), to: .lineNumber)
    guard nested.beginExpanding(prefix), case .finished(.exited) = nested.run() else { return prefix }
    return nested.takeExpandedText() ?? prefix
  }
}
