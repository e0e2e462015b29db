import ByteStrings
import ShellRuntime
import ShellSyntax

extension Builtin {
  static let hash = Builtin(
    "hash", .intrinsic, synopsis: "[-r] [-l] [-dt NAME...] [-p PATH NAME...] [NAME...]",
    help: """
      Lists where programs were found, or searches each NAME in $PATH and remembers where it is.

        -r  forgets all of them           -d  forgets each NAME
        -l  lists them as commands        -p  remembers PATH for each NAME
        -t  writes where each NAME is
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "rldtp:")
    var action = Action.search
    var listsAsCommands = false
    while let option = try options.next() {
      switch option.letter {
      case "r": context.environment.commandCache.removeAll()
      case "l": listsAsCommands = true
      case "d": action = .forget
      case "t": action = .write
      default: action = .remember(option.argument)
      }
    }
    let names = options.operands
    if names.isEmpty {
      guard case .search = action else { throw .usage(.missingOperand("a name")) }
      if listsAsCommands || arguments.count == 1 { context.listPrograms(asCommands: listsAsCommands) }
      return .status(.success)
    }
    var status = ExitStatus.success
    for name in names where !context.perform(action, name, isOneOfSeveral: names.count > 1) {
      context.report(arguments, .lookup(.notFound(name)))
      status = .failure
    }
    return .status(status)
  }
}

/// What `hash` does with each name.
private enum Action {
  case search, forget, write
  case remember(ByteString)
}

extension BuiltinContext {
  fileprivate mutating func listPrograms(asCommands: Bool) {
    let entries = environment.commandCache.entries
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      let path = entry.path
      write(asCommands ? "hash -p " + path.shellQuoted + " " + name.shellQuoted + "\n" : path + "\n")
    }
  }

  /// `false` if there is nothing of this name.
  fileprivate mutating func perform(_ action: Action, _ name: ByteString, isOneOfSeveral: Bool) -> Bool {
    let known = environment.commandCache.entries[name]
    switch action {
    case .search: return isKnownCommand(name)
    case .remember(let path): environment.commandCache.insert(name, path: path)
    case .forget: environment.commandCache.remove(name)
    case .write: if let known { write((isOneOfSeveral ? name + "\t" : "") + known.path + "\n") }
    }
    if case .remember = action { return true }
    return known != nil
  }

  /// Whether there is a command of the name. A program is searched again, and remembered.
  private mutating func isKnownCommand(_ name: ByteString) -> Bool {
    if environment.enabledBuiltin(name) != nil || environment.function(name) != nil { return true }
    environment.commandCache.remove(name)
    return programPath(name) != nil
  }
}
