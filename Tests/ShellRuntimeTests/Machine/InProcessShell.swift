import ByteStrings
import Meanwhile
import Platform
import ShellBuiltins
import ShellFuzzing
import ShellSyntax
import SystemPackage
import TestSupport

@testable import ShellRuntime

/// A shell without a process of its own, under virtual time: an interactive one, whose descriptors 1 to 3 are pipes in
/// memory.
///
/// It is built as the shell of a worker thread is, so that it touches neither the directory nor the signals of the
/// process that it is in.
final class InProcessShell {
  let shell: Shell
  private let pipes: [InProcessPipe]
  /// The kinds of the frames that were open where a command was kept from its end.
  private let kinds = Locked<[String]>([])
  var framesAtInterruption: Set<String> { Set(kinds.with { $0 }) }
  /// What descriptors 0 to 3 refer to in the beginning.
  private let files: [OpenFile]

  /// What the commands of a `CommandGenerator` may change for good.
  struct Lasting: Hashable {
    var variables: [ByteString: [UInt8]] = [:]
    var attributes: [ByteString: UInt8] = [:]
    /// What descriptor 7 refers to: one of the files that the shell began with, or another one.
    var descriptor: Int?
    var otherFile: ObjectIdentifier?
    var notifies = false
    var trap: ByteString?
    var hasAlias = false
    var status: Int32 = 0
    var pipelineStatuses: [Int32] = []
  }

  /// A shell that begins with an environment of its own.
  convenience init(running preparation: String) {
    let shell = Self.makeShell()
    var environment = ExecutionEnvironment(within: shell)
    environment.options = .interactive
    self.init(shell, environment)
    run(Self.parse(preparation))
  }

  /// A shell that begins as `other` is now.
  convenience init(copying other: InProcessShell) {
    var environment = other.environment
    let shell = Self.makeShell()
    environment.shell = shell
    environment.jobs = JobTable()
    self.init(shell, environment)
  }

  /// Its stand-ins are children of the test process. One that nobody collects keeps the testing library, which looks at
  /// all children, from seeing the ends of its own.
  deinit { shell.children.endStandIns() }

  private static func makeShell() -> Shell {
    Shell(loop: EventLoop(clock: .virtual), builtins: .standard, children: ProcessTable(), isMain: false)
  }

  private init(_ shell: Shell, _ environment: ExecutionEnvironment) {
    self.shell = shell
    pipes = (1...3).map { _ in InProcessPipe(capacity: .unlimited) }
    files = [shell.emptyInput()] + pipes.map { OpenFile(writingTo: $0) }
    var environment = environment
    for (number, file) in files.enumerated() { environment.descriptors[number] = file }
    shell.begin(with: environment)
  }

  var environment: ExecutionEnvironment { shell.main.machine.environment }

  /// Has USR1 run another action.
  func setTrap(_ action: ByteString) {
    shell.main.machine.environment.traps.set(action, for: SignalNumber.user1.rawValue)
  }

  // MARK: Running

  /// The complete commands of a text; those before a syntax error.
  static func parse(_ text: String, _ aliases: AliasTable = AliasTable()) -> [CompleteCommand] {
    var commands: [CompleteCommand] = []
    var parser = Parser(ByteString(text), aliases: aliases)
    while case .command(let command) = parser.parseCompleteCommand() { commands.append(command) }
    return commands
  }

  /// Runs complete commands, one after the other, whatever becomes of each; says how each ended.
  @discardableResult
  func run(_ commands: [CompleteCommand]) -> [String] {
    commands.map { command in
      shell.main.machine.begin(command, source: "")
      return switch shell.runInForeground({ "a command" }) {
      case .finished(.completed): "completed"
      case .finished(.exited(let status)): "exited \(status.rawValue)"
      case .finished(.abandoned(let status)): "abandoned \(status.rawValue)"
      case .finished(.terminated(let signal)): "terminated \(signal.rawValue)"
      case .stopped: "stopped"
      }
    }
  }

