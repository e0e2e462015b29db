import ByteStrings
import Meanwhile
import ShellRuntime

extension Builtin {
  static let sleep = Builtin(
    "sleep", synopsis: "SECONDS...",
    help: """
      Waits for so many seconds; everything in the background advances meanwhile. Fractions, `infinity` and the
      suffixes ms, s, m, h and d are known; several times are added up.
      `sleep 0` is the single step: each job that is ready or due advances by one step.
      """
  ) { context, arguments throws(BuiltinError) in
    let operands = arguments.operands.dropFirst(arguments.indexAfterDashes - 1)
    if operands.isEmpty { throw .usage(.missingOperand("a time in seconds")) }
    var total = Duration.zero
    var isForever = false
    for operand in operands {
      if operand.first == UInt8(ascii: "-"), operand.count > 1, operand[1] >= UInt8(ascii: "A") {
        throw .usage(.noSuchOption(operand[1]))
      }
      switch try operand.timeSpan() {
      case .finite(let duration): total += duration
      case .forever: isForever = true
      }
    }
    if isForever { return waitingForever() }
    if total == .zero { return .wait(WaitRequest(.step)) { _, _ in .status(.success) } }
    return waiting(until: context.shell.loop.now.advanced(by: total))
  }
}

/// A wake-up before the deadline, such as by an ignored signal, does not end the wait.
private func waiting(until deadline: LoopInstant) -> BuiltinResult {
  .wait(WaitRequest(.timer(deadline))) { context, cause in
    cause == .deadline || context.shell.loop.now >= deadline ? .status(.success) : waiting(until: deadline)
  }
}

private func waitingForever() -> BuiltinResult { .wait(WaitRequest(Wait(.forever))) { _, _ in waitingForever() } }
