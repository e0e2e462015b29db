import ByteStrings
import ShellRuntime

extension Builtin {
  /// Makes a builtin whose function throws: an error is printed, and its status becomes the builtin's.
  init(
    _ name: ByteString, _ kind: Kind = .regular, synopsis: String, help: String,
    replacement: (@Sendable (Arguments) -> (fields: [ByteString], lookup: CommandLookup)?)? = nil,
    throwing body: @escaping @Sendable (inout BuiltinContext, Arguments) throws(BuiltinError) -> BuiltinResult
  ) {
    self.init(name, kind, synopsis: synopsis, help: help, replacement: replacement) { context, arguments in
      do throws(BuiltinError) {
        return try body(&context, arguments)
      } catch {
        return context.fail(arguments, error)
      }
    }
  }
}
