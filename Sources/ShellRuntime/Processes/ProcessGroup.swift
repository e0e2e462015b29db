import Meanwhile
import Platform
import Synchronization
import SystemPackage

/// The process group of a pipeline, and of pipelines inside of it. Its first program leads it, and has its number.
///
/// Elements that run shell code are in no process group, so the keyboard's signals would reach the programs beside them
/// alone. Where the group may have the terminal, a stand-in is a member of it for all of them: what it receives, they
/// receive. The object ends it when the pipeline ends or is given up.
package final class ProcessGroup: StandInOwner {
  private struct State {
    var leader: ProcessID?
    var standIn: StandIn?
    /// The elements of the pipeline, and of pipelines inside of it, that have not ended.
    var elements: [Coroutine] = []
    weak var job: Job?
  }

  private let state = Mutex(State())

  package init() {}

  deinit { end() }

  /// The group's number, once its first program has been started.
  package var id: ProcessID? { state.withLock { $0.leader } }

  func lead(_ process: ProcessID) { state.withLock { $0.leader = process } }

  /// Adds the elements of the pipeline that have not ended. Each removes itself when it ends.
  func add(_ coroutines: [Coroutine]) {
    let open = coroutines.filter { $0.end == nil }
    state.withLock { $0.elements += open }
  }

  func remove(_ coroutine: Coroutine) { state.withLock { $0.elements.removeAll { $0 === coroutine } } }

  /// Starts the stand-in, where there is shell code beside the program that leads the group and there is none yet: after
  /// each step of an element, since only then one that is a program is known to be no more than that.
  /// Where no process can be made, the keyboard's signals reach the programs alone.
  func standForElements(of job: Job) {
    // A job that was stopped already makes it with the first step after it was continued.
    guard !job.outermost.state.isStopped, let leader = id, state.withLock({ $0.standIn == nil }) else { return }
    guard openElements.contains(where: { $0.record?.isStarted == true }) else { return }
    guard let standIn = try? job.shell.children.startStandIn(.join(leader), for: job.shell) else { return }
    state.withLock { state in
      state.standIn = standIn
      state.job = job
    }
    job.shell.children.add(standIn, of: self, in: job.shell)
  }

  /// Ends the stand-in, when the pipeline has ended.
  func end() { state.withLock { $0.standIn.take() }?.end(.exited(0)) }

  // MARK: What the stand-in receives

  func receive(_ signal: SignalNumber) {
    let job = state.withLock { $0.job }
    if signal.stopsByDefault, let job, !job.hasRunningPrograms {
      job.outermost.stop(signal)
    } else {
      for coroutine in openElements { coroutine.receive(signal) }
    }
    // Whoever looks at the group sees all of it stopped. It goes on with the group.
    if signal.stopsByDefault, signal != .stop, let standIn = state.withLock({ $0.standIn }) {
      try? Signals.send(.stop, to: standIn.id)
    }
  }

  func standInDidChange(_ status: ProcessStatus) {
    switch status {
    case .stopped: receive(.stop)
    // A stopped job continues its elements itself.
    case .continued: if state.withLock({ $0.job })?.outermost.state.isStopped != true { receive(.continue) }
    case .exited, .signaled: if state.withLock({ $0.standIn.take() }) != nil { receive(.kill) }
    }
  }

  func standInWasLost() { state.withLock { $0.standIn = nil } }

  /// The elements that run shell code. One that only waits for a program to end with it is that program, as it would be
  /// after `exec`.
  private var openElements: [Coroutine] {
    state.withLock { $0.elements }.filter { $0.end == nil && !$0.isReplacedByProgram }
  }
}
