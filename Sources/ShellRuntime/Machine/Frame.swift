import ByteStrings
import Platform

/// What a machine goes back to: one entry of its explicit stack.
///
/// A frame owns what it changed: it holds what was there before, and `undo` puts that back. Only `Machine.popFrame`
/// takes a frame off, so `break`, `return`, `exit`, an error, a signal and the end of a routine all restore the same.
enum Frame: Sendable {
  case loop(Loop)
  /// The redirections of a command.
  case redirections(Redirections)
  /// The assignments in front of a command.
  case assignments(Assignments)
  /// `time`.
  case timing(SavedState, Machine.TimeSample)
  case call(Call)
  /// `eval` and `.`.
  indirect case source(SourceText)
  /// `( … )`.
  case subshell(Subshell)
  /// `$( … )`.
  case substitution(Substitution)
  /// A `$( … )` whose commands have ended while others still write to it.
  case collection(Collection)
  /// The action of a trap.
  case trap(Trap)
  /// The action of the trap on `EXIT`, after which its environment ends.
  case exitTrap(ExitTrap)

  /// What every frame gives back.
  struct SavedState: Sendable {
    /// What the operands were when the frame was made.
    let operands: Operands.Mark
    let command: CommandFacts
    /// How many constructs around the command keep `set -e` from looking at its status.
    let testedDepth: Int32
  }

  /// Where execution goes on in the caller.
  struct Caller: Sendable {
    let routine: Routine
    let position: Int32
  }

  struct Loop: Sendable {
    let savedState: SavedState
    let breakPosition: Int32
    let continuePosition: Int32
    /// `for`: which of the command's fields is next. `nil` for `while` and `until`.
    var nextField: Int32?
    /// The status that the loop has so far.
    var status = ExitStatus.success
  }

  struct Redirections: Sendable {
    let savedState: SavedState
    /// What the numbers that were touched referred to before, in the order in which they were touched.
    var undo: [(number: Int, before: OpenFile?)] = []
  }

  struct Assignments: Sendable {
    let savedState: SavedState
    var saved: [SavedVariable]
    /// The variables whose assignments stay, because the command is a special builtin or there is no command.
    var kept: [NameNumber] = []
  }

  /// A function that runs.
  struct Call: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// The caller's positional parameters.
    let positionalParameters: PositionalParameters
    /// The variables that `local` made the function's own, as they were before.
    var locals: [SavedVariable] = []
  }

  struct SourceText: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// What is left to run.
    var reader: SourceReader
    /// Whether `return` ends it: `.`.
    let isFile: Bool
    /// The caller's positional parameters, where `.` was given others.
    let positionalParameters: PositionalParameters?
  }

  struct Subshell: Sendable {
    let savedState: SavedState
    let outerEnvironment: OuterEnvironment
    /// Where the routine goes on behind the subshell.
    let endPosition: Int32
  }

  /// Where the output of a command substitution goes.
  struct Capture: Sendable {
    var caller: Caller
    let flags: Instruction.Flags
    let pipe: InProcessPipe
  }

  struct Substitution: Sendable {
    let savedState: SavedState
    let outerEnvironment: OuterEnvironment
    let capture: Capture
  }

  struct Collection: Sendable {
    let savedState: SavedState
    var capture: Capture
    /// The status of the substitution's commands.
    let status: ExitStatus
  }

  struct Trap: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// The status before the trap, which comes back.
    let status: ExitStatus
  }

  struct ExitTrap: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// The status with which the environment ends.
    let status: ExitStatus
    /// The signal that ends the environment, if one does.
    let signal: SignalNumber?
  }
}

/// The environment around a subshell, which the subshell's frame holds: in an object, so that it is moved there and
/// back, not copied.
///
/// Only the machine whose frame holds it touches it, and no machine is copied; hence unchecked.
final class OuterEnvironment: @unchecked Sendable {
  /// `nil` once it has been given back.
  private(set) var environment: ExecutionEnvironment?

  init(_ environment: consuming ExecutionEnvironment) { self.environment = environment }

  /// Moves the environment to where the subshell's own one is, which ends there and then: the pipe that it wrote to has
  /// one writer less.
  func giveBack(to place: inout ExecutionEnvironment) {
    guard let kept = environment.take() else { preconditionFailure("an environment is given back once") }
    place = kept
  }