  /// Runs a command that something keeps from its end.
  ///
  /// - Returns: How it ended.
  func run(
    _ commands: [CompleteCommand], _ interruption: Interruption, _ time: Interruption.Time
  ) -> [String] {
    let shell = shell
    var alarm: Alarm?
    switch time {
    case .instruction(let count):
      shell.main.machine.breakpoint = Breakpoint(after: count) { [kinds] machine in
        interruption.act(on: &machine) { frames in kinds.with { $0 = frames.map(\.kind) } }
      }
    case .second(let seconds):
      guard let signal = interruption.signal else { preconditionFailure("only a signal comes while a command waits") }
      let set = Alarm(at: shell.loop.now.advanced(by: .milliseconds(Int(seconds * 1_000)))) { [kinds] in
        kinds.with { $0 = shell.main.machine.frames.map(\.kind) }
        shell.receive(signal)
      }
      _ = shell.loop.start(set)
      alarm = set
    }
    let results = run(commands)
    alarm?.cancel()
    shell.main.machine.breakpoint = nil
    runPendingTraps()
    return results
  }

  /// Runs the traps on signals that arrived and did not end the command, as a session does before the next one.
  private func runPendingTraps() {
    if shell.main.pendingSignals.isEmpty, !shell.main.machine.context.hasSignals { return }
    shell.main.machine.beginNothing()
    _ = shell.runInForeground { "traps" }
  }

  /// How many instructions commands take.
  func count(_ commands: [CompleteCommand]) -> Int {
    let limit = 2_000
    shell.main.machine.breakpoint = Breakpoint(after: limit) { $0.leave(.abandon(.failure)) }
    run(commands)
    let left = shell.main.machine.breakpoint?.instructionsLeft ?? 0
    return limit - left
  }

  /// Runs commands, and says all that can be seen of them and the state before and after.
  ///
  /// - Parameter count: After how many instructions the signal USR1 arrives, if it does.
  func observe(_ commands: [CompleteCommand], trapAfter count: Int? = nil) -> [String] {
    var result = state
    for file in files.dropFirst() { file.writeMark() }
    if let count {
      shell.main.machine.breakpoint = Breakpoint(after: count) { machine in
        machine.shell.receive(.user1)
        return .stop(.attention)
      }
    }
    result += run(commands)
    shell.main.machine.breakpoint = nil
    runPendingTraps()
    result += pipes.flatMap { String(decoding: $0.takeText().bytes, as: UTF8.self).lines(after: OpenFile.mark) }
    return result + state
  }

  /// The state between two commands, but for what is the same to every command: caches, the job table, the command
  /// that ran last.
  private var state: [String] {
    let machine = shell.main.machine
    let environment = machine.environment
    let mark = machine.operands.mark
    var state = environment.sortedVariables.map { "\($0.name)=\($0.variable.value) \($0.variable.attributes.rawValue)" }
    state += environment.sortedFunctions.map { "\($0.name)() \(ObjectIdentifier($0.function))" }
    state += environment.traps.actions.sorted { $0.key < $1.key }.map { "trap \($0.key) \($0.value)" }
    state += environment.descriptors.openNumbers.map { number in
      "descriptor \(number): \(files.firstIndex { $0 === environment.descriptors[number] }.map(String.init) ?? "other")"
    }
    state += environment.aliases.sorted.map { "alias \($0.name)=\($0.text)" }
    state.append("parameters \(environment.positionalParameters.all.map(\.description))")
    state.append("options \(environment.options.rawValue), status \(environment.status.rawValue)")
    state.append("of the pipeline \(environment.pipelineStatuses.map(\.rawValue))")
    state.append("mask \(environment.fileCreationMask?.rawValue ?? 0), limits \(environment.resourceLimits.count)")
    state.append(
      "directory \(ObjectIdentifier(environment.workingDirectory)) \(environment.directoryStack), "
        + (environment.isMain ? "main" : "copy"))
    state.append(
      "ignored \(environment.ignoredSignals.isEmpty), offset \(environment.optionOffset), $0 \(environment.name)")
    state.append(
      "operands \(mark.fields) \(mark.commands) \(mark.texts) \(mark.outerWords), word \(machine.operands.word.isEmpty ? "empty" : "begun")"
    )
    state.append("frames \(machine.frames.count), tested \(machine.testedDepth), running \(machine.phase == .running)")
    state.append("waiting \(machine.waiting != nil), output \(machine.context.output.isEmpty ? "empty" : "left")")
    state.append("pending \(!machine.context.hasSignals), turns \(machine.context.inherited.turnsLeft)")
    state.append("job \(machine.job != nil), group \(machine.context.inherited.processGroup != nil)")
    state.append("foreground \(shell.foreground.isRunning) \(shell.foreground.job != nil)")
    return state
  }

