import ByteStrings
import Meanwhile
import Platform

/// Bringing jobs to the foreground, and continuing them in the background.
extension BuiltinContext {
  /// Continues a job in the foreground: it gets the terminal, with the modes that it had when it was stopped, and the
  /// keyboard's signals. In a background job, continues it in the background. Until `endForeground(of:)`, `target` is a
  /// part of the machine's own job, so signals and stops of that job reach `target` too.
  package mutating func bringToForeground(_ target: Job) {
    // The builtin's line about the job must come before the job's own output.
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

  /// The jobs that would wait for each other in a circle if this machine waited for `target`, beginning with the
  /// machine's own job; empty if there is no circle.
  package func circle(closedByWaitingFor target: Job) -> [Job] {
    // A task that was woken and has not run yet waits for nothing, but its job is still what others wait for.
    if let asking = job?.outermost, let path = target.path(to: asking) {
      return [asking] + path.dropLast().filter { $0.enclosingJob == nil }
    }
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
