import ByteStrings
import Meanwhile
import Platform
import ShellSyntax
import SystemPackage

/// What a builtin and the machine around it write: output and messages.
extension BuiltinContext {
  enum FlushResult {
    case flushed
    case wait(WaitRequest)
    case failed(ExitStatus)
    /// Nobody reads the pipe: SIGPIPE ends the environment.
    case terminated(SignalNumber)
  }

  /// Writes out the builtin's output, as far as that is possible without blocking. Bytes that were written are removed.
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
        result = .wait(file.writability)
        return nil
      }
      if !isMainThread, file.isTerminal, promptOutput.accept(bytes) { return bytes.count }
      switch file.write(bytes) {
      case .wrote(let count): return count
      case .wouldBlock: result = .wait(file.writability)
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
      // The environment gets SIGPIPE, as a process would.
      if hasAction(.brokenPipe) {
        pendingSignals.insert(.brokenPipe)
        shell.attention.raise()
      } else if !isIgnored(.brokenPipe) {
        return .terminated(.brokenPipe)
      }
    }
    if descriptor != 2 { report(.write(output.writer, error)) }
    return .failed(.failure)
  }

  /// Writes a message to standard error at once. It is not buffered, so that it is written even if the command is given
  /// up; what does not fit into a full pipe is lost.
  package func writeDirectly(_ text: some StringProtocol) { writeDirectly(ByteString(String(text) + "\n")) }

  package func writeDirectly(_ bytes: ByteString) { environment.descriptors[2]?.writeDirectly(bytes) }

  /// Writes a line of the trace to the descriptor that `BASH_XTRACEFD` names, if that is open, or to standard error.
  func writeTrace(_ line: ByteString) {
    let named = environment.options.contains(.posix) ? nil : environment.value(of: "BASH_XTRACEFD")?.decimalValue
    (named.flatMap { $0 < 0 ? nil : environment.descriptors[$0] } ?? environment.descriptors[2])?.writeDirectly(line)
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
}
