extension EventLoop {
  /// Ends what is left: cancels all unfinished tasks, runs the loop on this thread until they have ended and their
  /// done-callbacks were called, and drops the callbacks whose time has not come.
  ///
  /// What a program does before it lets go of a loop, which lives as long as it has unfinished tasks. Tasks that are
  /// scheduled meanwhile are cancelled too, stopped ones are continued, callables on worker threads are waited for.
  public func cancelAll(file: StaticString = #fileID, line: UInt = #line) {
    repeat {
      cancelTasks(file, line)
      run(until: now, file: file, line: line)
    } while firstTask != nil
    while timers.nextDeadline != .max { _ = timers.popFirst() }
    dropReadyEntries()
  }

  private func cancelTasks(_ file: StaticString, _ line: UInt) {
    while let last = lastTask?.takeUnretainedValue() {
      for task in unfinishedTasks {
        task.continue()
        task.cancel()
      }
      // The last one in the list stands last in the queue, too: the others run before it. Cancelled, none of them waits
      // any more, unless another one stops it: then it is continued again.
      try? runInForeground(last, file: file, line: line)
    }
  }

  /// Lets go of what stands in the ready queue and holds itself.
  func dropReadyEntries() {
    while let entry = ready.popFirst() { (entry.takeUnretainedValue() as? SelfOwnedEntry)?.drop() }
  }
}
