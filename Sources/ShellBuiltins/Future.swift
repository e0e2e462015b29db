import ByteStrings
import Platform
import ShellRuntime

extension Builtin {
  static let future = Builtin(
    "future", synopsis: "[NAME]",
    help: """
      Makes a job that runs no command. `resolve` completes it, and ends every wait for it.
      """
  ) { context, arguments throws(BuiltinError) in
    let name = try arguments.optionalOperand(from: try OptionReader.firstOperand(arguments))
    let job = context.makeFuture(name.map { "future " + $0.shellQuoted } ?? "future")
    context.enter(job)
    return .status(.success)
  }

  static let resolve = Builtin(
    "resolve", synopsis: "ID [-s STATUS] [TEXT]",
    help: """
      Completes a job that `future` made: TEXT is its result, which `fg` and `wait` write as a line.

        -s  its status, 0 without this
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "s:")
    var status = ExitStatus.success
    while let option = try options.next() { status = try option.argument.exitStatus() }
    guard let id = options.operands.first else { throw .usage(.missingOperand("a job ID")) }
    options = OptionReader(arguments, "s:", from: options.index + 1)
    while let option = try options.next() { status = try option.argument.exitStatus() }
    let text = try arguments.optionalOperand(from: options.index)
    let job = try context.job(id)
    guard job.isFuture else { throw .future(.notAFuture(id)) }
    if job.state.isFinal { throw .future(.alreadyResolved(id)) }
    job.resolve(status, text)
    return .status(.success)
  }
}

extension ByteString {
  /// The exit status that the operand stands for.
  fileprivate func exitStatus() throws(BuiltinError) -> ExitStatus {
    guard isUnsignedDecimal, let value = decimalValue, value <= 255 else { throw .operand(.notAStatus(self)) }
    return ExitStatus(rawValue: Int32(value))
  }
}

/// Why `resolve` cannot complete a job.
enum FutureError: WordedError {
  case notAFuture(ByteString)
  case alreadyResolved(ByteString)
}

extension BuiltinError {
  static func future(_ error: FutureError) -> Self { Self(error) }
}
