/// An entry that nothing else holds: it keeps itself alive from where it is put into the ready queue until it runs.
class SelfOwnedEntry: QueueEntry, @unchecked Sendable {
  private var ownReference: SelfOwnedEntry?

  /// Puts it at the end of the ready queue.
  final func makeReady(in loop: EventLoop) {
    ownReference = self
    phase = .ready
    loop.ready.append(self)
  }

  override final func runFromQueue(in loop: EventLoop) {
    let own = ownReference.take()
    phase = .idle
    own?.run(in: loop)
  }

  /// Lets go of it; it will not run.
  final func drop() {
    ownReference = nil
  }

  /// What it does when it runs.
  func run(in loop: EventLoop) {}

  override final func deadlineIsOver(in loop: EventLoop) {
    makeReady(in: loop)
  }
}
