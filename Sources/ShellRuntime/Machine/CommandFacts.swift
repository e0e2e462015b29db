/// Facts about one simple command, from its beginning to its end. Every frame keeps those of the command around it.
struct CommandFacts: Sendable {
  /// The status of the last command substitution in its words.
  var substitutionStatus: ExitStatus?
  /// Whether it is a special builtin whose special properties apply (not under `command`).
  var isSpecialBuiltin = false
  /// Whether it has changed the terminal's modes, which come back when it ends.
  var hasChangedModes = false
}
