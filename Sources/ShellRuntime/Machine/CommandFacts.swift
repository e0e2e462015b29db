/// Facts about the simple command that runs. `beginCommand` resets them, and a frame restores those of the command
/// around it, so a command inside a substitution, function or trap cannot change them.
struct CommandFacts: Sendable {
  /// The status of the last command substitution in its words.
  var substitutionStatus: ExitStatus?
  /// Whether it is a special builtin whose special properties apply (not under `command`).
  var isSpecialBuiltin = false
  /// Whether it has changed the terminal's modes, which must be restored at its end.
  var hasChangedModes = false
  /// How many traps on `DEBUG` have run before the instruction that runs next.
  var debugTraps: UInt8 = 0
}
