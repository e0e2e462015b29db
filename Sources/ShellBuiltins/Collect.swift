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
  ) { context, arguments throws(BuiltinError) in
    let fields = try arguments.command(from: try OptionReader.firstOperand(arguments))
    let pipe = InProcessPipe(capacity: .unlimited)
    return waitUntilEnd(&context, of: context.startPart(fields, output: pipe), pipe)
  }
}

private func waitUntilEnd(_ context: inout BuiltinContext, of part: Job, _ pipe: InProcessPipe) -> BuiltinResult {
  var request: WaitRequest
  if !part.state.isFinal {
    request = part.change
  } else if let open = pipe.closing {
    request = open
  } else {
    context.endPart(part)
    let text = pipe.takeBytes()
    if !context.keepAsResult(text) { context.write(text) }
    return .status(part.state.status)
  }
  request.interruption = .none
  return .wait(request) { context, _ in waitUntilEnd(&context, of: part, pipe) }
}
