import Glibc
import SystemPackage
import Testing

@testable import Meanwhile

/// The system clock, and how the virtual one goes.
@Suite struct ClockTests {
  let log = TestLog()

  @Test func virtualTimeJumpsToTheNextDeadline() throws {
    let loop = EventLoop(clock: .virtual)
    try loop.runInForeground { try await sleep(for: .seconds(1_000_000)) }
    #expect(loop.now.nanoseconds == 1_000_000_000_000_000)
  }

  @Test func virtualTimeFollowsTheRealOneWhileTheForegroundWaitsForAThread() throws {
    let loop = EventLoop(clock: .virtual)
    // It ends after the third tick, however late it and the loop come to run.
    let thread = loop.callInBackground { [log] in
      while log.count < 3 { blockThread(milliseconds: 1) }
    }
    _ = loop.schedule { [log] in
      while true {
        log.write("tick")
        try await sleep(for: .milliseconds(20))
      }
    }
    let waiter = loop.schedule { try await thread.value }
    let real = try ContinuousClock().measure { try loop.runInForeground(waiter) }
    let elapsed = loop.now.nanoseconds
    #expect(elapsed >= 40_000_000)
    #expect(real >= .milliseconds(40))
    // It stands still again.
    blockThread(milliseconds: 2)
    #expect(loop.now.nanoseconds == elapsed)
  }

  @Test func virtualTimeFollowsTheRealOneWhileTheForegroundWaitsForADescriptor() throws {
    let loop = EventLoop(clock: .virtual)
    let (reader, writer) = try FileDescriptor.pipe()
    defer { for end in [reader, writer] { try? end.close() } }
    #expect(
      try loop.runInForeground { try await waitUntilReadable(reader, limit: .milliseconds(10)) } == false)
    #expect(loop.now.nanoseconds >= 10_000_000)
    #expect(loop.now.nanoseconds < 10_000_000_000)
  }

  @Test func backgroundThreadDoesNotHoldVirtualTime() throws {
    let loop = EventLoop(clock: .virtual)
    let release = TestLog()
    let thread = loop.callInBackground { while release.count == 0 { blockThread(milliseconds: 1) } }
    try loop.runInForeground { try await sleep(for: .seconds(3600)) }
    #expect(loop.now.nanoseconds == 3_600_000_000_000)
    release.write("go")
    try loop.runInForeground(thread)
  }

  @Test func advancingTheSystemClockDoesNothing() {
    let loop = EventLoop()
    let before = loop.now
    loop.advance(by: .seconds(1000))
    #expect(before.duration(to: loop.now) < .seconds(500))
  }

  @Test func systemClockSleepsAtLeastAsLongAsAsked() throws {
    let loop = EventLoop()
    let start = loop.now
    try loop.runInForeground { try await sleep(for: .microseconds(1500)) }
    #expect(start.duration(to: loop.now) >= .microseconds(1500))
  }

  @Test func loopClockIsAClock() throws {
    let loop = EventLoop(clock: .virtual)
    try loop.runInForeground { [clock = loop.clock] in
      try await clock.sleep(until: clock.now.advanced(by: .seconds(5)), tolerance: nil)
    }
    #expect(loop.clock.now.nanoseconds == 5_000_000_000)
  }

  @Test func negativeSleepIsTheSingleStep() throws {
    let loop = EventLoop(clock: .virtual)
    _ = loop.schedule { [log] in log.write("stepped") }
    try loop.runInForeground { try await sleep(for: .seconds(-5)) }
    #expect(log.take() == ["stepped"])
    #expect(loop.now.nanoseconds == 0)
  }

  @Test func durationsBecomeNanoseconds() {
    let expected: [(Duration, Int64)] = [
      (.nanoseconds(1), 1), (.zero, 0), (.seconds(-1), -1_000_000_000), (.milliseconds(1500), 1_500_000_000),
      (.seconds(Int64.max), .max), (Duration(secondsComponent: 0, attosecondsComponent: 1), 1),
    ]
    for (duration, nanoseconds) in expected { #expect(duration.wholeNanoseconds == nanoseconds) }
  }

  @Test func instantsSaturate() {
    #expect(LoopInstant(nanoseconds: 5).advanced(by: .seconds(Int64.max)) == .distantFuture)
    #expect(LoopInstant(nanoseconds: 5).duration(to: LoopInstant(nanoseconds: 7)) == .nanoseconds(2))
  }
}
