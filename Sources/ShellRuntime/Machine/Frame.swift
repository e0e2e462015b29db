/// What a machine goes back to: one entry of its explicit stack.
struct Frame: Sendable {
  enum Kind: UInt8, Sendable {
    case whileLoop
    case forLoop
    /// Redirections of a command: the descriptors before them are saved.
    case redirections
    case function
    /// `time`: when it began is saved.
    case timing
    /// `( … )`: the environment around it is saved.
    case subshell
    /// `$( … )`: the environment and the word around it are saved.
    case substitution
    /// A `$( … )` whose commands have ended, while others still write: its environment is left, the word comes back.
    case collection
    /// `eval`.
    case evaluation
    /// `.`
    case sourcedFile
    /// `.` with arguments: the positional parameters are saved.
    case calledFile
    /// A trap's action; the status before it comes back.
    case trap
    /// The `EXIT` trap's action; then the environment ends.
    case exitTrap
  }

  var kind: Kind
  /// The flags of the instruction that made it.
  var flags: Instruction.Flags = []
  /// How many constructs around it keep `set -e` from looking.
  var testedDepth: Int32
  /// Where a routine goes on. Loops stay in their routine.
  var routine: Routine?
  /// Where execution goes on; for loops where `break` goes.
  var position: Int32
  /// For loops where `continue` goes; for `for` the index of the next field is in `value`. For `eval` and `.` where
  /// variables begin that they made local to the function around them. For subshells where the temporary assignments of
  /// the command around them begin.
  var continuePosition: Int32 = 0
  /// The status that a loop has so far, or that a trap gives back.
  var status = ExitStatus.success
  /// `for`: the next field. Commands: where their temporary assignments begin. Subshells: how many variables were to be
  /// put back when they began.
  var value: Int32 = 0
  /// The heights of the machine's stacks, to be restored.
  var fieldCount: Int32
  var markCount: Int32
  var textCount: Int32

  var isLoop: Bool { kind == .whileLoop || kind == .forLoop }

  /// Whether `return` ends it.
  var isCall: Bool { kind == .function || kind == .sourcedFile || kind == .calledFile }

  /// Whether the frame has an environment of its own.
  var isSubshell: Bool { kind == .subshell || kind == .substitution }
}

extension Array {
  /// Removes what is above `height`, if anything is. Of the few elements that a command leaves each is removed
  /// faster by itself than all are by `removeLast(_:)`.
  @inline(__always)
  mutating func truncate(to height: Int) {
    while count > height { removeLast() }
  }
}
