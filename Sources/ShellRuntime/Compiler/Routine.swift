import ByteStrings
import ShellSyntax

/// Compiled shell code: instructions and what they refer to. Immutable, so that all machines share it.
final class Routine: Sendable {
  /// A parameter that an expansion names.
  enum CompiledParameter: Sendable, Equatable {
    case variable(NameNumber)
    /// The parameter that the value of this one names: `${!x}`.
    indirect case indirect(CompiledParameter)
    /// The element whose subscript is the text on top of the stack, which is taken from it.
    case element(NameNumber)
    /// `${x[@]}`, `${x[*]}`.
    case elements(NameNumber, isJoined: Bool)
    case positional(Int)
    /// One of `@ * # ? - $ ! 0`.
    case special(UInt8)
    /// `$LINENO` on this line; its value while the variable is unset.
    case lineNumber(Int32)

    /// Whether it stands for a list of values: `$@`, `$*` and the elements of an array.
    @inline(__always)
    var isList: Bool {
      switch self {
      case .special(let byte): byte == UInt8(ascii: "@") || byte == UInt8(ascii: "*")
      case .elements: true
      default: false
      }
    }
  }

  struct Trim: Sendable {
    let removal: PatternRemoval
    /// `nil` where the pattern is built when the command runs.
    let pattern: StaticPattern?
  }

  /// What `${x:1}`, `${x/y/z}`, `${x^}` and `${x@Q}` make of a value. Operands are texts on the stack.
  enum Transformation: Sendable {
    /// With the offset and, if it has one, the length on top of that.
    case substring(hasLength: Bool)
    /// With the replacement on the stack, and below it the pattern where it is `nil`.
    case replace(ReplacedPart, StaticPattern?)
    /// With the pattern on the stack where it is `nil` and `hasPattern` is set.
    case changeCase(CaseChange, StaticPattern?, hasPattern: Bool)
    /// The letter behind `@`.
    case operation(UInt8)
  }

  /// An arithmetic expression without expansions in it. An object, so that to evaluate it copies one reference.
  final class CompiledArithmetic: Sendable {
    let program: ArithmeticProgram

    init(_ program: ArithmeticProgram) { self.program = program }
  }

  /// A redirection whose target is on the stack as text.
  struct CompiledRedirection: Sendable {
    let descriptor: Int
    /// The variable that has or gets the descriptor's number.
    let variable: NameNumber?
    /// Whether it is an element of the variable. Its subscript is on the stack below the target.
    let isElement: Bool
    let `operator`: RedirectionOperator
  }

  /// A pipeline of several elements.
  struct CompiledPipeline: Sendable {
    let elements: [Routine]
  }

  /// An asynchronous list.
  struct AsynchronousList: Sendable {
    let routine: Routine
    let probing: Probing
    let tree: AndOrList
  }

  /// Whether `&` runs a list as far as needed to find out whether its only work is one program or pipeline of programs.
  enum Probing: Sendable {
    /// It does something else.
    case none
    /// Unless one of these names is that of a function.
    case unlessFunctions([ByteString])
  }

  /// The source position of the instructions from `instruction` to that of the next entry.
  struct LineTableEntry: Sendable {
    let instruction: Int32
    let position: SourcePosition
    /// Whether a command begins here which `BASH_COMMAND` names.
    let beginsCommand: Bool
  }

  /// What a routine was compiled from, so that a command of it can be written.
  enum Tree: Sendable {
    case list(List)
    case andOr(AndOrList)
    case command(Command)
    case substitution([CompleteCommand])
    case none
  }

  let instructions: [Instruction]

