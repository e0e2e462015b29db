import ByteStrings
import Meanwhile
import Platform

/// Bringing jobs to the foreground, and continuing them in the background.
extension Machine {
  /// What an environment may do with the jobs that it knows.
  package enum JobAccess: Sendable {
    /// They are another environment's: they can be looked at.
    case looking
    /// It is a background list of the environment whose jobs they are: it may wait for its siblings.
    case waiting
    /// They are its own; so they are for what `timeout` runs for it, and for a command substitution in it, which can
    /// fetch results: `data=$(fg %1)`.
    case owning
  }

  /// What this machine may do with the jobs that it knows.
  package var jobAccess: JobAccess {
    var inner = environment
    var outer = saved.environments[...]
    for frame in frames.reversed() where frame.isSubshell {
      if !inner.inheritsJobs || inner.isSibling { break }
      guard frame.kind == .substitution, let next = outer.popLast() else { return .looking }
      inner = next
    }
    if inner.waitsForAll { return .owning }
    return inner.isSibling ? .waiting : .looking
  }

  /// Whether the machine has the terminal and the keyboard's signals, so that it can pass them on.
  package var isInForeground: Bool { job?.isForeground ?? true }

  /// Goes on with a job in the foreground: it gets the terminal with the modes that it had, and the keyboard's
  /// signals; signals to the machine's own job reach it too. In a background job, goes on with it there.
  package mutating func bringToForeground(_ target: Job) {
    // What was said about the job stands before what the job writes.
    _ = flushOutput()
    if isInForeground {
      if job == nil { job = environment.shell.makeForegroundJob() }
      environment.shell.broughtJob = target
      target.isForeground = true
      shell.giveTerminal(to: target)
    }
    job?.add(target)
    if target.state.isStopped || target.liveGroup != nil { target.continue() }
  }

  /// Ends what `bringToForeground` began: the shell has the terminal again.
  package mutating func takeForegroundBack(from target: Job) {
    job?.remove(target)
    guard target.isForeground, environment.shell.broughtJob === target else { return }
    target.isForeground = false
    environment.shell.broughtJob = nil
    shell.takeTerminalBack(from: target)
  }

  /// The jobs that would wait for each other in a circle if this machine waited for `target`, by their numbers and
  /// beginning with the one that asks; empty where there is none.
  package func circle(closedByWaitingFor target: Job) -> [Job] {
    guard let task = shell.loop.currentTask else { return [] }
    let circle = shell.loop.circle(closedBy: task, waitingFor: target.records)
    if circle.isEmpty { return [] }
    var jobs: [Job] = []
    for record in circle {
      let owner = environment.jobs.jobs.first { job in job.records.contains { $0 === record } } ?? self.job
      if let owner, jobs.last !== owner { jobs.append(owner) }
    }
    if jobs.count > 1, jobs.last === jobs.first { jobs.removeLast() }
    return jobs
  }
}
