import ByteStrings
import Platform
import ShellSyntax

/// An entry of the machine's stack: a construct that is open, and what to restore at its end.
///
/// A frame holds the previous value of all that its construct changed, and `undo` restores it. Only `Machine.popFrame`
/// removes a frame. So `break`, `return`, `exit`, errors, signals and the end of a routine all restore the same.
///
/// Frames end in the opposite order in which they began. A frame may be removed while the construct inside it has
/// commands open; its `SavedState` says which operands belong to the constructs around it, and all others are dropped.
enum Frame: Sendable {
  case loop(Loop)
  /// The redirections of a command.
  case redirections(Redirections)
  /// The pipes of process substitutions in the words of a command.
  case processSubstitutions(ProcessSubstitutions)
  /// An assignment in front of a command.
  case assignment(TemporaryAssignment)
  /// `time`.
  case timing(SavedState, Machine.TimeSample)
  case call(Call)
  /// `eval` and `.`.
  indirect case source(SourceText)
  /// `( … )`.
  case subshell(Subshell)
  /// `$( … )`.
  case substitution(Substitution)
  /// A `$( … )` whose commands have ended while background jobs or programs still write to its pipe.
  case collection(Collection)
  /// The last element of a pipeline that runs in the environment around it.
  case lastElement(LastElement)
  /// The action of a trap.
  indirect case trap(Trap)
  /// The action of the trap on `EXIT`, after which its environment ends.
  indirect case exitTrap(ExitTrap)

  /// What every frame restores.
  struct SavedState: Sendable {
    /// How many operands there were when the frame was made.
    let operands: Operands.Mark
    let command: CommandFacts
    /// How many constructs around the command keep `set -e` from looking at its status.
    let testedDepth: Int32
  }

  /// Where execution goes on in the caller.
  struct Caller: Sendable {
    let routine: Routine
    let position: Int32

    /// The instruction that made the call.
    var instruction: Int { max(Int(position) - 1, 0) }
    /// The source position of that.
    var sourcePosition: SourcePosition { routine.position(of: instruction) }
  }

  struct Loop: Sendable {
    let savedState: SavedState
    let breakPosition: Int32
    let continuePosition: Int32
    /// The index in `operands.fields` of the next word of a `for`, of the first one of a `select`; `nil` for `while`
    /// and `until`.
    var nextField: Int32?
    /// Whether a `select` has shown its words already.
    var hasShownMenu = false
    /// The exit status of the last iteration.
    var status = ExitStatus.success
  }

  struct Redirections: Sendable {
    let savedState: SavedState
    /// Whether they are those of a simple command with words, which is open when they are made.
    let isOfSimpleCommand: Bool
    /// The previous files of the numbers that were redirected. No other number is restored, so what `exec` inside the
    /// construct does to another number stays.
    var replaced = ReplacedFiles()

    @inline(__always)
    func undo(in environment: inout ExecutionEnvironment) { replaced.giveBack(to: &environment.descriptors) }
  }

  struct ProcessSubstitutions: Sendable {
    /// A list that reads from a pipe which the command writes to.
    struct Reader: Sendable {
      let job: Job
      let pipe: InProcessPipe
    }

    let savedState: SavedState
    /// The previous files of the numbers that the pipes have got.
    var replaced = ReplacedFiles()
    var readers: [Reader] = []

    func undo(in environment: inout ExecutionEnvironment) { replaced.giveBack(to: &environment.descriptors) }
  }

  /// The previous files of numbers, in the order of the redirections. The first one stands in the value itself, since
  /// most commands have no other.
  struct ReplacedFiles: Sendable {
    private struct Entry: Sendable {
      let number: Int
      let file: OpenFile?
    }

    private var first: Entry?
    private var others: [Entry] = []

    mutating func append(_ file: OpenFile?, at number: Int) {
      let entry = Entry(number: number, file: file)
      if first == nil { first = entry } else { others.append(entry) }
    }

    @inline(__always)
    func giveBack(to descriptors: inout DescriptorTable) {
      for entry in others.reversed() { descriptors[entry.number] = entry.file }
      if let first { descriptors[first.number] = first.file }
    }
  }

  struct TemporaryAssignment: Sendable {
    let savedState: SavedState
    let saved: SavedVariable
    /// Whether the assignment stays, because the command is a special builtin or there is no command.
    var stays = false

    @inline(__always)
    func undo(in environment: inout ExecutionEnvironment) {
      if !stays { environment.restore(saved) }
    }
  }

  /// A function that runs.
  struct Call: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// The caller's positional parameters.
    let positionalParameters: PositionalParameters
    /// The caller's `ExecutionEnvironment.locals`.
    var locals: [SavedLocal]?

