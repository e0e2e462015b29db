import ByteStrings
import ShellRuntime

extension Builtin {
  static let shift = Builtin(
    "shift", .special, synopsis: "[N]", help: "Drops the first N positional parameters, 1 if N is not given."
  ) { context, arguments throws(BuiltinError) in
    let index = arguments.indexAfterDashes
    let isGiven = try arguments.optionalOperand(from: index) != nil
    let count = isGiven ? try arguments.number(at: index, atLeast: 0) : 1
    let available = context.environment.positionalParameters.count
    if count > available { throw .shift(.tooFar(count, available: available)) }
    context.environment.positionalParameters.removeFirst(count)
    return .status(.success)
  }
}

enum ShiftError: WordedError {
  case tooFar(Int, available: Int)

  var status: ExitStatus { .usageError }
}

extension BuiltinError {
  static func shift(_ error: ShiftError) -> Self { Self(error) }
}
