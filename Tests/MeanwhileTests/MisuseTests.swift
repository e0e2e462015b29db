import Testing

@testable import Meanwhile

/// What the compiler cannot see stops the program with a sentence.
@Suite struct MisuseTests {
  private func said(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func foregroundWaitFromInsideTheLoop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let loop = EventLoop(clock: .virtual)
      try loop.runInForeground { try loop.runInForeground { try await yield() } }
    }
    let text = said(result)
    #expect(
      text.contains("waits in the foreground from inside the loop (driven from MeanwhileTests/MisuseTests.swift:"))
    #expect(text.contains("inside the loop a task waits with `await`"))
  }

  @Test func loopDrivenFromTwoThreads() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let loop = EventLoop()
      try loop.runInForeground { try await yield() }
      let other = EventLoop()
      try other.runInForeground(other.callInBackground { try loop.runInForeground { try await yield() } })
    }
    #expect(said(result).contains("drives a loop that belongs to another thread"))
    #expect(said(result).contains("MeanwhileTests/MisuseTests.swift:"))
  }

  @Test func waitingOutsideOfALoop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try await sleep(for: .seconds(1))
    }
    #expect(said(result).contains("sleep(for:) was called outside of a loop's task"))
  }

  @Test func waitingInATaskThatBelongsToNoLoop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try EventLoop().runInForeground {
        try await Task.immediate { try await yield() }.value
      }
    }
    #expect(said(result).contains("yield() was called outside of a loop's task"))
  }

  @Test func foregroundWaitForAnotherLoopsTask() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let task = EventLoop().schedule { 1 }
      try EventLoop().runInForeground(task)
    }
    #expect(said(result).contains("waits in the foreground for another loop's task"))
    #expect(said(result).contains("MeanwhileTests/MisuseTests.swift:"))
  }

  @Test func clockMovedOnAStrangeThread() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let loop = EventLoop(clock: .virtual)
      try loop.runInForeground { try await yield() }
      try loop.runInForeground(loop.callInBackground { loop.advance(by: .seconds(1)) })
    }
    #expect(said(result).contains("advance(by:) was used on a thread that its loop does not belong to"))
  }

  @Test func connectionUsedOnAStrangeThread() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let loop = EventLoop()
      let listener = try Listener(on: loop)
      try loop.runInForeground { try await yield() }
      try loop.runInForeground(loop.callInBackground { listener.close() })
    }
    #expect(said(result).contains("Listener was used on a thread that its loop does not belong to"))
  }
}
