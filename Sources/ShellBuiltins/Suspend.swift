import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let suspend = Builtin(
    "suspend", synopsis: "[-f]",
    help: """
      Stops the shell itself, and the process group that it was started in, until it gets CONT.

        -f  a login shell too
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "f")
    var isForced = false
    while try options.next() != nil { isForced = true }
    if let operand = options.operands.first { throw .usage(.unexpectedOperand(operand)) }
    guard context.environment.isMain, context.shell.isMain else { throw .environment(.notMain) }
    guard context.environment.options.contains(.monitor) else { throw .suspend(.noJobControl) }
    if context.shell.isLogin, !isForced { throw .suspend(.loginShell) }
    do throws(Errno) {
      try context.shell.suspend(&context.environment)
    } catch {
      throw .system("suspend", error)
    }
    return .status(.success)
  }
}

/// Why the shell itself is not stopped.
enum SuspendError: WordedError {
  case loginShell
  case noJobControl
}

extension BuiltinError {
  static func suspend(_ error: SuspendError) -> Self { Self(error) }
}
