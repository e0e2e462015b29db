/// The rules that only a run can show to be broken: the program stops with a sentence that says which, and where.
enum Misuse {
  static func foregroundInsideLoop(at place: EventLoop.Place, drivenFrom outer: EventLoop.Place?) -> Never {
    let driver = outer.map { " (driven from \($0.file):\($0.line))" } ?? ""
    stop(
      "\(place.file):\(place.line) waits in the foreground from inside the loop\(driver); "
        + "inside the loop a task waits with `await`")
  }

  static func drivenFromTwoThreads(at place: EventLoop.Place) -> Never {
    stop(
      "\(place.file):\(place.line) drives a loop that belongs to another thread; "
        + "make one loop for each thread, or schedule the work from here")
  }

  static func foreignTask(at place: EventLoop.Place) -> Never {
    stop(
      "\(place.file):\(place.line) waits in the foreground for another loop's task; "
        + "drive the loop that has scheduled it")
  }

  static func outsideOfLoop(_ what: StaticString) -> Never {
    stop("\(what) was called outside of a loop's task; only code that a loop runs can wait on that loop")
  }

  static func wrongThread(_ what: StaticString) -> Never {
    stop("\(what) was used on a thread that its loop does not belong to; go there with `callSoon` or `schedule`")
  }

  private static func stop(_ sentence: String) -> Never {
    fatalError(sentence)
  }
}
