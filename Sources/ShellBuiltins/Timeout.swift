import ByteStrings
import Meanwhile
import Platform
import ShellRuntime

extension Builtin {
  static let timeout = Builtin(
    "timeout", synopsis: "SECONDS COMMAND [ARGUMENT...]",
    help: """
      Runs COMMAND, in an environment of its own, and cancels it when the time is over: it gets TERM, and the status
      is 124. Works on builtins, functions and programs; `timeout 5 fg %1` cancels job 1.
      """
  ) { machine, arguments throws(BuiltinError) in
    let index = try OptionReader.firstOperand(arguments)
    guard index < arguments.count else { throw .missingOperand("a time in seconds") }
    let span = try arguments[index].timeSpan()
    let fields = try arguments.command(from: index + 1)
    if JobID(fields[0]) != nil { throw .jobAsCommand(fields[0]) }
    let deadline = machine.shell.loop.deadline(span)
    return waitUntilEnd(&machine, of: machine.startPart(fields), until: deadline)
  }
}

private func waitUntilEnd(_ machine: inout Machine, of part: Job, until deadline: LoopInstant?) -> BuiltinResult {
  if part.state.isFinal {
    machine.endPart(part)
    return .status(part.state.status)
  }
  if let deadline, machine.shell.loop.now >= deadline {
    part.send(.terminate)
    return waitUntilCancelled(&machine, part)
  }
  var request = part.waitUntilChange()
  request.wait.deadline = deadline
  request.isInterruptible = false
  return .wait(request) { machine, _ in waitUntilEnd(&machine, of: part, until: deadline) }
}

private func waitUntilCancelled(_ machine: inout Machine, _ part: Job) -> BuiltinResult {
  if part.state.isFinal {
    machine.endPart(part)
    return .status(.timedOut)
  }
  var request = part.waitUntilChange()
  request.isInterruptible = false
  return .wait(request) { machine, _ in waitUntilCancelled(&machine, part) }
}