    /// The variable is local to the caller no longer. Returns what it was outside; `nil` where it was not local.
    mutating func callerUncovers(_ number: NameNumber) -> SavedVariable? {
      guard let place = locals?.firstIndex(where: { $0.number == number }),
        case .variable(let saved)? = locals?.remove(at: place)
      else { return nil }
      return saved
    }

    @inline(__always)
    func undo(in environment: inout ExecutionEnvironment) {
      if let last = environment.positionalParameters.last { environment.lastArgument = last }
      if let own = environment.locals, !own.isEmpty { environment.restore(own) }
      environment.locals = locals
      environment.positionalParameters = positionalParameters
    }
  }

  struct SourceText: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// The rest of the text.
    var reader: SourceReader
    /// Whether `return` ends it: `.`.
    let isFile: Bool
    /// The caller's positional parameters, where `.` was given others.
    let positionalParameters: PositionalParameters?
    /// The caller's traps that a file has not.
    let hiddenTraps: [HiddenTrap]

    func undo(in environment: inout ExecutionEnvironment) {
      environment.giveBack(hiddenTraps)
      if let positionalParameters { environment.positionalParameters = positionalParameters }
    }
  }

  struct Subshell: Sendable {
    let savedState: SavedState
    let outerEnvironment: OuterEnvironment
    /// The position of the `leaveSubshell` instruction.
    let endPosition: Int32
  }

  /// The output of a command substitution, and the word that gets it.
  struct Capture: Sendable {
    var caller: Caller
    let flags: Instruction.Flags
    let pipe: InProcessPipe
    let purpose: Purpose

    /// A command substitution drops the newlines at the end of the output, and its status is that of its word. The text
    /// of a prompt (`${x@P}`) is all of the output, and leaves the status alone.
    enum Purpose { case substitution, prompt }
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

  struct LastElement: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// Standard input before it.
    let input: OpenFile?
    /// The elements in front of it.
    let others: [Coroutine]

    func undo(in environment: inout ExecutionEnvironment) { environment.descriptors[0] = input }
  }

  struct Trap: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// Behind the first instruction of the command that the action is told of, as `BASH_COMMAND`.
    let interrupted: Caller
    /// `$?` before the trap, which is restored.
    let status: ExitStatus
    let kind: Kind

    enum Kind: Sendable {
      case ofSignal
      case ofError
      case ofDebug
      /// In the function, which ends with this status.
      case ofReturn(ExitStatus)
      /// Behind the file that `.` has read, which ends with this status.
      case ofFileEnd(ExitStatus)

      /// What it is a trap on, if that is a condition of commands.
      var condition: TrapTable.Condition? {
        switch self {
        case .ofSignal: nil
        case .ofError: TrapTable.error
        case .ofDebug: TrapTable.debug
        case .ofReturn, .ofFileEnd: TrapTable.return
        }
      }
    }

    func undo(in environment: inout ExecutionEnvironment) {
      environment.status = status
      if let condition = kind.condition { environment.commandTrapDidChange(condition) }
    }
  }

  struct ExitTrap: Sendable {
    let savedState: SavedState
    let caller: Caller
    /// Where `exit`, an error or the end of the commands was.
    let interrupted: Caller
    /// The status with which the environment ends.
    let status: ExitStatus
    let stage: Stage

    enum Stage: Sendable {
      /// The traps of pending signals run; the action comes next.
      case beforeAction
      case action(Death?)
    }
  }

  /// How a signal ends an environment.
  enum Death: Sendable {
    /// Only a subshell; the environment around it goes on.
    case ofSubshell(SignalNumber)
    /// All environments of the machine, the innermost first.
    case ofMachine(SignalNumber)

    var signal: SignalNumber {
      switch self {
      case .ofSubshell(let signal), .ofMachine(let signal): signal
      }
    }
  }
}

extension Frame {
  @inline(__always)
  var savedState: SavedState {
    switch self {
    case .loop(let loop): loop.savedState
    case .redirections(let redirections): redirections.savedState
    case .processSubstitutions(let substitutions): substitutions.savedState
    case .assignment(let assignment): assignment.savedState
    case .timing(let savedState, _): savedState
    case .call(let call): call.savedState
    case .source(let source): source.savedState
    case .subshell(let subshell): subshell.savedState
    case .substitution(let substitution): substitution.savedState
    case .collection(let collection): collection.savedState
    case .lastElement(let element): element.savedState
    case .trap(let trap): trap.savedState
    case .exitTrap(let trap): trap.savedState
    }
  }

  /// The operands that stay when the constructs inside this frame are dropped but the frame stays.
  var inside: Operands.Mark { isInsideWord ? savedState.operands.insideWord : savedState.operands }

