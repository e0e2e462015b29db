import ByteStrings
import Meanwhile
import ShellRuntime

extension Builtin {
  static let tick = Builtin(
    "tick", synopsis: "[-i SECONDS] [-n COUNT] [LABEL]",
    help: """
      Counts from 0, one line each second, with LABEL in front. Ticks that were missed are not made up for.

        -i  another interval
        -n  ends after COUNT lines, and says so
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "i:n:")
    var ticker = Ticker()
    while let option = try options.next() {
      switch option.letter {
      case "i": ticker.interval = try option.argument.timeSpan()
      default: ticker.count = try option.argument.number(atLeast: 0)
      }
    }
    if let label = try arguments.optionalOperand(from: options.index) { ticker.label = label + ": " }
    return ticker.tick(&context)
  }
}

private struct Ticker: Sendable {
  var interval = TimeSpan.finite(.seconds(1))
  var count: Int?
  var label = ByteString()
  private var number = 0

  /// Writes a line, then waits for the interval.
  mutating func tick(_ context: inout BuiltinContext) -> BuiltinResult {
    if number == count {
      context.write(label + "Finishing\n")
      return .status(.success)
    }
    context.write(label + ByteString(decimal: number) + "\n")
    number += 1
    return wait(until: context.shell.loop.deadline(interval))
  }

  private func wait(until deadline: LoopInstant?) -> BuiltinResult {
    .wait(request(until: deadline)) { [self] context, cause in
      let isOver = deadline.map { cause == .step || cause == .deadline || context.shell.loop.now >= $0 } ?? false
      var ticker = self
      return isOver ? ticker.tick(&context) : wait(until: deadline)
    }
  }

  private func request(until deadline: LoopInstant?) -> WaitRequest {
    guard let deadline else { return WaitRequest(Wait(.forever)) }
    return WaitRequest(interval == .finite(.zero) ? .step : .timer(deadline))
  }
}
