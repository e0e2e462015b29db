import CPlatform
import SystemPackage

extension EventLoop {
  /// Drives the loop until `task` is done or `keepsWaiting` says no.
  ///
  /// `keepsWaiting` is asked after every step and every poll. A new task takes its first step at once, ahead of the
  /// queue; if it ends without suspending, nothing else moves. A task that is done already advances nothing.
  package func runInForeground(
    _ task: TaskRecord, isNew: Bool = false, while keepsWaiting: () -> Bool,
    file: StaticString = #fileID, line: UInt = #line
  ) throws(DeadlockError) {
    try drive(task, isNew, Place(file: file, line: line), isAsked: true, keepsWaiting)
  }

  /// Drives the loop until `task` is done.
  package func runInForeground(
    _ task: TaskRecord, isNew: Bool = false, file: StaticString = #fileID, line: UInt = #line
  ) throws(DeadlockError) {
    try drive(task, isNew, Place(file: file, line: line), isAsked: false) { true }
  }

  /// The one function that drives the loop.
  private func drive(
    _ task: TaskRecord, _ isNew: Bool, _ place: Place, isAsked: Bool, _ keepsWaiting: () -> Bool
  ) throws(DeadlockError) {
    beginDriving(place, for: task)
    staysAhead = !isAsked
    defer { endDriving() }
    emptyInbox()
    if isNew, !task.isDone, task.phase == .ready {
      ready.remove(task)
      startMeasuring()
      task.take(in: self)
    }
    while !task.isDone, keepsWaiting() {
      try runPass(task, keepsWaiting)
      if stopsAfterPass { return }
    }
  }

  /// One pass: what is due moves to the queue; what stands there then takes its turns; with nothing ready, the loop
  /// sleeps in the kernel.
  private func runPass(_ task: TaskRecord, _ keepsWaiting: () -> Bool) throws(DeadlockError) {
    poll()
    if task.isDone || !keepsWaiting() { return }
    guard !ready.isEmpty else { return stopsAfterPass ? () : try waitUntilSomethingIsReady() }
    startMeasuring()
    for _ in 0..<ready.count {
      guard let turn = ready.popFirst() else { return }
      turn._withUnsafeGuaranteedRef { $0.take(in: self) }
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
    if poller.isWatching { poller.wait(nanoseconds: 0, in: self) }
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
    if time.isVirtual {
      if foregroundWaitsForTheWorld {
        time.follow()
      } else {
        time.standStill()
        if timers.nextDeadline != .max { return time.jump(to: timers.nextDeadline) }
      }
    }
    if !canBeWoken { throw DeadlockError(of: self) }
    sleepInTheKernel()
  }

  /// Calls `perform` once, when the loop runs and nothing is ready.
  package func whenNothingIsReady(_ perform: @escaping () -> Void) {
    idleCall = perform
  }

  private func sleepInTheKernel() {
    poller.open()
    guard fallAsleep() else { return }
    let deadline = timers.nextDeadline
    poller.wait(nanoseconds: deadline == .max ? -1 : max(0, deadline - time.now), in: self)
    wakeUp()
  }
}
