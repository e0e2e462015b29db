import ByteStrings
import ShellRuntime

extension Builtin {
  static let caller = Builtin(
    "caller", synopsis: "[N]",
    help: """
      Writes the line and the file from which the function or the file that runs was called. With N, the line, the
      function and the file of the call N levels further out, 0 being this one; fails where there is none.
      """
  ) { context, arguments throws(BuiltinError) in
    let first = try OptionReader.firstOperand(arguments)
    guard first < arguments.count else { return .tellCalls { writePlace(&$0, of: $1) } }
    if first + 1 < arguments.count { throw .usage(.unexpectedOperand(arguments[first + 1])) }
    guard let level = arguments[first].decimalValue else { throw .operand(.notANumber(arguments[first])) }
    return .tellCalls { writePlace(&$0, of: $1, level) }
  }
}

/// Writes where the innermost call was made. Like bash, names no file where that is no call itself.
private func writePlace(_ context: inout BuiltinContext, of calls: [OpenCall]) -> BuiltinResult {
  guard let innermost = calls.first else { return .status(.failure) }
  let source = calls.count > 1 ? calls[1].source : "NULL"
  context.write(ByteString(decimal: Int(innermost.line)) + " " + source + "\n")
  return .status(.success)
}

private func writePlace(_ context: inout BuiltinContext, of calls: [OpenCall], _ level: Int) -> BuiltinResult {
  guard level >= 0, level < calls.count - 1 else { return .status(.failure) }
  let around = calls[level + 1]
  let line = ByteString(decimal: Int(calls[level].line))
  context.write(line + " " + around.name + " " + around.source + "\n")
  return .status(.success)
}
