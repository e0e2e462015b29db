import ByteStrings
import Meanwhile
import Platform

/// What a builtin asks of the machine when it returns. Indirect cases keep it to one word: it is nearly always a
/// status.
package enum BuiltinResult: Sendable {
  case status(ExitStatus)
  /// `break`, `continue`, `return`, `exit`.
  indirect case leave(Completion)
  /// Waits, then goes on with `then`, which gets the reason for the wake-up. The wait may end early, so `then` looks
  /// again.
  indirect case wait(WaitRequest, then: @Sendable (inout BuiltinContext, WakeCause) -> BuiltinResult)
  /// Writes what there is so far, then goes on: for output that is not to be held in memory as a whole.
  indirect case writeAndGoOn(then: @Sendable (inout BuiltinContext) -> BuiltinResult)
  /// Runs shell source in this environment; its status becomes the builtin's: `eval`, `.`.
  indirect case evaluate(Evaluation)
  /// Runs another command with these fields in place of this one: `command`, `exec`.
  indirect case execute(fields: [ByteString], CommandLookup)
  /// The redirections of the command stay when it ends: `exec` without a command.
  case keepRedirections
  /// Tells the builtin which calls are open, the innermost first: `caller`.
  indirect case tellCalls(then: @Sendable (inout BuiltinContext, [OpenCall]) -> BuiltinResult)
  /// Variables that the builtin has unset, and the builtin's status. Where one is local to a function that has called
  /// the one that runs, it is so no longer: what it was outside is there again.
  indirect case uncover([NameNumber], ExitStatus)
  /// The machine gets a signal that the builtin has sent to the process group in which it would run.
  indirect case receive(SignalNumber)
}

/// Shell source that a builtin wants to run in the caller's environment.
package struct Evaluation: Sendable {
  package enum Origin: Sendable {
    /// `eval`: positions are those of the `eval` itself.
    case eval
    /// `.`: the file's name. `return` ends it. If parameters are given, they replace the positional ones meanwhile.
    case file(ByteString, parameters: [ByteString])
  }
  package var source: ByteString
  package var origin: Origin
  /// How the builtin goes on when the source has been run: asked once.
  package var continuation: Continuation?

  package typealias Continuation = @Sendable (inout BuiltinContext) -> Next

  package enum Next: Sendable {
    /// With more source.
    case source(ByteString)
    /// As if the builtin had returned this just now.
    case result(BuiltinResult)
  }

  package init(_ source: ByteString, _ origin: Origin) {
    self.source = source
    self.origin = origin
  }
}
