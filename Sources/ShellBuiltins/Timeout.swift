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
  ) { context, arguments throws(BuiltinError) in
    let index = try OptionReader.firstOperand(arguments)
    guard index < arguments.count else { throw .usage(.missingOperand("a time in seconds")) }
    let span = try arguments[index].timeSpan()
    let fields = try arguments.command(from: index + 1)
    let deadline = context.shell.loop.deadline(span)
    return waitUntilEnd(&context, of: context.startPart(fields), until: deadline)
  }
}

private func waitUntilEnd(_ context: inout BuiltinContext, of part: Job, until deadline: LoopInstant?) -> BuiltinResult
{
  if part.state.isFinal {
    context.endPart(part)
    return .status(part.state.status)
  }
  if let deadline, context.shell.loop.now >= deadline {
    part.send(.terminate)
    return waitUntilCancelled(&context, part)
  }
  var request = part.change
  request.wait.deadline = deadline
  request.interruption = .none
  return .wait(request) { context, _ in waitUntilEnd(&context, of: part, until: deadline) }
}

private func waitUntilCancelled(_ context: inout BuiltinContext, _ part: Job) -> BuiltinResult {
  if part.state.isFinal {
    context.endPart(part)
    return .status(.timedOut)
  }
  var request = part.change
  request.interruption = .none
  return .wait(request) { context, _ in waitUntilCancelled(&context, part) }
}
