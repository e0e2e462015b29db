import ByteStrings
import Meanwhile
import Platform

/// `coproc`: a job in the background whose standard input and output are pipes, the other ends of which the shell has.
extension Machine {
  mutating func startCoprocess(_ list: Routine.AsynchronousList) -> ControlFlow {
    let name = operands.popText()
    environment.closeAllEndedCoprocesses()
    let inner = context.environmentOfAsynchronousList()
    let earlier = environment.coprocesses.last { $0.name == name }
    let ends: (output: RunningCoprocess.End, input: RunningCoprocess.End)
    do throws(VariableError) {
      if !name.isName { throw .invalidName(name) }
      ends = makePipes()
      try environment.assignVariables(ofCoprocess: name, ends.output, ends.input)
    } catch {
      report(.variable(error))
      environment.status = .failure
      return .next
    }
    if let earlier { report(.coprocessRuns(name, earlier.job.processID())) }
    let job = start(list, in: joined(inner, to: ends.output.pipe, ends.input.pipe))
    environment.descriptors[ends.output.number] = OpenFile(readingFrom: ends.output.pipe)
    environment.descriptors[ends.input.number] = OpenFile(writingTo: ends.input.pipe)
    context.enter(job)
    environment.coprocesses.append(RunningCoprocess(job: job, name: name, output: ends.output, input: ends.input))
    let id = ByteString(decimal: Int(job.processID().rawValue))
    // Cannot fail: the variable was assigned before.
    try? environment.assign(id, to: RunningCoprocess.nameOfID(name))
    environment.status = .success
    return needsAttention && !isInOwnRedirections ? .stop(.attention) : .next
  }

  private func makePipes() -> (output: RunningCoprocess.End, input: RunningCoprocess.End) {
    let first = environment.descriptors.highFreeNumber()
    let second = environment.descriptors.highFreeNumber(besides: first)
    return (
      RunningCoprocess.End(pipe: InProcessPipe(capacity: .limited), number: first, index: 0),
      RunningCoprocess.End(pipe: InProcessPipe(capacity: .limited), number: second, index: 1)
    )
  }

  /// The environment of the coprocess, with its ends of the pipes.
  private func joined(
    _ inner: consuming ExecutionEnvironment, to output: InProcessPipe, _ input: InProcessPipe
  ) -> ExecutionEnvironment {
    inner.descriptors[0] = OpenFile(readingFrom: input)
    inner.descriptors[1] = OpenFile(writingTo: output)
    return inner
  }
}
