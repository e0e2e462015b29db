import Glibc

@testable import Meanwhile

/// Lines that the tasks of a test write, in the order in which they wrote them.
final class TestLog: Sendable {
  private let storage = Locked<[String]>([])

  func write(_ line: some CustomStringConvertible) {
    storage.withLock { $0.append(line.description) }
  }

  var count: Int { storage.withLock(\.count) }

  /// What was written since the last call.
  func take() -> [String] {
    storage.withLock { lines in
      defer { lines = [] }
      return lines
    }
  }
}

/// Counts from 0, one line each second, as the shell's `tick` does; ends when it is cancelled.
func tick(_ log: TestLog, count: Int = .max, every interval: Int64 = 1_000_000_000) async {
  guard let loop = EventLoop.current else { return }
  for number in 0..<count {
    log.write(number)
    if await park(.timer(LoopInstant(nanoseconds: loop.now.nanoseconds + interval))) == .cancelled { return }
  }
  log.write("Finishing")
}

extension EventLoop {
  /// A foreground sleep, as a shell's command is: a new task that takes its first step at once.
  func sleepInForeground(seconds: Double) throws {
    let task = start(name: "sleep") {
      guard let loop = EventLoop.current else { return }
      _ = await park(
        seconds <= 0 ? .step : .timer(loop.now.advanced(by: .seconds(seconds))))
    }
    try runInForeground(task, isNew: true)
  }
}

/// Blocks the calling thread, as code does that knows nothing of loops.
func blockThread(milliseconds: UInt32) {
  usleep(milliseconds * 1000)
}

/// A value that a task learns after it was made.
final class TestCell<Value: Sendable>: Sendable {
  private let storage = Locked<Value?>(nil)

  var value: Value? {
    get { storage.withLock { $0 } }
    set { storage.withLock { $0 = newValue } }
  }
}
