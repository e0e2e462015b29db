import ByteStrings
import Meanwhile
import Platform
import ShellSyntax

/// A builtin utility: one line of the table, one function.
package struct Builtin: Sendable {
  package enum Kind: Sendable {
    /// A special builtin utility of POSIX.1-2024 XCU 2.15: found before functions, its assignments stay, its errors
    /// end a script.
    case special
    /// Found without `PATH`.
    case intrinsic
    /// Only this shell has it, or POSIX does not call it intrinsic.
    case regular
  }

  package let name: ByteString
  package let kind: Kind
  /// The usage line without the name, such as `[-p] [NAME[=VALUE]...]`.
  package let synopsis: String
  /// What `help NAME` prints below the usage line.
  package let help: String
  /// The command that it runs in its own place, found without running anything; `nil` if this call runs none. Only of
  /// `command` and `exec`.
  package let replacement: (@Sendable (Arguments) -> (fields: [ByteString], lookup: CommandLookup)?)?
  /// Runs it. Synchronous: what waits returns `.wait`.
  package let run: @Sendable (inout BuiltinContext, Arguments) -> BuiltinResult

  package init(
    _ name: ByteString, _ kind: Kind = .regular, synopsis: String, help: String,
    replacement: (@Sendable (Arguments) -> (fields: [ByteString], lookup: CommandLookup)?)? = nil,
    run: @escaping @Sendable (inout BuiltinContext, Arguments) -> BuiltinResult
  ) {
    self.name = name
    self.kind = kind
    self.synopsis = synopsis
    self.help = help
    self.replacement = replacement
    self.run = run
  }
}
