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
  ) { machine, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "i:n:")
    var ticker = Ticker()
    while let option = try options.next() {
      switch option.letter {
      case "i": ticker.interval = try option.argument.timeSpan()
      default: ticker.count = try option.argument.count(atLeast: 0)
      }
    }
    if let label = try arguments.optionalOperand(from: options.index) { ticker.label = label + ": " }
    return ticker.tick(&machine)
  }
}

private struct Ticker: Sendable {
  var interval = TimeSpan.finite(.seconds(1))
  var count: Int?
  var label = ByteString()
  private var number = 0

  /// Writes a line, then waits for the interval.
  mutating func tick(_ machine: inout Machine) -> BuiltinResult {
    if number == count {
      machine.write(label + "Finishing\n")
      return .status(.success)
    }
    machine.write(label + ByteString(decimal: number) + "\n")
    number += 1
    return wait(until: machine.shell.loop.deadline(interval))
  }

  private func wait(until deadline: LoopInstant?) -> BuiltinResult {
    .wait(request(until: deadline)) { [self] machine, cause in
      let isOver = deadline.map { cause == .step || cause == .deadline || machine.shell.loop.now >= $0 } ?? false
      var ticker = self
      return isOver ? ticker.tick(&machine) : wait(until: deadline)
    }
  }

  private func request(until deadline: LoopInstant?) -> WaitRequest {
    guard let deadline else { return WaitRequest(Wait(.forever)) }
    return WaitRequest(interval == .finite(.zero) ? .step : .timer(deadline))
  }
}
