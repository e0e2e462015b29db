/// Wakes one waiter when so many of the tasks that it waits for are done.
final class Countdown {
  private var remaining: Int
  var waiter: Waiter?

  init(from count: Int) {
    remaining = count
  }

  var isOver: Bool { remaining <= 0 }

  func oneIsDone(in loop: EventLoop) {
    remaining -= 1
    if remaining == 0 { waiter?.wake(.woken, in: loop) }
  }
}
