import ByteStrings
import ShellRuntime

extension BuiltinContext {
  /// Prints why the builtin cannot go on, and ends it; a script ends with a special builtin, unless `command` ran it.
  mutating func fail(_ arguments: Arguments, _ error: BuiltinError, status: ExitStatus? = nil) -> BuiltinResult {
    if error.showsUsage { return usageError(arguments, error.message) }
    let status = status ?? error.status
    return failSpecial(arguments.name, error.message, status: status)
  }

  /// Prints what was wrong with one operand; the builtin goes on with the others.
  mutating func report(_ arguments: Arguments, _ error: BuiltinError) {
    complain(arguments.name, error.message)
  }
}
