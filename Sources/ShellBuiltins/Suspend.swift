import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let suspend = Builtin(
    "suspend", synopsis: "[-f]",
    help: """
      Stops the shell itself until it gets CONT.

        -f  a login shell too
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "f")
    var isForced = false
    while try options.next() != nil { isForced = true }
    if let operand = options.operands.first { throw .unexpectedOperand(operand) }
    guard context.environment.isMain, context.shell.isMain else { throw .notMainEnvironment }
    guard context.environment.options.contains(.monitor) else { throw .cannotSuspend }
    if context.shell.isLogin, !isForced { throw .loginShell }
    do throws(Errno) {
      try context.shell.suspend()
    } catch {
      throw .system("suspend", error)
    }
    return .status(.success)
  }
}
