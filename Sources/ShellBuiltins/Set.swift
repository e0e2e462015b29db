import ByteStrings
import ShellRuntime
import ShellSyntax
import SystemPackage

extension Builtin {
  static let set = Builtin(
    "set", .special, synopsis: "[-abCeEfhmnTuvx] [-o OPTION] [+abCeEfhmnTuvx] [+o OPTION] [--] [ARGUMENT...]",
    help: """
      Sets options (-) or clears them (+), and makes the operands the positional parameters; -- alone drops them.
      Without anything, lists all variables; -o alone lists the options, +o alone as commands.

        -a allexport   -b notify    -C noclobber   -e errexit   -E errtrace   -f noglob
        -h hashall     -m monitor   -n noexec      -T functrace -u nounset    -v verbose
        -x xtrace
        -o with emacs, ignoreeof, nolog, pipefail, posix, vi or one of the names above
      """
  ) { context, arguments throws(BuiltinError) in
    if arguments.count == 1 {
      listVariables(&context)
      return .status(.success)
    }
    var reader = SetReader(context.environment.options)
    let first = try reader.read(arguments)
    if let listing = reader.listing { list(&context, listing) }
    let before = context.environment.options
    if let first { context.environment.positionalParameters = PositionalParameters(Array(arguments.dropFirst(first))) }
    do throws(BuiltinError) { try context.change(optionsTo: reader.options) } catch {
      // What the kernel refuses does not end the script, as a wrong option would.
      context.report(arguments, error)
      return .status(.failure)
    }
    if reader.options.subtracting(before).contains(.noExec), !reader.options.contains(.interactive) {
      context.environment.status = .success
      return .leave(.stopExecuting)
    }
    return .status(.success)
  }
}

/// Reads the options of `set`, which have names too and can be cleared with `+`.
private struct SetReader {
  enum Listing { case forPeople, asCommands }

  var options: ShellOptions
  var listing: Listing?

  init(_ options: ShellOptions) { self.options = options }

  /// Returns the index of the first positional parameter, or `nil` if they are not changed.
  mutating func read(_ arguments: Arguments) throws(BuiltinError) -> Int? {
    var index = 1
    while index < arguments.count {
      let field = arguments[index]
      if field == "--" { return index + 1 }
      if field == "-" {
        options.subtract([.xTrace, .verbose])
        return index + 1 < arguments.count ? index + 1 : nil
      }
      guard field.count > 1, field[0] == UInt8(ascii: "-") || field[0] == UInt8(ascii: "+") else { return index }
      try readGroup(arguments, at: &index)
    }
    return nil
  }

  /// Reads a group such as `-eo pipefail` and moves `index` behind it.
  private mutating func readGroup(_ arguments: Arguments, at index: inout Int) throws(BuiltinError) {
    let field = arguments[index]
    let isOn = field[0] == UInt8(ascii: "-")
    index += 1
    for letter in field.dropFirst() {
      if letter == UInt8(ascii: "o") {
        guard index < arguments.count else {
          listing = isOn ? .forPeople : .asCommands
          continue
        }
        try change(named: arguments[index], isOn)
        index += 1
      } else {
        guard let entry = ShellOptions.table.first(where: { $0.letter == letter }) else {
          guard try isAlready(isOn, { $0.letter == letter }) else { throw .usage(.noSuchOption(letter)) }
          continue
        }
        options.change(entry.option, to: isOn)
      }
    }
  }

  private mutating func change(named name: ByteString, _ isOn: Bool) throws(BuiltinError) {
    guard let entry = ShellOptions.table.first(where: { $0.name == name }) else {
      guard try isAlready(isOn, { $0.name == name }) else { throw .set(.noSuchShellOption(name)) }
      return
    }
    options.change(entry.option, to: isOn)
  }

  /// Whether an option of bash that cannot be changed is what it is to be; `false` also for what is no option. Those of
  /// bash are none under `posix`.
  private func isAlready(
    _ isOn: Bool, _ isMeant: (ShellOptions.FixedEntry) -> Bool
  ) throws(BuiltinError) -> Bool {
    if options.contains(.posix) { return false }
    guard let entry = ShellOptions.fixedTable.first(where: isMeant) else { return false }
    if entry.isOn == isOn { return true }
    throw .set(.fixed(entry.name, isOn: entry.isOn))
  }
}

extension BuiltinContext {
  /// Changes the options, and what depends on them.
  mutating func change(optionsTo options: ShellOptions) throws(BuiltinError) {
    let before = environment.options
    environment.options = options
    try follow(change: options.symmetricDifference(before))
  }

  /// Applies changed options of the shell's own environment to the process and the line editor.
  private mutating func follow(change: ShellOptions) throws(BuiltinError) {
    guard environment.isMain, shell.isMain else { return }
    if !change.isDisjoint(with: [.vi, .emacs]) {
      _ = shell.lineEditing(environment)?.bind([environment.options.contains(.vi) ? "-v" : "-e"])
    }
    if !change.isDisjoint(with: [.monitor, .posix]) {
      do throws(Errno) { try SignalPolicy.optionsDidChange(environment.options, environment.traps) } catch {
        throw .system("signals", error)
      }
      if change.contains(.monitor), environment.options.contains(.monitor) { try findTerminal() }
    }
  }

  /// Begins job control. Without a terminal it has process groups only.
  private mutating func findTerminal() throws(BuiltinError) {
    let isInteractive = environment.options.contains(.interactive)
    do throws(JobControlProblem) { _ = try shell.findTerminal(isInteractive: isInteractive) } catch {
      environment.options.remove(.monitor)
      try? SignalPolicy.optionsDidChange(environment.options, environment.traps)
      throw .set(error)
    }
  }
}

private func list(_ context: inout BuiltinContext, _ listing: SetReader.Listing) {
  for entry in ShellOptions.table {
    let isOn = context.environment.options.contains(entry.option)
    switch listing {
    case .asCommands: context.write((isOn ? "set -o " : "set +o ") + entry.name + "\n")
    case .forPeople:
      let padding = ByteString(repeating: UInt8(ascii: " "), count: 16 - entry.name.count)
      context.write(entry.name + padding + (isOn ? "on\n" : "off\n"))
    }
  }
}

private func listVariables(_ context: inout BuiltinContext) {
  for (name, variable) in context.environment.sortedVariables {
    let number = context.environment.number(of: name)
    if context.environment.isArray(number) {
      context.write(name + "=" + context.environment.elementList(of: number) + "\n")
    } else if variable.isSet || variable.isNameReference && !variable.value.isEmpty {
      context.write(name + "=" + context.environment.listed(variable.value) + "\n")
    }
  }
  if context.environment.options.contains(.posix) { return }
  for (_, function) in context.environment.sortedFunctions {
    context.write(SyntaxPrinter.text(of: function.definition) + "\n")
  }
}

enum SetError: WordedError {
  case noSuchShellOption(ByteString)
  /// bash can change it; `isOn` is `nil` where it is neither on nor off.
  case fixed(ByteString, isOn: Bool?)

  var status: ExitStatus { .usageError }
}

extension JobControlProblem: WordedError {}

extension BuiltinError {
  static func set(_ error: SetError) -> Self { Self(error) }
  static func set(_ error: JobControlProblem) -> Self { Self(error) }
}
