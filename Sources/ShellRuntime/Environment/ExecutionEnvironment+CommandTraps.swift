import ByteStrings

/// A trap on commands that a function, or a file that `.` reads, has not.
struct HiddenTrap: Sendable {
  let condition: TrapTable.Condition
  let action: ByteString
}

/// The traps on `ERR`, `DEBUG` and `RETURN`.
///
/// An option says of each that it is in force, so that a command asks the options alone, which it looks at in any case.
/// While the action of such a trap runs, its option is off, and so it is in the subshells that begin there.
extension ExecutionEnvironment {
  /// Follows a change of the trap on a condition, or begins to look at the condition again.
  mutating func commandTrapDidChange(_ condition: TrapTable.Condition) {
    for entry in TrapTable.commandConditions where entry.condition == condition {
      let hasCommands = traps.action(for: condition)?.isEmpty == false
      options.change(entry.isInForce, to: hasCommands)
    }
  }

  /// Resets the traps for a subshell.
  mutating func resetTraps() {
    cold.value.traps.enterSubshell(options)
    for entry in TrapTable.commandConditions where traps.action(for: entry.condition) == nil {
      options.remove(entry.isInForce)
    }
  }

  /// Takes away the traps of these options that are in force, and that are not traced.
  mutating func hideTraps(_ wanted: ShellOptions) -> [HiddenTrap] {
    var hidden: [HiddenTrap] = []
    for entry in TrapTable.commandConditions
    where wanted.contains(entry.isInForce) && options.contains(entry.isInForce) && !options.contains(entry.isTraced) {
      guard let action = traps.action(for: entry.condition) else { continue }
      hidden.append(HiddenTrap(condition: entry.condition, action: action))
      traps.exchange(nil, for: entry.condition)
      options.remove(entry.isInForce)
    }
    return hidden
  }

  /// Gives back what `hideTraps` has taken, except where another action was set meanwhile.
  mutating func giveBack(_ hidden: [HiddenTrap]) {
    for trap in hidden where traps.action(for: trap.condition) == nil {
      traps.exchange(trap.action, for: trap.condition)
      commandTrapDidChange(trap.condition)
    }
  }
}
