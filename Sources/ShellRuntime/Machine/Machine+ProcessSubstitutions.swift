import ByteStrings
import Meanwhile
import Platform

/// Process substitutions, `<(…)` and `>(…)`: lists in the background, joined to a command by pipes that it opens by paths
/// such as `/dev/fd/63`.
///
/// A list is a job without a number, whose process ID `$!` has. It outlives the command, and the shell too, as one that
/// was disowned. The pipe's other end has its number until the command ends.
extension Machine {
  mutating func beginProcessSubstitutions() {
    frames.append(.processSubstitutions(Frame.ProcessSubstitutions(savedState: savedState)))
  }

  /// Starts a list, whose standard output or, if it is a reader, standard input is a pipe, and adds the path of the pipe.
  mutating func substituteProcess(_ list: Routine.AsynchronousList, isReader: Bool, _ flags: Instruction.Flags) {
    let pipe = InProcessPipe(capacity: .limited)
    let (reading, writing) = (OpenFile(readingFrom: pipe), OpenFile(writingTo: pipe))
    var inner = context.environmentOfProcessSubstitution()
    let frame = frames.lastIndex(where: \.hasProcessSubstitutions)
    // Another one that kept a pipe open would keep its reader from ending.
    if let frame { frames[frame].undo(in: &inner) }
    inner.descriptors[isReader ? 0 : 1] = isReader ? reading : writing
    let job = start(list, in: inner)
    context.enterNameless(job)
    let number = environment.descriptors.highFreeNumber()
    if let frame {
      let reader = isReader ? Frame.ProcessSubstitutions.Reader(job: job, pipe: pipe) : nil
      frames[frame].remember(environment.descriptors[number], at: number, reader)
    }
    environment.descriptors[number] = isReader ? writing : reading
    append("/dev/fd/" + ByteString(decimal: number), flags)
  }

  /// Closes the pipes of a command that has run, and waits for the coroutines that read from them: they advance in
  /// foreground waits only, so at the prompt their output would not come.
  mutating func endProcessSubstitutions() -> ControlFlow {
    guard case .processSubstitutions(let substitutions) = frames[frames.count - 1] else {
      preconditionFailure("the frame of a command's process substitutions is on top when the command has run")
    }
    let readers = substitutions.readers
    popFrame()
    return waitForReaders(readers)
  }

  /// A reader is not waited for while the shell keeps the pipe open, as after `exec > >(…)`.
  private mutating func waitForReaders(_ readers: [Frame.ProcessSubstitutions.Reader]) -> ControlFlow {
    let open = readers.first { $0.job.kind == .coroutine && $0.job.state == .running && !$0.pipe.hasWriter }
    guard let open else { return needsAttention && !isInOwnRedirections ? .stop(.attention) : .next }
    return wait(for: open.job.change) { machine in machine.waitForReaders(readers) }
  }
}

extension Frame {
  fileprivate var hasProcessSubstitutions: Bool { if case .processSubstitutions = self { true } else { false } }

  /// Remembers what a pipe replaces, and the list that reads from it.
  fileprivate mutating func remember(_ before: OpenFile?, at number: Int, _ reader: ProcessSubstitutions.Reader?) {
    guard case .processSubstitutions(var substitutions) = self else { return }
    substitutions.replaced.append(before, at: number)
    if let reader { substitutions.readers.append(reader) }
    self = .processSubstitutions(substitutions)
  }
}