  /// The shell goes on without the environment, which is that of a subshell from now on.
  func leaveMain() { environment?.leaveMain() }
}

/// A variable as it was before it was assigned to for a while.
struct SavedVariable: Sendable {
  let number: NameNumber
  let variable: Variable
}

extension Frame {
  @inline(__always)
  var savedState: SavedState {
    switch self {
    case .loop(let loop): loop.savedState
    case .redirections(let redirections): redirections.savedState
    case .assignments(let assignments): assignments.savedState
    case .timing(let savedState, _): savedState
    case .call(let call): call.savedState
    case .source(let source): source.savedState
    case .subshell(let subshell): subshell.savedState
    case .substitution(let substitution): substitution.savedState
    case .collection(let collection): collection.savedState
    case .trap(let trap): trap.savedState
    case .exitTrap(let trap): trap.savedState
    }
  }

  /// The operands inside of it: those of the constructs that it is in.
  var inside: Operands.Mark { isInsideWord ? savedState.operands.insideWord : savedState.operands }

  /// Takes back what was changed in `environment` since the frame was made. For a subshell that is all of it.
  func undo(in environment: inout ExecutionEnvironment) {
    switch self {
    case .redirections(let redirections):
      for (number, before) in redirections.undo.reversed() { environment.descriptors[number] = before }
    case .assignments(let assignments): environment.restore(assignments.saved)
    case .call(let call):
      environment.restore(call.locals)
      environment.positionalParameters = call.positionalParameters
    case .source(let source):
      if let parameters = source.positionalParameters { environment.positionalParameters = parameters }
    case .subshell, .substitution: if let kept = outerEnvironment?.environment { environment = kept }
    case .trap(let trap): environment.status = trap.status
    case .loop, .timing, .collection, .exitTrap: break
    }
  }

  /// Keeps variables that the function makes its own.
  mutating func save(locals: [SavedVariable]) {
    guard case .call(var call) = self else { return }
    call.locals = call.locals.isEmpty ? locals : call.locals + locals
    self = .call(call)
  }

  /// What its redirections have changed is not put back.
  mutating func keepRedirections() {
    guard case .redirections(var redirections) = self else { return }
    redirections.undo = []
    self = .redirections(redirections)
  }

  /// The next complete command of the text that `eval` or `.` runs.
  mutating func nextRoutine(in environment: inout ExecutionEnvironment) -> SourceReader.Result {
    guard case .source(var source) = self else { return .end }
    let result = source.reader.next(in: &environment)
    self = .source(source)
    return result
  }

  // MARK: Questions

  /// Whether `return` ends it: a function, or a file that `.` reads.
  var endsAtReturn: Bool {
    switch self {
    case .call: true
    case .source(let source): source.isFile
    default: false
    }
  }

  var isCall: Bool { if case .call = self { true } else { false } }
  var isExitTrap: Bool { if case .exitTrap = self { true } else { false } }

  /// The environment around a subshell or a command substitution.
  var outerEnvironment: OuterEnvironment? {
    switch self {
    case .subshell(let subshell): subshell.outerEnvironment
    case .substitution(let substitution): substitution.outerEnvironment
    default: nil
    }
  }

  /// Whether it begins in the middle of a word.
  var isInsideWord: Bool {
    switch self {
    case .substitution, .collection, .trap: true
    default: false
    }
  }

  /// Whether the shell's own environment stands around the frame, in which another one runs.
  var surroundsMain: Bool { outerEnvironment?.environment?.isMain == true }

  /// Whether the frame has an environment of its own.
  var isSubshell: Bool {
    switch self {
    case .subshell, .substitution: true
    default: false
    }
  }

  /// Whether it was made while so many commands were open, the innermost of which is the one that it belongs to.
  func isAround(openCommands count: Int) -> Bool { Int(savedState.operands.commands) == count }

  /// Whether it is the redirections of a command or the assignments in front of one. A compound command has
  /// redirections too, which are made while no command of theirs is open.
  var isPartOfCommand: Bool {
    switch self {
    case .redirections, .assignments: true
    default: false
    }
  }
}