  /// Whether it is the same routine. In a function of its own, since `===` itself is not always inlined into `run`.
  @inline(__always) func isSame(as other: Routine) -> Bool { self === other }
  @inline(__always) func isIdentified(by identifier: ObjectIdentifier) -> Bool { ObjectIdentifier(self) == identifier }
  let constants: [ByteString]
  let patterns: [StaticPattern]
  let parameters: [CompiledParameter]
  let trims: [Trim]
  let transformations: [Transformation]
  let arithmetic: [CompiledArithmetic]
  let redirections: [CompiledRedirection]
  let routines: [Routine]
  let functions: [Function]
  let pipelines: [CompiledPipeline]
  let lists: [AsynchronousList]
  /// The source positions of instructions, in the order of the instructions.
  let lineTable: [LineTableEntry]
  /// The file's name, for messages; empty for what a person typed.
  let source: ByteString
  /// The name of the function whose body it is.
  let function: ByteString?
  let tree: Tree

  /// From parts that are not needed any more: read in place, since a copy of so large a value asks the runtime for the
  /// metadata of each array's type, which the start of a shell would notice.
  init(_ parts: inout Compiler.Parts, source: ByteString, of tree: Tree = .none, function: ByteString? = nil) {
    instructions = parts.instructions
    constants = parts.constants
    patterns = parts.patterns
    parameters = parts.parameters
    trims = parts.trims
    transformations = parts.transformations
    arithmetic = parts.arithmetic
    redirections = parts.redirections
    routines = parts.routines
    functions = parts.functions
    pipelines = parts.pipelines
    lists = parts.lists
    lineTable = parts.lineTable
    self.source = source
    self.function = function
    self.tree = tree
  }

  /// A routine that never runs.
  static let noWhere: Routine = {
    var parts = Compiler.Parts()
    return Routine(&parts, source: "")
  }()

  /// A routine that does nothing.
  static let empty: Routine = {
    var parts = Compiler.Parts()
    parts.instructions = [Instruction(.end)]
    return Routine(&parts, source: "")
  }()

  /// The instruction that ends the redirections inside of which instruction `index` stands. Constructs are laid out one
  /// inside of the other, whatever jumps there are.
  func endOfRedirections(around index: Int) -> Int? {
    var depth = 0
    for place in index..<instructions.count {
      switch instructions[place].operation {
      case .beginRedirections: depth += 1
      case .endRedirections:
        if depth == 0 { return place }
        depth -= 1
      default: break
      }
    }
    return nil
  }

  /// The names of all programs and functions that it runs, parts of it included, where they are written literally.
  func visitCommandNames(_ body: (NameNumber) -> Void) {
    for instruction in instructions where instruction.operation == .executeNamed && instruction.b < 0 {
      body(NameNumber(instruction.a))
    }
    for part in routines + pipelines.flatMap(\.elements) + lists.map(\.routine) { part.visitCommandNames(body) }
  }

  /// The source position of instruction `index`.
  func position(of index: Int) -> SourcePosition {
    entry(of: index).map { lineTable[$0].position } ?? SourcePosition()
  }

  /// The entry of the line table that instruction `index` has its position from.
  private func entry(of index: Int) -> Int? {
    var low = 0
    var high = lineTable.count
    while low < high {
      let middle = (low + high) / 2
      if Int(lineTable[middle].instruction) <= index { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// Whether a command begins with instruction `index`.
  func beginsCommand(at index: Int) -> Bool {
    guard let last = entry(of: index) else { return false }
    let entries = lineTable[...last].reversed().prefix { Int($0.instruction) == index }
    return entries.contains(where: \.beginsCommand)
  }

  /// The command that instruction `index` belongs to; `nil` where none has begun.
  func command(of index: Int) -> Command? {
    guard let last = entry(of: index), let first = lineTable[...last].last(where: \.beginsCommand) else { return nil }
    return switch tree {
    case .list(let list): list.command(at: first.position)
    case .andOr(let list): list.command(at: first.position)
    case .command(let command): command.command(at: first.position)
    case .substitution(let commands): commands.lazy.compactMap { $0.list.command(at: first.position) }.first
    case .none: nil
    }
  }
}
