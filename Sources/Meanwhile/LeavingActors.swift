import CPlatform

/// Waits away from the actor whose code runs, where the task belongs: on its loop.
///
/// An actor's code may run on whichever thread the actor was left to, another loop's for example, and it goes on only
/// when the actor is free. So a wait leaves the actor to others, and the Swift runtime brings the task back to it.
///
/// Stops the program where `caller` was not called by a task of a loop; without one, any Swift task may wait.
@concurrent
@inline(never)
func leavingTheActor<Success: Sendable>(
  _ caller: StaticString?, _ wait: @Sendable () async throws -> Success
) async throws -> Success {
  EventLoop.requireOwnTask(caller)
  return try await wait()
}

/// Whether an actor's code is what runs.
///
/// A call, because the compiler (6.3) does not get through a comparison of `#isolation` with nil.
@inline(__always)
func runsOnAnActor(_ isolation: isolated (any Actor)? = #isolation) -> Bool { isolation != nil }

extension EventLoop {
  /// Whether the code that runs is not in a step of its own task on its loop, or is an actor's: where it has to be left
  /// before a wait begins.
  @inline(__always)
  static func runsElsewhere(_ isolation: isolated (any Actor)? = #isolation) -> Bool {
    isolation != nil || !runsOwnTask
  }

  /// `runsElsewhere`, for what is inlined into other modules.
  @usableFromInline
  static func runsElsewhereThan(_ isolation: isolated (any Actor)?) -> Bool { runsElsewhere(isolation) }

  /// Whether the Swift task that runs is that of the loop's current task, or a child of it.
  static var runsOwnTask: Bool {
    guard let pointer = platform_current_loop() else { return false }
    return Unmanaged<EventLoop>.fromOpaque(pointer)._withUnsafeGuaranteedRef { loop in
      loop.running?._withUnsafeGuaranteedRef { $0.isCurrent(platform_current_swift_task()) || $0.isParentOfCurrent }
        ?? false
    }
  }

  /// Stops the program where a `caller` was not called by a task of this thread's loop.
  ///
  /// Never inlined: the compiler leaves out a hop to an executor that nothing needs before the next `await`, though what
  /// is awaited stays where it is called.
  @inline(never)
  static func requireOwnTask(_ caller: StaticString?) {
    if let caller, !runsOwnTask { Misuse.outsideOfLoop(caller) }
  }
}

extension TaskRecord {
  /// Whether the Swift task that runs is a child: its executor is this.
  final var isParentOfCurrent: Bool {
    withUnsafeCurrentTask { $0?.unownedTaskExecutor == asUnownedTaskExecutor() }
  }
}