  /// Restores in `environment` what the construct changed; for a subshell, all of it.
  func undo(in environment: inout ExecutionEnvironment) {
    switch self {
    case .redirections(let redirections): redirections.undo(in: &environment)
    case .processSubstitutions(let substitutions): substitutions.undo(in: &environment)
    case .assignment(let assignment): assignment.undo(in: &environment)
    case .call(let call): call.undo(in: &environment)
    case .source(let source): source.undo(in: &environment)
    case .subshell, .substitution: if let kept = outerEnvironment?.environment { environment = kept }
    case .lastElement(let element): element.undo(in: &environment)
    case .trap(let trap): trap.undo(in: &environment)
    case .loop, .timing, .collection, .exitTrap: break
    }
  }

  /// Remembers what a redirection of this command replaces.
  mutating func remember(_ before: OpenFile?, at number: Int) {
    // Taken apart and put together, so that the list grows in place.
    switch consume self {
    case .redirections(var redirections):
      redirections.replaced.append(before, at: number)
      self = .redirections(redirections)
    case let other: self = other
    }
  }

  /// Makes its redirections permanent: they are not restored.
  mutating func keepRedirections() {
    guard case .redirections(var redirections) = self else { return }
    redirections.replaced = ReplacedFiles()
    self = .redirections(redirections)
  }

  /// Makes its assignment permanent: it is not restored.
  mutating func keepAssignment() {
    guard case .assignment(var assignment) = self else { return }
    assignment.stays = true
    self = .assignment(assignment)
  }

  /// The next complete command of the text that `eval` or `.` runs.
  mutating func nextRoutine(in environment: inout ExecutionEnvironment) -> SourceReader.Result {
    guard case .source(var source) = self else { return .end(isEmpty: true, continuation: nil) }
    let result = source.reader.next(in: &environment)
    self = .source(source)
    return result
  }

  /// Adds to the text that `eval` or `.` runs.
  mutating func append(_ text: ByteString) {
    guard case .source(var source) = self else { return }
    source.reader.append(text)
    self = .source(source)
  }

  /// What `eval` or `.` reads, if it is one.
  var reader: SourceReader? { if case .source(let source) = self { source.reader } else { nil } }

  /// The output of the substitution, if it is one whose commands run.
  var capture: Capture? {
    if case .substitution(let substitution) = self { substitution.capture } else { nil }
  }

  // MARK: Kinds

  /// Whether `return` ends it: a function, or a file read by `.`.
  var endsAtReturn: Bool {
    switch self {
    case .call: true
    case .source(let source): source.isFile
    default: false
    }
  }

  /// `$?` before the trap whose action it is.
  var statusBeforeTrap: ExitStatus? {
    switch self {
    case .trap(let trap): trap.status
    case .exitTrap(let trap): trap.status
    default: nil
    }
  }

  /// Where execution was when the trap began whose action it is.
  var interrupted: Caller? {
    switch self {
    case .trap(let trap): trap.interrupted
    case .exitTrap(let trap): trap.interrupted
    default: nil
    }
  }

  /// Where execution goes on behind it, if it runs a routine of its own.
  var caller: Caller? {
    switch self {
    case .call(let call): call.caller
    case .source(let source): source.caller
    case .substitution(let substitution): substitution.capture.caller
    case .collection(let collection): collection.capture.caller
    case .lastElement(let element): element.caller
    case .trap(let trap): trap.caller
    case .exitTrap(let trap): trap.caller
    case .loop, .redirections, .processSubstitutions, .assignment, .timing, .subshell: nil
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

  /// Whether it may begin while a word is being expanded; that word is kept in the operands until the frame ends.
  var isInsideWord: Bool {
    switch self {
    case .substitution, .collection, .trap: true
    default: false
    }
  }

  /// Whether it is a subshell whose outer environment is the shell's own.
  var surroundsMain: Bool { outerEnvironment?.isMain == true }

  /// Whether the frame has an environment of its own.
  var isSubshell: Bool {
    switch self {
    case .subshell, .substitution: true
    default: false
    }
  }

  /// Whether a program inside of it may be all the work of an asynchronous list.
  var isAroundProbed: Bool {
    switch self {
    case .redirections, .processSubstitutions, .assignment, .timing, .subshell: true
    default: false
    }
  }

  /// Whether it was made while `count` commands were open, so that it belongs to the innermost one of those.
  func isAround(openCommands count: Int) -> Bool { Int(savedState.operands.commands) == count }

  /// Whether it is the redirections of a command or the assignments before one. `isAround(openCommands:)` tells those
  /// of a simple command, whose fields are open then, from those of a compound command.
  var isPartOfCommand: Bool {
    switch self {
    case .redirections, .assignment: true
    default: false
    }
  }
}
