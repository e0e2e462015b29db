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
  /// Runs it. Synchronous: what waits returns `.wait`.
  package let run: @Sendable (inout BuiltinContext, Arguments) -> BuiltinResult

  package init(
    _ name: ByteString, _ kind: Kind = .regular, synopsis: String, help: String,
    run: @escaping @Sendable (inout BuiltinContext, Arguments) -> BuiltinResult
  ) {
    self.name = name
    self.kind = kind
    self.synopsis = synopsis
    self.help = help
    self.run = run
  }
}

/// How a builtin, or a stage of one, ended: one word, since nearly always it is a status.
package enum BuiltinResult: Sendable {
  case status(ExitStatus)
  /// `break`, `continue`, `return`, `exit`.
  indirect case leave(Completion)
  /// Waits, then goes on with `then`, which learns why it was woken.
  indirect case wait(WaitRequest, then: @Sendable (inout BuiltinContext, WakeCause) -> BuiltinResult)
  /// Runs shell source in this environment; its status becomes the builtin's: `eval`, `.`.
  indirect case evaluate(Evaluation)
  /// Runs another command with these fields in place of this one: `command`, `exec`.
  indirect case execute(fields: [ByteString], CommandLookup)
  /// Makes variables local to the function that runs, then ends with the status; outside of functions that is an error.
  indirect case declareLocals([LocalVariable], then: ExitStatus)
  /// The redirections of the command stay when it ends: `exec` without a command.
  case keepRedirections
  /// Runs the trap of a subshell that has sent itself a signal.
  indirect case runTrap(SignalNumber)
}

/// An operand of `local`.
package struct LocalVariable: Sendable {
  let name: ByteString
  /// `nil` where it is to be unset.
  let value: ByteString?

  package init(name: ByteString, value: ByteString?) {
    self.name = name
    self.value = value
  }
}

/// Shell source that a builtin wants to run in the caller's environment.
package struct Evaluation: Sendable {
  package enum Origin: Sendable {
    /// `eval`: positions are those of the `eval` itself.
    case eval
    /// `.`: the file's name; `return` ends it. The parameters are the positional ones meanwhile, if there are any.
    case file(ByteString, parameters: [ByteString])
  }
  package var source: ByteString
  package var origin: Origin

  package init(_ source: ByteString, _ origin: Origin) {
    self.source = source
    self.origin = origin
  }
}

/// What may be found under a command name.
package struct CommandLookup: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let functions = CommandLookup(rawValue: 1)
  package static let builtins = CommandLookup(rawValue: 2)
  package static let programs = CommandLookup(rawValue: 4)
  /// Special builtins keep their special properties (`command` takes them away).
  package static let specialProperties = CommandLookup(rawValue: 8)
  /// Programs are looked up in the standard `PATH` (`command -p`).
  package static let standardPath = CommandLookup(rawValue: 16)
  /// A program replaces the shell (`exec`).
  package static let replacingShell = CommandLookup(rawValue: 32)
  package static let all: CommandLookup = [.functions, .builtins, .programs, .specialProperties]
}

/// How the flow of control leaves where it is.
package enum Completion: Sendable, Equatable {
  case breakLoop(Int)
  case continueLoop(Int)
  /// Without a status, with that of the last command; in a trap, of the last one before the trap.
  case returnFunction(ExitStatus?)
  /// The same for a status.
  case exit(ExitStatus?)
  /// An error or Ctrl-C ends the line that an interactive shell was given, and a script altogether.
  case abandon(ExitStatus)
  /// As by a signal whose action is the default one.
  case terminate(SignalNumber)
}

/// The builtin utilities, found by name.
package struct BuiltinTable: Sendable {
  package let builtins: [Builtin]
  private let names: NameIndex

  package init(_ builtins: [Builtin]) {
    self.builtins = builtins
    var names = NameIndex()
    for builtin in builtins { _ = names.insert(builtin.name) }
    precondition(names.names.count == builtins.count, "no two builtins have the same name")
    self.names = names
  }

  package func index(of name: ByteString) -> Int? { names.position(of: name) }

  package subscript(name: ByteString) -> Builtin? { index(of: name).map { builtins[$0] } }
}

/// What a machine or a builtin waits for: the loop's side of it, and the events that end it.
package struct WaitRequest: Sendable {
  package var wait: Wait
  package var events: [WakeEvent.Ticket]
  /// Whether a signal with a trap ends the wait with 128 and its number, as `wait` and `read` do.
  package var isInterruptible = true
  /// Whether jobs are waited for: those that the waiting job started itself are terminated with it.
  package var isForJobs = false

  package init(_ wait: Wait, events: [WakeEvent.Ticket] = []) {
    self.wait = wait
    self.events = events
  }
}
