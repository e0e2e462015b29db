import Foundation
import TestSupport
import Testing

/// The harness names the test that failed, and finds what a test has left behind.
@Suite struct OwnThreadTests {
  @Test func expectationsThatFailOnAnOwnThreadNameTheTest() async throws {
    #expect(Test.current?.name == "expectationsThatFailOnAnOwnThreadNameTheTest()")
    #expect(try await onOwnThread { Test.current?.name } == Test.current?.name)
  }

  @Test(arguments: [1]) func expectationsThatFailOnAnOwnThreadNameTheArguments(_: Int) async throws {
    #expect(try await onOwnThread { Test.Case.current?.isParameterized } == true)
  }

  /// Blocking work would hold the threads that tasks share, and these never end.
  @Test func theThreadOfAWorkEndsWithIt() async throws {
    let files = FileManager.default
    let thread = try await onOwnThread {
      try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
    }
    let deadline = ContinuousClock.now + .seconds(20)
    while files.fileExists(atPath: "/proc/" + thread), ContinuousClock.now < deadline { await Task.yield() }
    #expect(!files.fileExists(atPath: "/proc/" + thread))
  }

  private static let untilItSleeps = " until test \"$(cat /proc/$!/comm)\" = sleep; do :; done"

  /// Runs a script that leaves something behind, and returns what is found of it.
  private func left(by script: String, limit: Duration = .zero) async throws -> [String] {
    try await onOwnThread {
      let started = StartedProcesses()
      return try StartedProcesses.$current.withValue(started) {
        let home = try TemporaryDirectory()
        let environment = ShellUnderTest.dash.environment(home: home.path)
        _ = try Captured.run(["dash", "-c", script], environment: environment, directory: home.path)
        return started.drain(limit: limit).map(\.command)
      }
    }
  }

  @Test func processesWithASessionOfTheirOwnAreFoundByTheirHome() async throws {
    #expect(try await left(by: "cd /; setsid sleep 1001 &" + Self.untilItSleeps) == ["sleep 1001"])
  }

  @Test func processesWithASessionOfTheirOwnAreFoundByTheirDirectory() async throws {
    #expect(try await left(by: "setsid env -i /bin/sleep 1002 &" + Self.untilItSleeps) == ["/bin/sleep 1002"])
  }

  @Test func whatHasEndedIsNotLeft() async throws {
    #expect(try await left(by: "setsid true & wait", limit: .seconds(20)) == [])
  }

  @Test func aProgramThatIsMissingFailsWithASentence() async throws {
    let failure = await #expect(throws: SystemError.self) {
      try await onOwnThread { try Captured.run(["no-such-shell"], environment: [:], directory: "/") }
    }
    #expect(failure?.description.contains("start no-such-shell (`make deps` installs") == true)
  }
}
