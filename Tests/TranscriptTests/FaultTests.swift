import Foundation
import Platform
import TestSupport
import Testing

/// Each call of the kernel that a script makes fails once: the shell says so in one line or does without, and goes on.
/// Only the debug executable can inject faults.
@Suite struct FaultTests {
  /// What can go wrong with a call.
  struct Fault: Sendable, CustomTestStringConvertible {
    let call: SystemCall
    let error: String

    var testDescription: String { "\(call) \(error)" }
  }

  static let faults = [
    Fault(call: .open, error: "EMFILE"), Fault(call: .dup, error: "EMFILE"), Fault(call: .pipe, error: "ENFILE"),
    Fault(call: .read, error: "EIO"), Fault(call: .read, error: "EINTR"), Fault(call: .write, error: "ENOSPC"),
    Fault(call: .write, error: "EINTR"), Fault(call: .spawn, error: "EAGAIN"), Fault(call: .exec, error: "ENOMEM"),
    Fault(call: .setpgid, error: "EPERM"), Fault(call: .tcsetpgrp, error: "EIO"),
    Fault(call: .waitpid, error: "EINTR"), Fault(call: .epoll, error: "ENOMEM"),
    Fault(call: .epollWait, error: "EINTR"), Fault(call: .chdir, error: "EIO"),
    Fault(call: .eventfd, error: "EMFILE"), Fault(call: .thread, error: "EAGAIN"), Fault(call: .tee, error: "ENOMEM"),
    Fault(call: .standIn, error: "EAGAIN"), Fault(call: .memfd, error: "EMFILE"), Fault(call: .close, error: "EINTR"),
    Fault(call: .close, error: "EIO"),
  ]

  /// Every kind of command that asks the kernel for something. It ends with a table that is empty.
  static let script = """
    /bin/echo program
    /bin/echo a | /bin/cat | while read x; do echo "read $x"; done
    echo text >file
    /bin/cat <<END | { read x; echo "$x"; }
    here
    END
    x=$(/bin/echo substituted); echo "$x"
    (cd /; /bin/pwd)
    /bin/sleep 50 &
    { read y; echo "got $y"; } <file &
    : $!
    jobs >/dev/null
    wait %2
    kill %1
    call sleep 0.001
    wait
    jobs
    trap '/bin/echo end; exit 0' EXIT

    """

  /// How often the shell is run for a fault, with a later call failing each time, until none does.
  private static let limit = 60

  @Test(arguments: faults) func oneCallFails(_ fault: Fault) async throws {
    let expected = try await run(nil)
    #expect(expected.diagnostics.isEmpty && expected.end == .exited(0), "\(expected)")
    var unharmed = 0
    // What is over with the end of the input is still asked for: a few calls in a row change nothing.
    for number in 1...Self.limit where unharmed < 3 {
      let result = try await run("\(fault.call):\(number):\(fault.error)")
      if let complaint = Self.complaint(about: result) {
        Issue.record("\(fault.call):\(number):\(fault.error): \(complaint)")
      }
      let isHarmless = result.output == expected.output && result.diagnostics.isEmpty
      if fault.error == "EINTR" { #expect(isHarmless, "\(fault.call):\(number): \(result)") }
      unharmed = isHarmless ? unharmed + 1 : 0
    }
  }

  /// Where no process can be made in which coroutines go on, they end with the shell, which says so.
  @Test func coroutinesEndWhereNoProcessGoesOn() async throws {
    let list = "{ trap 'echo cleaned up' EXIT; sleep 9; } & sleep 0; "
    for (end, output) in [("exit 3", "cleaned up\n"), ("exec sh -c 'echo replaced; exit 3'", "cleaned up\nreplaced\n")]
    {
      let result = try await run("successor:1+:EAGAIN", "set -o posix; \(list)\(end)")
      #expect(String(decoding: result.output, as: UTF8.self) == output)
      #expect(result.end == .exited(3))
      let errors = String(decoding: result.diagnostics, as: UTF8.self)
      #expect(errors == "meanwhile: 1 coroutine cannot go on: no process for that: resource temporarily unavailable\n")
      #expect(result.leftovers.isEmpty)
    }
  }

  private func run(_ fault: String?, _ script: String = script) async throws -> ScriptResult {
    try await onOwnThread {
      let home = try TemporaryDirectory()
      try home.write(script, to: "script")
      var environment = ShellUnderTest.meanwhile.environment(home: home.path)
      environment["MEANWHILE_FAULTS"] = fault
      return try Captured.run(
        [ShellUnderTest.meanwhile.path, "-m", "./script"], environment: environment, directory: home.path)
    }
  }

  /// Why a result is not that of a shell that went on.
  private static func complaint(about result: ScriptResult) -> String? {
    let errors = String(decoding: result.diagnostics, as: UTF8.self)
    let lines = errors.split(separator: "\n")
    if !result.leftovers.isEmpty { return "left behind: \(result.leftovers)" }
    if lines.contains(where: { !$0.hasPrefix("meanwhile: ") }) { return "says: \(errors)" }
    // Who cannot start, or cannot say its last word, says that; everybody else gets to the end.
    let end = String(decoding: result.output, as: UTF8.self).hasSuffix("end\n")
    if !end, lines.count != 1 { return "did not get to the end: \(errors)" }
    if case .signaled = result.end { return "\(result.end): \(errors)" }
    return nil
  }
}
