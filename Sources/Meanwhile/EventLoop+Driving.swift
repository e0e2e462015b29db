import CPlatform
import SystemPackage

extension EventLoop {
  /// Drives the loop until `task` is done or `keepsWaiting` says no.
  ///
  /// `keepsWaiting` is asked after every step and every poll. A new task makes its first step at once, ahead of the
  /// queue; if it ends without suspending, nothing else moves. A task that is done already advances nothing.
  package func runInForeground(
    _ task: TaskRecord, isNew: Bool = false, while keepsWaiting: () -> Bool,
    file: StaticString = #fileID, line: UInt = #line
  ) throws(DeadlockError) {
    skipsEmptyYields = false
    _ = try drive(task, isNew ? .new : .scheduled, Place(file: file, line: line), keepsWaiting)
  }

  /// Drives the loop until `task` is done.
  package func runInForeground(
    _ task: TaskRecord, isNew: Bool = false, file: StaticString = #fileID, line: UInt = #line
  ) throws(DeadlockError) {
    try runInForeground(task, as: isNew ? .new : .scheduled, Place(file: file, line: line))
  }

  /// Drives the loop until `task` is done; `stop()` and a deadlock are all that end the wait earlier.
  ///
  /// - Returns: Whether the task was done before the wait ended.
  @discardableResult
  func runInForeground(_ task: TaskRecord, as role: ForegroundRole, _ place: Place) throws(DeadlockError) -> Bool {
    skipsEmptyYields = true
    return try drive(task, role, place) { true }
  }

  /// How the foreground's task begins, and what becomes of it where the wait ends before it does.
  enum ForegroundRole {
    /// It keeps its place in the ready queue, and goes on in later waits.
    case scheduled
    /// It makes its first step at once, and goes on in later waits.
    case new
    /// It makes its first step at once, and ends with the wait.
    case ownedByWait
  }

  /// The one function that drives the loop; returns whether the task was done before the wait ended.
  private func drive(
    _ task: TaskRecord, _ role: ForegroundRole, _ place: Place, _ keepsWaiting: () -> Bool
  ) throws(DeadlockError) -> Bool {
    beginDriving(place, for: task)
    defer { endDriving() }
    emptyInbox()
    if role != .scheduled, !task.isDone, task.phase == .ready {
      ready.remove(task)
      startMeasuring()
      task.runFromQueue(in: self)
    }
    // A deadlock is described before the task that it names is ended.
    defer { if role == .ownedByWait, !task.isDone { endAlone(task) } }
    while !task.isDone, keepsWaiting() {
      try runPass(task, keepsWaiting)
      if stopsAfterPass { break }
    }
    return task.isDone
  }

  /// Cancels the task and runs its steps, and those of its child tasks, but no others: each of its waits throws, so that
  /// it mostly ends at once.
  ///
  /// A body that then awaits something else, an actor or a continuation, or calls `Task.yield` again and again, cannot
  /// be ended by anything. It is left to later waits, cancelled.
  private func endAlone(_ task: TaskRecord) {
    task.continue()
    task.cancel()
    for _ in 0..<EventLoop.roundsOfCleanUp {
      let own = ready.removeAll { $0.belongs(to: task) }
      if own.isEmpty { return }
      startMeasuring()
      for entry in own {
        entry._withUnsafeGuaranteedRef { $0.runFromQueue(in: self) }
      }
    }
  }

  /// A parent goes on one round after its children: so deeply may child tasks be nested that `endAlone` ends.
  private static let roundsOfCleanUp = 100

  /// One pass: what is due moves to the ready queue; what stands there then runs; with nothing ready, the loop sleeps in
  /// the kernel.
  private func runPass(_ task: TaskRecord, _ keepsWaiting: () -> Bool) throws(DeadlockError) {
    poll()
    if task.isDone || !keepsWaiting() { return }
    guard !ready.isEmpty else { return stopsAfterPass ? () : try waitUntilSomethingIsReady() }
    startMeasuring()
    // The count is read once: what these entries add to the queue waits for the next pass, after its poll. So a task
    // that adds work again and again holds up neither timers nor descriptors.
    for _ in 0..<ready.count {
      guard let entry = ready.popFirst() else { return }
      entry._withUnsafeGuaranteedRef { $0.runFromQueue(in: self) }
      if task.isDone || !keepsWaiting() { return }
    }
  }

  private func beginDriving(_ place: Place, for task: TaskRecord) {
    if let current = EventLoop.current { Misuse.foregroundInsideLoop(at: place, drivenFrom: current.place) }
    claimThread(place)
    platform_set_current_loop(Unmanaged.passUnretained(self).toOpaque())
    self.place = place
    foreground = task
  }

  private func endDriving() {
    foreground = nil
    stopsAfterPass = false
    time.standStill()
    platform_set_current_loop(nil)
  }

  /// The loop that this thread is driving.
  public static var current: EventLoop? {
    guard let pointer = platform_current_loop() else { return nil }
    return Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Moves due timers, then ready descriptors, to the end of the ready queue: what `sleep 0` does to them.
  package func poll() {
    emptyInbox()
    moveDueTimers()
    if poller.isWatching { poller.deliverReadiness(waiting: 0, in: self) }
  }

  /// `poll` for a task that computes. Where only such tasks are ready, does what else is done with nothing ready, except
  /// to sleep: a task that computes without end would keep it from ever being done.
  func pollForPass() {
    poll()
    guard ready.hasOnlyComputing else { return }
    if let perform = idleCall.take() { perform() }
    if time.isVirtual, passVirtualTime() { poll() }
  }

  private func moveDueTimers() {
    guard timers.nextDeadline != .max, !time.isCertainlyBefore(timers.nextDeadline) else { return }
    let now = time.read()
    while timers.nextDeadline <= now {
      timers.popFirst().deadlineIsOver(in: self)
    }
  }

  /// Sleeps until a deadline, a descriptor or another thread; in virtual time, jumps.
  private func waitUntilSomethingIsReady() throws(DeadlockError) {
    if let perform = idleCall.take() { return perform() }
    if time.isVirtual, passVirtualTime() { return }
    if !canBeWoken { throw DeadlockError(of: self) }
    sleepInTheKernel()
  }

  /// With nothing ready, virtual time jumps to the next deadline, or follows the real one; whether it has jumped.
  private func passVirtualTime() -> Bool {
    if followsRealTime || foregroundWaitsForTheWorld {
      time.follow()
      return false
    }
    time.standStill()
    if timers.nextDeadline == .max { return false }
    time.jump(to: timers.nextDeadline)
    return true
  }

  /// Calls `perform` once, when the loop runs and nothing is ready.
  package func whenNothingIsReady(_ perform: @escaping () -> Void) {
    idleCall = perform
  }

  private func sleepInTheKernel() {
    poller.open()
    guard fallAsleep() else { return }
    let deadline = timers.nextDeadline
    poller.deliverReadiness(waiting: deadline == .max ? -1 : max(0, deadline - time.now), in: self)
    wakeUp()
  }
}
