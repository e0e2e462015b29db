import ByteStrings
import Platform
import ShellSyntax

/// Errors of the command that runs, and traces.
extension Machine {
  mutating func report(_ error: RuntimeError) { context.report(error) }

  /// An error in an expansion or an assignment: the command does not run; a script ends, a person's line does.
  mutating func expansionError(_ error: RuntimeError) -> ControlFlow {
    report(error)
    return leave(.abandon(environment.options.contains(.interactive) ? .failure : .usageError))
  }

  /// A command that could not be run at all.
  mutating func failCommand(_ error: RuntimeError, status: ExitStatus) -> ControlFlow {
    report(error)
    environment.status = status
    return finishCommand()
  }

  // MARK: set -x

  /// The command's own redirections are not for its trace.
  func traceCommand() {
    var line = tracePrefix
    for saved in temporaryAssignments?.saved ?? [] {
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
    around.writeDirectly(line + "\n")
  }

  func traceAssignment(_ number: NameNumber, _ value: ByteString) {
    context.writeDirectly(tracePrefix + environment.names.name(of: number) + "=" + value.shellQuoted + "\n")
  }

  /// `PS4`, expanded here and now; as it stands where an expansion would wait.
  private var tracePrefix: ByteString {
    let prefix = environment.value(of: .ps4) ?? "+ "
    guard prefix.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") }) else { return prefix }
    var nested = Machine(environment: environment.subshell())
    nested.environment.options.remove(.xTrace)
    nested.job = job
    try? nested.environment.assign(ByteString(decimal: Int(context.sourcePosition.line)), to: .lineNumber)
    guard nested.beginExpanding(prefix) else { return prefix }
    let expansion = Coroutine(nested)
    guard expansion.runUntilFirstWait() else { return prefix }
    return expansion.machine.takeExpandedText() ?? prefix
  }
}
