/// What is to happen when a task or a future is done.
enum Observer {
  /// A parked task, which goes on.
  case waiter(Waiter)
  /// One of several that are waited for together.
  case countdown(Countdown)
  /// A callback, which goes to the ready queue: it never runs inside the call that makes something done.
  case call(() -> Void)

  func tell(in loop: EventLoop) {
    switch self {
    case .waiter(let waiter): waiter.wake(.woken, in: loop)
    case .countdown(let countdown): countdown.oneIsDone(in: loop)
    case .call(let perform): Callback(perform).makeReady(in: loop)
    }
  }

  func isSame(as other: Observer) -> Bool {
    if case .waiter(let waiter) = other { isWaiter(waiter) } else { false }
  }

  func isWaiter(_ other: Waiter) -> Bool {
    if case .waiter(let waiter) = self { waiter === other } else { false }
  }

  func isCountdown(_ other: Countdown) -> Bool {
    if case .countdown(let countdown) = self { countdown === other } else { false }
  }
}
