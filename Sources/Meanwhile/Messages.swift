import SystemPackage

/// All that this library says to people about waiting.
enum Messages {
  static func deadlock(_ error: DeadlockError) -> String {
    var text = "deadlock: nothing can wake the loop"
    for task in error.waiting { text += "; \(task)" }
    if let first = error.cycle.first {
      text += "; circle: " + (error.cycle + [first]).joined(separator: " -> ")
    }
    return text
  }

  static func words(for error: MeanwhileError) -> String {
    switch error {
    case .notDone: "there is no result yet"
    case .alreadyResolved: "the future has its result already"
    case .timedOut: "the time limit was over first"
    case .loopStopped: "the loop was stopped before the task was done"
    case .circle(let names): "the task would wait for itself: " + (names + names.prefix(1)).joined(separator: " -> ")
    case .blocksTheLoop: "a call that blocks was made on a loop's own thread; use callInBackground"
    }
  }

  /// The state of a task that is not done.
  static func state(of task: TaskRecord) -> String {
    let ending = task.isCancelled ? ", told to end" : ""
    if task.isStopped { return "stopped" + ending }
    if !task.isStarted { return "scheduled" + ending }
    guard task.loop.isOnItsThread else { return "begun" + ending }
    if task.loop.currentTask === task { return "running" + ending }
    return "waiting for \(words(for: task))" + ending
  }

  /// What a task waits for, after "waits for".
  static func words(for task: TaskRecord) -> String {
    let waits = task.allWaits.map(words)
    if !waits.isEmpty { return waits.joined(separator: " and ") }
    if task.isStopped { return "being continued" }
    return task.isStarted ? "something outside of the loop" : "its first step"
  }

  static func words(for wait: Wait) -> String {
    let subject = wait.subject.text
    if !subject.isEmpty { return wait.number >= 0 ? "\(subject) \(wait.number)" : subject }
    switch wait.kind {
    case .timer: return "its deadline"
    case .step, .pass: return "its turn"
    case .descriptor(let descriptor, .readable): return "descriptor \(descriptor.rawValue) to be readable"
    case .descriptor(let descriptor, .writable): return "descriptor \(descriptor.rawValue) to be writable"
    case .external: return "something outside"
    case .tasks(let tasks): return tasks.map(\.name).joined(separator: ", ")
    case .signal: return "a signal"
    case .forever: return "ever"
    case .event: return "another task"
    }
  }
}

extension Wait {
  /// What is waited for, after "waits for".
  package var words: String { Messages.words(for: self) }
}
