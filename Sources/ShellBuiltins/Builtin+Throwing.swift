import ByteStrings
import ShellRuntime

extension Builtin {
  /// A builtin whose errors are thrown: worded and printed, they become its status.
  init(
    _ name: ByteString, _ kind: Kind = .regular, synopsis: String, help: String,
    throwing body: @escaping @Sendable (inout Machine, Arguments) throws(BuiltinError) -> BuiltinResult
  ) {
    self.init(name, kind, synopsis: synopsis, help: help) { machine, arguments in
      do throws(BuiltinError) {
        return try body(&machine, arguments)
      } catch {
        return machine.fail(arguments, error)
      }
    }
  }
}
