import ByteStrings
import Meanwhile
import ShellRuntime

extension Builtin {
  static let advance = Builtin(
    "advance", synopsis: "SECONDS",
    help: """
      Moves the virtual clock, as time passes for a person who thinks at the prompt: nothing advances, deadlines
      become overdue. Only in a shell that was started with --virtual-time, and not in the background.
      """
  ) { context, arguments throws(BuiltinError) in
    let index = arguments.indexAfterDashes
    guard let operand = try arguments.optionalOperand(from: index) else {
      throw .usage(.missingOperand("a time in seconds"))
    }
    guard context.shell.loop.isVirtual else { throw .environment(.realTime) }
    guard context.environment.isMain, context.shell.isMain else { throw .environment(.notMain) }
    guard case .finite(let duration) = try operand.timeSpan() else { throw .operand(.outOfRange(operand)) }
    context.shell.loop.advance(by: duration)
    return .status(.success)
  }
}
