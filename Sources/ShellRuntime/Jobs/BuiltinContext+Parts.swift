import ByteStrings
import Meanwhile

/// Commands that builtins run and wait for: `timeout`, `collect`.
extension BuiltinContext {
  /// Runs a command in a copy of the environment, as a part of this machine's job: stops, continues and signals of the
  /// job reach the part. A command that does not wait has ended when this returns; another one goes on as a task.
  ///
  /// - Parameter output: The part's standard output, in place of the machine's.
  package mutating func startPart(_ fields: [ByteString], output: InProcessPipe? = nil) -> Job {
    let enclosing = jobToBelongTo()
    let part = Job(.coroutine, .text(Self.text(of: fields)), shell: shell)
    part.enclosingJob = enclosing
    enclosing.add(part)
    var copy = environment.subshell()
    copy.jobRole = environment.jobRole.ofPart
    if let output { copy.descriptors[1] = OpenFile(writingTo: output) }
    let command = Compiler.command(fields, at: sourcePosition, of: routine.source, in: &copy)
    var forPart = InheritedState()
    forPart.frameLimit = inherited.frameLimitOfNested
    forPart.calls = inherited.calls
    forPart.subshellLevel = inherited.subshellLevel + 1
    let coroutine = Coroutine(Machine(environment: copy, routine: command, forPart))
    coroutine.belong(to: part, turns: inherited.turnsLeft, endsJob: true)
    part.coroutines = [coroutine]
    if !inherited.nestedRunsAtOnce || !coroutine.runUntilFirstWait() { coroutine.start() }
    return part
  }

  /// A command's fields, quoted as on a command line.
  static func text(of fields: [ByteString]) -> ByteString {
    var text = ByteString()
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(" ") }
      text.append(field.shellQuoted)
    }
    return text
  }

  /// Removes a part that has ended from the machine's job.
  package mutating func endPart(_ part: Job) { job?.remove(part) }
}

extension BuiltinContext {
  /// Keeps `bytes` as the result of the machine's job in place of writing them to the job's standard output. `false` if
  /// the machine belongs to no background job, or if its standard output was redirected.
  package func keepAsResult(_ bytes: ByteString) -> Bool {
    guard let job = job?.outermost, let output = job.output, environment.descriptors[1] === output else { return false }
    job.keep(bytes)
    return true
  }

  /// Makes a job that runs no command: `resolve` completes it.
  package func makeFuture(_ text: ByteString) -> Job {
    Job(.coroutine, .text(text), shell: shell, isFuture: true)
  }
}
