import ByteStrings
import ShellSyntax

/// What variables tell of the calls, subshells and the command around the code that reads them. All of it is computed
/// when it is read, from the frames and from what the routines know of their source.
extension Machine {
  // MARK: Calls

  /// The calls that are open, the innermost first.
  ///
  /// - Parameter limit: How many are wanted.
  func openCalls(_ limit: Int = .max) -> [OpenCall] {
    var calls: [OpenCall] = []
    // The routine in which the code inside of a frame runs. Of the frame of a function it is the function's body.
    var inside = routine
    for frame in frames.reversed() {
      if calls.count >= limit { return calls }
      switch frame {
      case .call(let call):
        calls.append(
          OpenCall(name: inside.function ?? "", source: nameOfSource(inside), line: call.caller.sourcePosition.line))
      case .source(let source) where source.isFile:
        calls.append(OpenCall(name: "source", source: source.reader.name, line: source.caller.sourcePosition.line))
      default: break
      }
      if let caller = frame.caller { inside = caller.routine }
    }
    return calls.isEmpty ? context.inherited.calls : calls + context.inherited.calls
  }

  /// The file of a function; where it is none, what bash calls the operand of `-c`, or the input.
  private func nameOfSource(_ routine: Routine) -> ByteString {
    if !routine.source.isEmpty { return routine.source }
    return environment.options.contains(.commandString) ? "environment" : "main"
  }

  /// The script or startup file from which the machine's commands come, as the call around all others.
  package var outerCalls: [OpenCall] {
    get { context.inherited.calls }
    set { context.inherited.calls = newValue }
  }

  /// Has a machine that this one makes for a routine know of the calls and subshells around it. As in bash, `( … )` counts
  /// once, and a simple command is no subshell though it runs in one.
  ///
  /// The list is made for each such machine, though few ask for it: with a limit, so that a pipeline in a deep recursion
  /// costs what it costs elsewhere.
  func describeSurroundings(of routine: Routine, to inherited: inout InheritedState) {
    inherited.calls = openCalls(Self.inheritedCallLimit)
    inherited.subshellLevel = subshellLevel
    if !routine.isOneSimpleCommand, !routine.isOneSubshell { inherited.subshellLevel += 1 }
  }

  private static let inheritedCallLimit = 100

  // MARK: Arrays

  /// The elements of an array that tells of calls; `nil` for any other variable. Assignments to them have no effect.
  ///
  /// - Parameter limit: How many are wanted.
  @inline(__always)
  func elements(ofCalls number: NameNumber, _ limit: Int = .max) -> [ByteString]? {
    number.tellsOfCalls || environment.hasNameReferences ? elements(ofReferencedCalls: number, limit) : nil
  }

  @inline(never)
  private func elements(ofReferencedCalls number: NameNumber, _ limit: Int) -> [ByteString]? {
    let number = environment.referencedArray(number)
    guard number.tellsOfCalls, !environment.options.contains(.posix) else { return nil }
    switch number {
    case .functionName: return environment.isInFunction ? openCalls(limit).map(\.name) : []
    case .bashSource: return openCalls(limit).map(\.source)
    default: return openCalls(limit).map { ByteString(decimal: Int($0.line)) }
    }
  }

  func values(of number: NameNumber) -> [ByteString] { elements(ofCalls: number) ?? environment.values(of: number) }

  func elementCount(of number: NameNumber) -> Int {
    elements(ofCalls: number)?.count ?? environment.elementCount(of: number)
  }

  func subscripts(of number: NameNumber) -> [ByteString] {
    elements(ofCalls: number)?.indices.map { ByteString(decimal: $0) } ?? environment.elements(of: number).map(\.key)
  }

  func value(of subscript: ArraySubscript, in number: NameNumber) -> ByteString? {
    if case .index(let index) = `subscript`, let elements = elements(ofCalls: number, index + 1) {
      return elements.indices.contains(index) ? elements[index] : nil
    }
    return environment.value(of: `subscript`, in: number)
  }

  /// The element that a subscript names.
  mutating func element(_ text: ByteString, of number: NameNumber) throws(ExecutionEnvironment.SubscriptError)
    -> ArraySubscript
  {
    try environment.element(text, of: number, count: elements(ofCalls: number)?.count)
  }

  // MARK: Subshells

  /// `BASH_SUBSHELL`
  var subshellLevel: Int32 {
    context.inherited.subshellLevel + Int32(truncatingIfNeeded: frames.count(where: \.isSubshell))
  }

  // MARK: The command

  /// `BASH_COMMAND`: the text of the command that runs or, in a trap, of the one that ran before it.
  var commandText: ByteString? {
    var place = caller
    var outer = frames[...]
    if let trap = frames.firstIndex(where: { $0.statusBeforeTrap != nil }), let caller = frames[trap].interrupted {
      place = caller
      outer = frames[..<trap]
    }
    while true {
      if let command = place.routine.command(of: place.instruction) {
        return SyntaxPrinter.text(ofBeginning: command)
      }
      guard let next = outer.lastIndex(where: { $0.caller != nil }), let caller = outer[next].caller else { return nil }
      place = caller
      outer = outer[..<next]
    }
  }
}

extension Routine {
  /// Whether it is a pipeline's element or an asynchronous list that is one simple command.
  var isOneSimpleCommand: Bool { if case .simple? = onlyCommand { true } else { false } }
  /// The same of `( … )`.
  fileprivate var isOneSubshell: Bool { if case .compound(.subshell, _, _)? = onlyCommand { true } else { false } }

  /// The command that is all of it, if that is a pipeline's element or an asynchronous list of one command.
  private var onlyCommand: Command? {
    switch tree {
    case .command(let command): command
    case .andOr(let list) where list.rest.isEmpty && list.first.elements.count == 1: list.first.elements[0]
    default: nil
    }
  }
}

extension NameNumber {
  /// Whether it is the name of an array that tells of calls.
  @inline(__always) var tellsOfCalls: Bool {
    self == .functionName || self == .bashSource || self == .bashLineNumber
  }
}
