import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  /// A subshell shows the shell's times: it runs in the same process (Docs/Subshells.md).
  static let times = Builtin(
    "times", .special, synopsis: "",
    help: "Writes the user and system processor times of the shell, and of the programs it has waited for."
  ) { context, arguments throws(BuiltinError) in
    if let operand = try arguments.optionalOperand(from: arguments.indexAfterDashes) {
      throw .usage(.unexpectedOperand(operand))
    }
    for account in [ProcessInformation.Account.thisProcess, .children] {
      do throws(Errno) {
        var usage = try ProcessInformation.resourceUsage(of: account)
        if account == .children {
          let others = context.shell.children.usageOfStandIns
          usage.user += others.user
          usage.system += others.system
        }
        context.write(minutes(usage.user) + " " + minutes(usage.system) + "\n")
      } catch {
        // What the kernel refuses does not end the script, as a wrong operand would.
        context.report(arguments, .system("the processor time", error))
        return .status(.failure)
      }
    }
    return .status(.success)
  }
}

/// `1m2.500000s`, in the form POSIX gives.
private func minutes(_ time: Duration) -> ByteString {
  let (minutes, seconds) = Int(time.components.seconds).quotientAndRemainder(dividingBy: 60)
  let digits = ByteString(decimal: Int(time.components.attoseconds / 1_000_000_000_000))
  let zeros = ByteString(repeating: UInt8(ascii: "0"), count: 6 - digits.count)
  return ByteString(decimal: minutes) + "m" + ByteString(decimal: seconds) + "." + zeros + digits + "s"
}
