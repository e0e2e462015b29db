import ByteStrings
import ShellSyntax

/// Compiles syntax trees to routines for one environment, to whose name table it adds names.
///
/// `Compiler+Commands`, `+Compounds` and `+Words` have one method for each node of the tree.
struct Compiler {
  /// The routine that is being built.
  struct Parts {
    var instructions: [Instruction] = []
    var constants: [ByteString] = []
    var patterns: [StaticPattern] = []
    var parameters: [Routine.CompiledParameter] = []
    var trims: [Routine.Trim] = []
    var transformations: [Routine.Transformation] = []
    var arithmetic: [Routine.CompiledArithmetic] = []
    var redirections: [Routine.CompiledRedirection] = []
    var routines: [Routine] = []
    var functions: [Function] = []
    var pipelines: [Routine.CompiledPipeline] = []
    var lists: [Routine.AsynchronousList] = []
    var lineTable: [Routine.LineTableEntry] = []
  }

  /// The targets of `break` and `continue` in a loop of the routine that is being compiled.
  struct LoopLabels {
    let breakLabel: Label
    let continueLabel: Label
  }

  /// A jump target whose position need not be known yet.
  struct Label { let index: Int }

  var names: NameTable
  let builtins: BuiltinTable
  let source: ByteString
  /// The options of the environment.
  let options: ShellOptions
  /// The characters of patterns.
  let decoder: CharacterDecoder
  var parts = Parts()
  /// The loops around the current node in the same routine. Emptied inside constructs that push a frame: leaving those
  /// takes more than a jump, so `break` is then executed by the builtin.
  var loops: [LoopLabels] = []
  /// Whether the code asks for the process ID of its own environment.
  var namesOwnProcess = false
  private var labelTargets: [Int] = []
  private var labelUses: [(instruction: Int, label: Int, isSecond: Bool)] = []

  /// Whether words have no braces that mean something.
  var isPosix: Bool { options.contains(.posix) }

  private init(
    names: NameTable, builtins: BuiltinTable, source: ByteString, options: ShellOptions, decoder: CharacterDecoder
  ) {
    self.names = names
    self.builtins = builtins
    self.source = source
    self.options = options
    self.decoder = decoder
  }

  /// The routine of a list that runs to its end.
  static func compile(_ list: List, in environment: inout ExecutionEnvironment, source: ByteString) -> Routine {
    compile(.list(list), in: &environment, source: source) { $0.list(list) }
  }

  /// The routine that leaves the expanded text of a here-document's body on the stack.
  static func text(_ body: Word, in environment: inout ExecutionEnvironment) -> Routine {
    compile(.none, in: &environment, source: "") { $0.text(ofBody: body) }
  }

  /// The routine of a substitution that writes such a text.
  static func writing(_ body: Word, in environment: inout ExecutionEnvironment) -> Routine {
    compile(.none, in: &environment, source: "") { compiler in
      compiler.text(ofBody: body)
      compiler.emit(.writeText)
    }
  }

  private mutating func text(ofBody body: Word) {
    emit(.beginText)
    for unit in body.units { self.unit(unit, .hereDocument) }
  }

  private static func compile(
    _ tree: Routine.Tree, in environment: inout ExecutionEnvironment, source: ByteString,
    _ body: (inout Compiler) -> Void
  ) -> Routine {
    let names = environment.names
    environment.names = NameTable.placeholder
    var compiler = Compiler(
      names: names, builtins: environment.shell.builtins, source: source, options: environment.options,
      decoder: environment.decoder)
    let routine = compiler.routine(of: tree, body)
    environment.names = compiler.names
    return routine
  }

  /// The routine of a simple command whose fields are known, which stands at `position` in `source`.
  static func command(
    _ fields: [ByteString], at position: SourcePosition, of source: ByteString,
    in environment: inout ExecutionEnvironment
  ) -> Routine {
    let words = fields.map { Word([.singleQuoted($0)]) }
    let command = Command.simple(SimpleCommand(words: words, position: position))
    return compile(List([ListItem(AndOrList(Pipeline([command])))]), in: &environment, source: source)
  }

  /// Builds a routine of its own, which shares the name table.
  ///
  /// - Parameter function: The name of the function whose body it is.
  mutating func routine(
    of tree: Routine.Tree, function: ByteString? = nil, _ body: (inout Compiler) -> Void
  ) -> Routine {
    // The nested compiler must be the only owner of the table, or each new name would copy it.
    var nested = Compiler(names: names, builtins: builtins, source: source, options: options, decoder: decoder)
    names = NameTable.placeholder
    body(&nested)
    nested.emit(.end)
    nested.resolveLabels()
    names = nested.names
    return Routine(&nested.parts, source: source, of: tree, function: function)
  }

  // MARK: Emitting

  mutating func emit(_ operation: Operation, _ flags: Instruction.Flags = [], a: Int = 0, b: Int = 0) {
    parts.instructions.append(Instruction(operation, flags, a: a, b: b))
  }

  /// Emits an instruction with operand `a` and the target as operand `b`.
  mutating func emit(_ operation: Operation, _ flags: Instruction.Flags = [], a: Int, to label: Label) {
    labelUses.append((parts.instructions.count, label.index, true))
    emit(operation, flags, a: a)
  }

  /// Emits an instruction with the target as operand `a`.
  mutating func emit(_ operation: Operation, to label: Label) {
    labelUses.append((parts.instructions.count, label.index, false))
    emit(operation)
  }

  /// Emits `enterLoop` with its two targets.
  mutating func emitLoop(_ loop: LoopLabels) {
    labelUses.append((parts.instructions.count, loop.breakLabel.index, false))
    labelUses.append((parts.instructions.count, loop.continueLabel.index, true))
    emit(.enterLoop)
  }

  mutating func emitFor(_ loop: LoopLabels) {
    labelUses.append((parts.instructions.count, loop.breakLabel.index, false))
    labelUses.append((parts.instructions.count, loop.continueLabel.index, true))
    emit(.enterFor)
  }

  mutating func label() -> Label {
    labelTargets.append(-1)
    return Label(index: labelTargets.count - 1)
  }

  /// Makes the label stand for the next instruction.
  mutating func place(_ label: Label) { labelTargets[label.index] = parts.instructions.count }

  private mutating func resolveLabels() {
    for use in labelUses {
      let target = Int32(labelTargets[use.label])
      if use.isSecond {
        parts.instructions[use.instruction].b = target
      } else {
        parts.instructions[use.instruction].a = target
      }
    }
  }

  /// Adds a line table entry: the instructions from here on come from `position`.
  mutating func mark(_ position: SourcePosition, beginsCommand: Bool = false) {
    parts.lineTable.append(
      Routine.LineTableEntry(
        instruction: Int32(parts.instructions.count), position: position, beginsCommand: beginsCommand))
  }

  mutating func constant(_ bytes: ByteString) -> Int {
    parts.constants.append(bytes)
    return parts.constants.count - 1
  }

  mutating func number(of name: ByteString) -> Int { Int(names.number(of: name).index) }
}
