import ByteStrings
import Meanwhile

/// Commands that builtins run and wait for: `timeout`, `collect`.
extension BuiltinContext {
  /// Runs a command in a copy of the environment, as a part of this machine's job: what stops, continues or signals
  /// the job reaches it. Runs it until it first waits; a command that waits for nothing has ended when this returns.
  ///
  /// - Parameter output: What it gets as standard output, in place of the machine's.
  package mutating func startPart(_ fields: [ByteString], output: InProcessPipe? = nil) -> Job {
    let enclosing = jobToBelongTo()
    let part = Job(.coroutine, .text(Self.text(of: fields)), id: shell.makeSyntheticID(), shell: shell)
    part.enclosingJob = enclosing
    enclosing.add(part)
    var copy = environment.subshell()
    copy.jobRole = environment.jobRole.ofPart
    if let output { copy.descriptors[1] = OpenFile(writingTo: output) }
    let command = Compiler.command(fields, at: sourcePosition, of: routine.source, in: &copy)
    let coroutine = Coroutine(Machine(environment: copy, routine: command))
    coroutine.belong(to: part, turns: inherited.turnsLeft, endsJob: true)
    part.coroutines = [coroutine]
    if !coroutine.runUntilFirstWait() { coroutine.start() }
    // The machine that runs this builtin has to look once more at what the part has seen to.
    shell.attention.raise()
    return part
  }

  /// A command's fields as a person would type them.
  static func text(of fields: [ByteString]) -> ByteString {
    var text = ByteString()
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(" ") }
      text.append(field.shellQuoted)
    }
    return text
  }

  /// Lets go of a part that has ended.
  package mutating func endPart(_ part: Job) { job?.remove(part) }
}

extension BuiltinContext {
  /// Keeps what was on its way to the job's standard output as its result; `false` where the machine is no job that a
  /// person can name, or writes to somewhere else.
  package func keepAsResult(_ bytes: ByteString) -> Bool {
    guard let job = job?.outermost, let output = job.output, environment.descriptors[1] === output else { return false }
    job.keep(bytes)
    return true
  }

  /// Makes a job without code.
  package func makeFuture(_ text: ByteString) -> Job {
    Job(.coroutine, .text(text), id: shell.makeSyntheticID(), shell: shell, isFuture: true)
  }
}
