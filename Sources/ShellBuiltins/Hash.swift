import ByteStrings
import ShellRuntime

extension Builtin {
  static let hash = Builtin(
    "hash", .intrinsic, synopsis: "[-r] [NAME...]",
    help: """
      Lists where programs were found, or searches each NAME in $PATH and remembers where it is.

        -r  forgets all of them
      """
  ) { machine, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "r")
    while try options.next() != nil { machine.environment.commandCache.removeAll() }
    if arguments.count == 1 {
      let entries = machine.environment.commandCache.entries
      for name in entries.keys.sorted() { machine.write(entries[name]!.path + "\n") }
    }
    var status = ExitStatus.success
    for name in options.operands where !machine.isKnownCommand(name) {
      machine.report(arguments, .notFound(name))
      status = .failure
    }
    return .status(status)
  }
}

extension Machine {
  /// Whether the shell knows what to run; a program is searched anew, and remembered.
  fileprivate mutating func isKnownCommand(_ name: ByteString) -> Bool {
    if shell.builtins[name] != nil || environment.function(name) != nil { return true }
    environment.commandCache.remove(name)
    return programPath(name) != nil
  }
}
