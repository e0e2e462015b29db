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
  ) { machine, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "f")
    var isForced = false
    while try options.next() != nil { isForced = true }
    if let operand = options.operands.first { throw .unexpectedOperand(operand) }
    guard machine.environment.isMain, machine.shell.isMain else { throw .notMainEnvironment }
    guard machine.environment.options.contains(.monitor) else { throw .cannotSuspend }
    if machine.shell.isLogin, !isForced { throw .loginShell }
    do throws(Errno) {
      try machine.shell.suspend()
    } catch {
      throw .system("suspend", error)
    }
    return .status(.success)
  }
}
