import ByteStrings
import Platform
import ShellSyntax

/// Errors of the command that runs, and the trace of `set -x`.
extension Machine {
  mutating func report(_ error: RuntimeError) { context.report(error) }

  /// Reports an error in an expansion or an assignment. It ends a script, and the line of an interactive shell; but
  /// where `command` runs `eval` or `.`, only the text that these run.
  mutating func expansionError(_ error: RuntimeError) -> ControlFlow {
    report(error)
    return leave(.endAfterError(environment.options.contains(.interactive) ? .failure : .usageError))
  }

  /// Reports that a command could not be run, and ends that command.
  mutating func failCommand(_ error: RuntimeError, status: ExitStatus) -> ControlFlow {
    report(error)
    environment.status = status
    return finishCommand()
  }

  // MARK: set -x

  /// Writes the trace of the command, to standard error as it was before the command's own redirections.
  func traceCommand() {
    var line = tracePrefix
    for saved in temporaryAssignments {
      let value = environment.variables[saved.number].value
      line.append(environment.names.name(of: saved.number) + "=" + value.shellQuoted + " ")
    }
    for (index, field) in operands.command.enumerated() {
      if index > 0 { line.append(" ") }
      line.append(field.shellQuoted)
    }
    var around = context
    for frame in frames.reversed() {
      guard frame.isPartOfCommand, frame.isAround(openCommands: operands.commandStarts.count) else { break }
      if case .redirections = frame { frame.undo(in: &around.environment) }
    }
    around.writeTrace(line + "\n")
  }

  /// Shows an assignment, with the value that the variable has by its attributes.
  @inline(never)
  func traceAssignment(_ number: NameNumber, _ text: ByteString) {
    let value = environment.value(of: number) ?? text
    context.writeTrace(tracePrefix + environment.names.name(of: number) + "=" + value.shellQuoted + "\n")
  }

  /// The expansion of `PS4`; `PS4` itself if it cannot be parsed or if an expansion in it would wait.
  private var tracePrefix: ByteString {
    let prefix = environment.value(of: .ps4) ?? "+ "
    guard prefix.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") }) else { return prefix }
    var nested = Machine(environment: environment.subshell())
    nested.environment.options.remove(.xTrace)
    nested.job = job
    nested.outerCalls = openCalls()
    nested.context.inherited.subshellLevel = subshellLevel
    try? nested.environment.assign(ByteString(decimal: Int(context.sourcePosition.line)), to: .lineNumber)
    guard nested.beginExpanding(prefix) else { return prefix }
    let expansion = Coroutine(nested)
    guard expansion.runUntilFirstWait() else { return prefix }
    return expansion.machine.takeExpandedText() ?? prefix
  }
}
