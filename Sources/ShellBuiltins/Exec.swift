import ByteStrings
import ShellRuntime

extension Builtin {
  static let exec = Builtin(
    "exec", .special, synopsis: "[-cl] [-a NAME] [COMMAND [ARGUMENT...]]",
    help: """
      Replaces the shell by COMMAND, a program. Background coroutines are cancelled first.
      Without COMMAND, the redirections of `exec` stay in effect.

        -a  COMMAND gets NAME for its own name
        -c  it gets an empty environment
        -l  it gets a minus in front of its name, as login shells have it
      """,
    replacement: ExecRequest.replacement
  ) { context, arguments throws(BuiltinError) in
    guard let replacement = try ExecRequest(arguments).replacement else { return .keepRedirections }
    return .execute(fields: replacement.fields, replacement.lookup)
  }
}

/// What a call of `exec` asks for.
private struct ExecRequest {
  private var name: ByteString?
  private var isLogin = false
  private var lookup: CommandLookup = [.programs, .replacingShell]
  private let operands: [ByteString]

  @Sendable static func replacement(_ arguments: Arguments) -> (fields: [ByteString], lookup: CommandLookup)? {
    (try? ExecRequest(arguments))?.replacement
  }

  init(_ arguments: Arguments) throws(BuiltinError) {
    var options = OptionReader(arguments, "a:cl")
    while let option = try options.next() {
      switch option.letter {
      case "a": name = option.argument
      case "c": lookup.insert(.emptyEnvironment)
      default: isLogin = true
      }
    }
    operands = Array(options.operands)
  }

  /// The command that is run; `nil` where there is none.
  var replacement: (fields: [ByteString], lookup: CommandLookup)? {
    guard let command = operands.first else { return nil }
    if name == nil, !isLogin { return (operands, lookup) }
    let ownName = (isLogin ? "-" : "") + (name ?? command)
    return ([command, ownName] + operands.dropFirst(), lookup.union(.namedSeparately))
  }
}
