import ByteStrings
import ShellRuntime

extension BuiltinContext {
  /// Prints the error and ends the builtin. An error of a special builtin ends a script, unless `command` ran it.
  mutating func fail(_ arguments: Arguments, _ error: BuiltinError, status: ExitStatus? = nil) -> BuiltinResult {
    if error.showsUsage { return usageError(arguments, error.message) }
    let status = status ?? error.status
    return failSpecial(arguments.name, error.message, status: status)
  }

  /// Prints an error about one operand. The builtin goes on with the others.
  mutating func report(_ arguments: Arguments, _ error: BuiltinError) {
    complain(arguments.name, error.message)
  }
}
