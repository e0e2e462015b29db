import ByteStrings
import Meanwhile
import Platform

/// Bringing jobs to the foreground, and continuing them in the background.
extension BuiltinContext {
  /// Goes on with a job in the foreground: it gets the terminal with the modes that it had, and the keyboard's
  /// signals; signals to the machine's own job reach it too. In a background job, goes on with it there.
  package mutating func bringToForeground(_ target: Job) {
    // What was said about the job stands before what the job writes.
    _ = flushOutput()
    if isInForeground {
      _ = jobToBelongTo()
      environment.shell.foreground.broughtJob = target
      target.isForeground = true
      shell.giveTerminal(to: target)
    }
    job?.add(target)
    if target.state.isStopped || target.liveGroup != nil { target.continue() }
  }

  /// Ends what `bringToForeground` began: the shell has the terminal again.
  package mutating func endForeground(of target: Job) {
    job?.remove(target)
    guard target.isForeground, environment.shell.foreground.broughtJob === target else { return }
    target.isForeground = false
    environment.shell.foreground.broughtJob = nil
    shell.reclaimTerminal(from: target)
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
