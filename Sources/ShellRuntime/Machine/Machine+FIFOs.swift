import ByteStrings
import Meanwhile
import Platform
import Synchronization
import SystemPackage

/// Opening a FIFO blocks until its other end is opened, maybe by another coroutine. So the loop must run meanwhile.
extension Machine {
  /// Opens a FIFO on a worker thread and waits for that. The program of a process job opens it itself instead, so that
  /// the job has its process at once.
  mutating func openFIFO(_ path: ByteString, _ flags: OpenFlags, as number: RedirectedDescriptor, _ failure: Int)
    -> ControlFlow
  {
    if phase == .preparing, isProbed {
      let order = environment.descriptors.openNumbers.count { environment.descriptors[$0]?.unopened != nil }
      redirect(number, to: OpenFile(unopened: OpenFile.Unopened(path: path, flags: flags, order: order)))
      return .next
    }
    let opening = PendingOpening(isBySuccessor: shell.isSuccessor)
    let directory = environment.workingDirectory
    do throws(Errno) { try directory.hold() } catch { return redirectionFailed(.file(path, error), failure) }
    let ticket = opening.finished.ticket
    let thread = environment.shell.loop.callInBackground {
      [opening = opening.opening, finished = opening.finished] in
      opening.run(path, in: directory.descriptor, flags)
      finished.signal()
    }
    thread.whenDone { [opening = opening.opening, finished = opening.finished] thread in
      guard let error = thread.startError else { return }
      opening.fail(error)
      finished.signal()
    }
    // The redirection has popped its target. Push it again and go back by one instruction, so that the operands are as
    // before: a trap that ends the wait is then followed by the same instruction. `didOpen` undoes both.
    operands.texts.append(path)
    position -= 1
    return wait(for: ticket) { machine in machine.didOpen(opening, path, flags, as: number, failure) }
  }

  private mutating func wait(
    for ticket: WakeEvent.Ticket, goOn: @escaping @Sendable (inout Machine) -> ControlFlow
  ) -> ControlFlow {
    var request = WaitRequest(Wait(.external, subject: "a FIFO's other side"), events: [ticket])
    request.interruption = .byTraps
    return wait(for: request, goOn: goOn)
  }

  private mutating func didOpen(
    _ opening: PendingOpening, _ path: ByteString, _ flags: OpenFlags, as number: RedirectedDescriptor, _ failure: Int
  ) -> ControlFlow {
    let ticket = opening.finished.ticket
    let result = opening.opening.takeResult()
    let isLost = result == nil && opening.isBySuccessor != shell.isSuccessor
    if result == nil, !isLost { return wait(for: ticket) { $0.didOpen(opening, path, flags, as: number, failure) } }
    _ = operands.popText()
    position += 1
    // The thread has ended with the shell.
    guard let result else { return openFIFO(path, flags, as: number, failure) }
    switch result {
    case .success(let descriptor):
      redirect(number, to: OpenFile(descriptor, isOwned: true))
      return .next
    case .failure(let error): return redirectionFailed(.file(path, error), failure)
    }
  }
}

/// An opening in progress. It is cancelled when the machine that waits for it drops the last reference.
private final class PendingOpening: Sendable {
  let opening = FileOpening()
  let finished = WakeEvent()
  /// Whether the thread belongs to the process that goes on for a shell that has ended.
  let isBySuccessor: Bool

  init(isBySuccessor: Bool) { self.isBySuccessor = isBySuccessor }

  deinit { opening.cancel() }
}