  // MARK: What lasts

  var lasting: Lasting {
    let environment = environment
    var lasting = Lasting()
    for (name, variable) in environment.sortedVariables where name.isLasting {
      lasting.variables[name] = variable.value.bytes
      lasting.attributes[name] = variable.attributes.rawValue
    }
    if let file = environment.descriptors[7] {
      lasting.descriptor = files.firstIndex { $0 === file }
      if lasting.descriptor == nil { lasting.otherFile = ObjectIdentifier(file) }
    }
    lasting.notifies = environment.options.contains(.notify)
    lasting.trap = environment.traps.action(for: SignalNumber.user2.rawValue)
    lasting.hasAlias = environment.aliases["lasting"] != nil
    lasting.status = environment.status.rawValue
    lasting.pipelineStatuses = environment.pipelineStatuses.map(\.rawValue)
    return lasting
  }

  /// Makes the lasting effects that commands had in another shell.
  func makeLasting(effectsOf other: InProcessShell) {
    let lasting = other.lasting
    var environment = environment
    for (name, variable) in environment.sortedVariables where name.isLasting && variable.isSet {
      try? environment.unset(name)
    }
    for (name, value) in lasting.variables {
      environment.restore(
        SavedVariable(
          number: environment.number(of: name),
          variable: Variable(value: ByteString(value), attributes: .init(rawValue: lasting.attributes[name] ?? 0)),
          elements: nil))
    }
    environment.descriptors[7] = lasting.descriptor.map { files[$0] } ?? other.environment.descriptors[7]
    environment.options.change(.notify, to: lasting.notifies)
    environment.traps.set(lasting.trap, for: SignalNumber.user2.rawValue)
    environment.aliases["lasting"] = lasting.hasAlias ? "x" : nil
    environment.status = ExitStatus(rawValue: lasting.status)
    environment.pipelineStatuses = lasting.pipelineStatuses.map { ExitStatus(rawValue: $0) }
    shell.main.machine.environment = environment
  }
}

extension ByteString {
  /// Whether commands may change the variable for good: `g1` to `g3`, and the counters of loops.
  fileprivate var isLasting: Bool {
    (first == UInt8(ascii: "g") || first == UInt8(ascii: "c")) && count > 1 && dropping(first: 1).decimalValue != nil
  }
}

extension OpenFile {
  fileprivate static let mark = "==="

  fileprivate func writeMark() {
    var text = "\n\(Self.mark)\n"
    _ = text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }
}

extension String {
  /// The lines after the last one that is `mark`.
  fileprivate func lines(after mark: String) -> [String] {
    let lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return Array(lines[((lines.lastIndex(of: mark) ?? -1) + 1)...])
  }
}

extension Frame {
  /// The name of its case.
  var kind: String {
    switch self {
    case .loop: "loop"
    case .redirections: "redirections"
    case .processSubstitutions: "processSubstitutions"
    case .assignment: "assignment"
    case .timing: "timing"
    case .call: "call"
    case .source: "source"
    case .subshell: "subshell"
    case .substitution: "substitution"
    case .collection: "collection"
    case .lastElement: "lastElement"
    case .trap: "trap"
    case .exitTrap: "exitTrap"
    }
  }

  static let kinds = [
    "loop", "redirections", "processSubstitutions", "assignment", "timing", "call", "source", "subshell",
    "substitution", "collection", "lastElement", "trap", "exitTrap",
  ]
}
