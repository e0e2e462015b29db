import ByteStrings
import Meanwhile
import ShellRuntime

extension Builtin {
  static let collect = Builtin(
    "collect", synopsis: "COMMAND [ARGUMENT...]",
    help: """
      Runs COMMAND, in an environment of its own, and keeps what it writes to standard output until it has ended. In
      `collect COMMAND &` that becomes the job's result, which `fg` and `wait` write: `data=$(fg %1)`. Elsewhere it
      is written at once.
      """
  ) { machine, arguments throws(BuiltinError) in
    let fields = try arguments.command(from: try OptionReader.firstOperand(arguments))
    if JobID(fields[0]) != nil { throw .jobAsCommand(fields[0]) }
    let pipe = InProcessPipe(capacity: .unlimited)
    return waitUntilEnd(&machine, of: machine.startPart(fields, output: pipe), pipe)
  }
}

private func waitUntilEnd(_ machine: inout Machine, of part: Job, _ pipe: InProcessPipe) -> BuiltinResult {
  var request: WaitRequest
  if !part.state.isFinal {
    request = part.waitUntilChange()
  } else if let open = pipe.waitUntilClosed() {
    request = open
  } else {
    machine.endPart(part)
    let text = pipe.takeBytes()
    if !machine.keepAsResult(text) { machine.write(text) }
    return .status(part.state.status)
  }
  request.isInterruptible = false
  return .wait(request) { machine, _ in waitUntilEnd(&machine, of: part, pipe) }
}
