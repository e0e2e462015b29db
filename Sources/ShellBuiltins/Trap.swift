import ByteStrings
import Platform
import ShellRuntime
import ShellSyntax
import SystemPackage

extension Builtin {
  static let trap = Builtin(
    "trap", .special, synopsis: "[ACTION CONDITION...] | CONDITION | N [CONDITION...] | -p [CONDITION...] | -l",
    help: """
      Runs ACTION when a signal arrives or, for EXIT (0), when the shell ends, also by INT, TERM or HUP. An empty
      ACTION ignores the signal; `-`, no ACTION, or a number in its place brings back the default. ERR is a command
      that `set -e` would look at and that has failed, DEBUG comes before each command, RETURN at the end of a function
      or of a file that `.` has read; not under `posix`.
      Without operands, lists what is set as commands.

        -p  lists the CONDITIONs, or all there are, with those that have their default
        -l  lists the signals' names and numbers
      """
  ) { context, arguments throws(BuiltinError) in
    var options = OptionReader(arguments, "pl")
    var letter: Unicode.Scalar?
    while let option = try options.next() { letter = option.letter }
    switch letter {
    case "l": listSignals(&context)
    case "p": return try listTraps(&context, arguments, options.operands)
    default:
      if !options.operands.isEmpty { return setTraps(&context, arguments, options.operands) }
      listSetTraps(&context)
    }
    return .status(.success)
  }
}

/// Sets or resets traps. An operand that is no condition is reported, and the others are still set.
private func setTraps(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ operands: Slice<Arguments>
) -> BuiltinResult {
  var conditions = operands
  var action: ByteString?
  if let first = operands.first, operands.count > 1, !first.isUnsignedDecimal {
    conditions = operands.dropFirst()
    if first != "-" { action = first }
  }
  var status = ExitStatus.success
  for operand in conditions {
    guard let condition = condition(operand, context) else {
      context.report(arguments, .lookup(.noSuchSignal(operand)))
      status = .failure
      continue
    }
    do throws(Errno) {
      try context.setTrap(action, for: condition)
    } catch {
      context.report(arguments, .system(operand, error))
      status = .failure
    }
  }
  return .status(status)
}

extension BuiltinContext {
  fileprivate mutating func setTrap(_ action: ByteString?, for condition: TrapTable.Condition) throws(Errno) {
    guard condition != TrapTable.exit else {
      environment.traps.set(action, for: condition)
      // If this fails, the trap still runs at an ordinary end of the shell, only not when a signal ends it.
      try? trapDidChange(condition)
      return
    }
    if TrapTable.isOfCommands(condition) {
      environment.traps.set(action, for: condition)
      return try trapDidChange(condition)
    }
    let signal = SignalNumber(condition)
    // No process can catch these two, and a script that was started with a signal ignored keeps it ignored; neither is
    // an error, since scripts trap whole lists of signals.
    if signal == .kill || signal == .stop { return }
    if !environment.options.contains(.interactive), Signals.wasIgnoredAtEntry(signal) { return }
    let before = environment.traps.action(for: condition)
    environment.traps.set(action, for: condition)
    do throws(Errno) {
      try trapDidChange(condition)
      environment.ignoredSignals.remove(signal)
    } catch {
      environment.traps.set(before, for: condition)
      throw error
    }
  }
}

extension BuiltinContext {
  /// What `trap` lists: also, as ignored, what the shell was started with ignored and could not or did not change. Not what
  /// an interactive shell sets by itself, and its programs do not inherit.
  fileprivate var listedTraps: [TrapTable.Condition: ByteString] {
    var actions = environment.traps.listed
    for signal in SignalNumber.named where actions[signal.rawValue] == nil && Signals.wasIgnoredAtEntry(signal) {
      if environment.options.contains(.interactive), SignalPolicy.isAlwaysSet(signal, environment.options) { continue }
      if !environment.traps.changed.contains(signal), isIgnored(signal) { actions[signal.rawValue] = ByteString() }
    }
    return actions
  }
}

/// The condition that a name with or without `SIG`, or a number, stands for.
private func condition(_ text: ByteString, _ context: BuiltinContext) -> TrapTable.Condition? {
  if text.isUnsignedDecimal {
    guard let number = text.decimalValue, (0...64).contains(number) else { return nil }
    return Int32(number)
  }
  let name = ByteString(text.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & 0xdf : $0 })
  if let entry = namedConditions.first(where: { $0.name == name }),
    !TrapTable.isOfCommands(entry.condition) || !context.environment.options.contains(.posix)
  {
    return entry.condition
  }
  return SignalNumber(name: text)?.rawValue
}

/// The conditions that are no signals.
private let namedConditions: [(name: ByteString, condition: TrapTable.Condition)] = [
  ("EXIT", TrapTable.exit), ("DEBUG", TrapTable.debug), ("ERR", TrapTable.error), ("RETURN", TrapTable.return),
]

private func name(of condition: TrapTable.Condition) -> ByteString {
  if let entry = namedConditions.first(where: { $0.condition == condition }) { return entry.name }
  return SignalNumber(condition).name ?? ByteString(decimal: Int(condition))
}

private func listSetTraps(_ context: inout BuiltinContext) {
  let actions = context.listedTraps
  for condition in actions.keys.sorted() { writeTrap(&context, condition, actions[condition]) }
}

/// POSIX.1-2024: `-p` shows defaults too, so that its output restores everything.
private func listTraps(
  _ context: inout BuiltinContext, _ arguments: Arguments, _ operands: Slice<Arguments>
) throws(BuiltinError) -> BuiltinResult {
  let actions = context.listedTraps
  if operands.isEmpty {
    writeTrap(&context, TrapTable.exit, actions[TrapTable.exit])
    for signal in SignalNumber.named where signal != .kill && signal != .stop {
      writeTrap(&context, signal.rawValue, actions[signal.rawValue])
    }
    for (condition, action) in actions.sorted(by: { $0.key < $1.key }) where TrapTable.isOfCommands(condition) {
      writeTrap(&context, condition, action)
    }
  }
  var status = ExitStatus.success
  for operand in operands {
    if let condition = condition(operand, context) {
      // POSIX has those of commands not: as in bash, they are listed where they are set.
      if TrapTable.isOfCommands(condition), actions[condition] == nil { continue }
      writeTrap(&context, condition, actions[condition])
    } else {
      context.report(arguments, .lookup(.noSuchSignal(operand)))
      status = .failure
    }
  }
  return .status(status)
}

private func writeTrap(_ context: inout BuiltinContext, _ condition: TrapTable.Condition, _ action: ByteString?) {
  context.write(
    "trap -- " + (action.map { context.environment.listedInQuotes($0) } ?? "-") + " " + name(of: condition) + "\n")
}

private func listSignals(_ context: inout BuiltinContext) {
  for signal in SignalNumber.named {
    let number = ByteString(decimal: Int(signal.rawValue))
    let padding = ByteString(repeating: UInt8(ascii: " "), count: 2 - number.count)
    context.write(padding + number + " " + (signal.name ?? ByteString()) + "\n")
  }
}
