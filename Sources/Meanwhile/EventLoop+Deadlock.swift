extension EventLoop {
  /// The tasks that have not ended, in the order in which they were scheduled.
  package var unfinishedTasks: [TaskRecord] {
    var tasks: [TaskRecord] = []
    var next = firstTask
    while let task = next?.takeUnretainedValue() {
      tasks.append(task)
      next = task.next
    }
    return tasks
  }

  /// Whether anything that the loop knows of can make something ready.
  var canBeWoken: Bool {
    if timers.nextDeadline != .max || poller.waiterCount > 0 || externals > 0 || outsideWaits > 0 { return true }
    if foregroundWaits(where: { if case .forever = $0.kind { true } else { false } }) { return true }
    return unfinishedTasks.contains(where: \.awaitsTheRuntime)
  }

  /// Whether the foreground waits, directly or through other tasks, for what only the real world can do.
  var foregroundWaitsForTheWorld: Bool {
    // Mostly no task does, and the foreground may wait for very many.
    if outsideWaits == 0, poller.waiterCount == 0 { return false }
    return foregroundWaits { wait in
      switch wait.kind {
      case .external, .descriptor: true
      case .timer, .step, .pass, .tasks, .signal, .forever, .event: false
      }
    }
  }

  /// Whether the foreground task, or one that it waits for, has such a wait.
  private func foregroundWaits(where matches: (Wait) -> Bool) -> Bool {
    guard let foreground else { return false }
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(foreground)]
    var pending = [foreground]
    while let task = pending.popLast() {
      for wait in task.allWaits {
        if matches(wait) { return true }
        guard case .tasks(let tasks) = wait.kind else { continue }
        pending += tasks.filter { seen.insert(ObjectIdentifier($0)).inserted }
      }
    }
    return false
  }

  /// Tasks that wait for each other in a circle, beginning where the foreground's waiting enters it.
  func findCycle() -> [TaskRecord] {
    for start in [foreground].compactMap({ $0 }) + unfinishedTasks {
      var search = CycleSearch()
      if search.visit(start) { return search.cycle }
    }
    return []
  }
}

extension EventLoop {
  /// The circle that `task` would close by waiting for `others`, beginning with `task`; empty where there is none.
  package func circle(closedBy task: TaskRecord, waitingFor others: [TaskRecord]) -> [TaskRecord] {
    var search = CycleSearch(assuming: task, waitsFor: others)
    return search.visit(task) && search.cycle.contains { $0 === task } ? search.cycle : []
  }
}

/// Follows which task waits for which, in depth, until the search meets a task that it came from.
private struct CycleSearch {
  private var path: [TaskRecord] = []
  private var finished: Set<ObjectIdentifier> = []
  private(set) var cycle: [TaskRecord] = []
  private let assumption: (task: TaskRecord, waitsFor: [TaskRecord])?

  init() {
    assumption = nil
  }

  /// Searches as if `task` waited for `others` already.
  init(assuming task: TaskRecord, waitsFor others: [TaskRecord]) {
    assumption = (task, others)
  }

  mutating func visit(_ start: TaskRecord) -> Bool {
    var branches: [[TaskRecord]] = [[start]]
    while var branch = branches.popLast() {
      guard let task = branch.popLast() else {
        if let left = path.popLast() { finished.insert(ObjectIdentifier(left)) }
        continue
      }
      branches.append(branch)
      if let index = path.firstIndex(where: { $0 === task }) {
        cycle = Array(path[index...])
        return true
      }
      if finished.contains(ObjectIdentifier(task)) { continue }
      path.append(task)
      branches.append(awaited(by: task))
    }
    return false
  }

  private func awaited(by task: TaskRecord) -> [TaskRecord] {
    if let assumption, assumption.task === task { return assumption.waitsFor.filter { !$0.isDone } }
    return task.allWaits.flatMap { wait in
      if case .tasks(let tasks) = wait.kind { tasks.filter { !$0.isDone } } else { [TaskRecord]() }
    }
  }
}
