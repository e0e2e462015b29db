import Foundation
import Meanwhile
import Testing

/// The programs of the page `Examples`: they compile, they run, and they are the page's, character by character.
@Suite struct ExamplesTests {
  @Test func callingAsyncCodeFromACommandLineTool() throws {
    #expect(try fetchBoth() == ["first is here", "second is here"])
  }

  @Test func testingWithTheVirtualClock() throws {
    #expect(try countReminders() == 5)
  }

  @Test func workerThreadBesideTheLoop() throws {
    let (sum, dots) = try sumWithProgress()
    #expect(sum == 500_000_500_000)
    #expect(dots >= 1)
  }

  @Test func pageShowsThisCode() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../..").standardizedFileURL
    let page = try String(
      contentsOf: root.appendingPathComponent("Sources/Meanwhile/Meanwhile.docc/Examples.md"), encoding: .utf8)
    let here = try String(contentsOfFile: #filePath, encoding: .utf8)
    let blocks = page.components(separatedBy: "```swift\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    #expect(blocks.count == 3)
    for block in blocks { #expect(here.contains(block)) }
  }
}

func fetchBoth() throws -> [String] {
  let loop = EventLoop()
  defer { loop.cancelAll() }
  let names = ["first", "second"]
  let loads = names.map { name in
    loop.schedule(name: name) { try await load(name) }
  }
  return try loads.map { try loop.runInForeground($0) }
}

func load(_ name: String) async throws -> String {
  try await sleep(for: .milliseconds(5))
  return "\(name) is here"
}

func remind(every interval: Duration, _ remind: @Sendable () -> Void) async throws {
  while true {
    try await sleep(for: interval)
    remind()
  }
}

func countReminders() throws -> Int {
  let loop = EventLoop(clock: .virtual)
  defer { loop.cancelAll() }
  let reminders = Channel<Void>(on: loop)
  loop.schedule {
    try await remind(every: .seconds(600)) { reminders.send(()) }
  }
  loop.run(until: loop.now.advanced(by: .seconds(3600)))
  return reminders.count
}

func sumWithProgress() throws -> (sum: Int, dots: Int) {
  let loop = EventLoop()
  defer { loop.cancelAll() }
  let dots = Channel<Void>(on: loop)
  let sum = loop.callInBackground { (1...1_000_000).reduce(0, +) }
  loop.schedule {
    while true {
      dots.send(())
      try await sleep(for: .milliseconds(1))
    }
  }
  let result = try loop.runInForeground { try await withTimeout(.seconds(60)) { try await sum.value } }
  return (result, dots.count)
}
