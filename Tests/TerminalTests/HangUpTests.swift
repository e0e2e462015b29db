import Foundation
import TestSupport
import Testing

/// What becomes of a shell and its jobs when the terminal goes away and no SIGHUP comes, or comes after the read has
/// failed. A session without a controlling terminal is never sent one, so these cases do not depend on which is first.
@Suite struct HangUpTests {
  /// For a shell that edits lines, and for one that reads them as they are.
  private static let terminalTypes = ["xterm-256color", "dumb"]

  /// A line, and the text that is awaited after it.
  private typealias Line = (text: String, shows: String)

  /// Starts a job that writes the file `job` when it is told of the hang-up, and `ready` when it can be.
  private static func job(_ afterwards: String = "exit") -> Line {
    let action = "echo told >part; mv part job; \(afterwards)"
    let script = "trap \"\(action)\" HUP; trap exit TERM; echo $$ >pid; echo \"re\"ady; while :; do sleep 0.05; done"
    return ("sh -c '\(script)' &", "ready")
  }

  /// Starts a shell that writes its exit status into the file `status`, types `lines`, closes the terminal, and waits
  /// until the shell has ended and these files are there. Returns the contents of all files.
  private func files(
    _ terminalType: String, typing lines: [Line], until awaited: [String] = [],
    _ afterwards: @escaping @Sendable (_ home: String) throws -> Void = { _ in }
  ) async throws -> [String: String] {
    try await onOwnThread {
      let home = try TemporaryDirectory()
      let files = FileManager.default
      var environment = ShellUnderTest.meanwhile.environment(home: home.path)
      environment["TERM"] = terminalType
      environment["HISTFILE"] = home.path + "/history"
      let script = #""$@"; echo $? >end; mv end status"#
      let terminal = try PseudoTerminal(
        ["setsid", "--wait", "sh", "-c", script, "sh"] + ShellUnderTest.meanwhile.interactive,
        environment: environment, directory: home.path)
      try terminal.waitUntil("there is a prompt") { $0.text.hasSuffix("%") }
      for line in lines {
        try terminal.type(line.text + "\r")
        try terminal.waitFor(line.shows)
      }
      terminal.hangUp()
      for name in awaited + ["status"] {
        try terminal.waitUntilKernel("there is a file \(name)") { files.fileExists(atPath: home.path + "/" + name) }
      }
      try afterwards(home.path)
      try terminal.finish()
      return try Dictionary(
        uniqueKeysWithValues: files.contentsOfDirectory(atPath: home.path).map {
          ($0, try String(contentsOfFile: home.path + "/" + $0, encoding: .utf8))
        })
    }
  }

  @Test(arguments: terminalTypes)
  func jobsAreToldWhereReadingFindsTheTerminalGone(_ type: String) async throws {
    let files = try await files(type, typing: [Self.job()], until: ["job"])
    #expect(files["job"] == "told\n" && files["status"] == "129\n")
    if type != "dumb" { #expect(files["history"]?.contains("trap exit TERM") == true) }
  }

  @Test(arguments: terminalTypes)
  func stoppedJobsAreContinuedToo(_ type: String) async throws {
    let lines = [Self.job(), ("kill -STOP $!; wait $!; echo status $?", "status 147")]
    let files = try await files(type, typing: lines, until: ["job"])
    #expect(files["job"] == "told\n" && files["status"] == "129\n")
  }

  @Test(arguments: terminalTypes)
  func theTrapRunsOnceAndTheShellEndsAtTheEndOfItsInput(_ type: String) async throws {
    let line = "trap 'echo trapped >>trapped' HUP; trap 'exit 3' EXIT; set -o ignoreeof; echo \"re\"ady"
    let files = try await files(type, typing: [(line, "ready")])
    #expect(files["trapped"] == "trapped\n" && files["status"] == "3\n")
  }

  @Test(arguments: terminalTypes)
  func aShellThatIgnoresTheSignalLeavesItsJobsAlone(_ type: String) async throws {
    let lines = [Self.job(":"), ("trap '' HUP; echo \"ig\"nored", "ignored")]
    let files = try await files(type, typing: lines) { home in
      let text = try String(contentsOfFile: home + "/pid", encoding: .utf8)
      let process = try #require(Int32(text.dropLast()))
      // The job would act on a hang-up that it was told of before this.
      #expect(kill(process, SIGTERM) == 0)
    }
    #expect(files["job"] == nil && files["status"] == "0\n")
  }

  /// The document of a command that has only begun is not complete: `cat` must not write half of it.
  @Test(arguments: terminalTypes)
  func aCommandThatHasBegunIsNotRun(_ type: String) async throws {
    let lines = [("cat >half <<END", "\n>"), ("line", "\n> line\n>")]
    let files = try await files(type, typing: lines)
    #expect(files["half"] == nil && files["status"] == "129\n")
  }
}
