import ByteStrings
import ShellRuntime

extension Builtin {
  static let shift = Builtin(
    "shift", .special, synopsis: "[N]",
    help: """
      Drops the first N positional parameters, 1 if N is not given. Where there are fewer, none is dropped, and the status
      is 1; under `posix` it is an error.
      """
  ) { context, arguments throws(BuiltinError) in
    let index = arguments.indexAfterDashes
    let isGiven = try arguments.optionalOperand(from: index) != nil
    let count = isGiven ? try arguments.number(at: index, atLeast: 0) : 1
    let available = context.environment.positionalParameters.count
    if count > available {
      // POSIX leaves open whether a script ends; those for bash count on it that they go on.
      if context.environment.options.contains(.posix) { throw .shift(.tooFar(count, available: available)) }
      context.report(arguments, .shift(.tooFar(count, available: available)))
      return .status(.failure)
    }
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
