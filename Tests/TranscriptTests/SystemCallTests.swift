import CTestSupport
import Foundation
import TestSupport
import Testing

/// In a sandbox the kernel refuses calls for ever: the shell says so or does without, and never crashes or hangs.
///
/// The filter also ends a shell that would signal every process of the machine, which is what `kill` does for a process
/// ID that a refusal was taken for.
@Suite struct SystemCallTests {
  /// One call, and what the kernel answers to it.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let call: String
    let error: Int32

    var testDescription: String { "\(call) \(error == EPERM ? "EPERM" : "ENOSYS")" }
  }

  static let refusals: [Refusal] = {
    var names: [String] = []
    while let name = testSystemCallName(Int32(names.count)) { names.append(String(cString: name)) }
    return names.flatMap { [Refusal(call: $0, error: EPERM), Refusal(call: $0, error: ENOSYS)] }
  }()

  /// Where a refusal is no error by the rules of the language, and so is not reported.
  private static let silent = [
    "getdents64": "a pattern stays as it is where its directory cannot be read",
    "getppid": "PPID is unset",
    "getcwd": "what remains unknown then is the path of a program's own directory",
  ]

  /// Every kind of command that asks the kernel for something.
  private static let script = """
    /bin/echo program
    /bin/echo text >file; /bin/cat <file
    /bin/echo piped | /bin/cat | while read x; do echo "read $x"; done
    (cd /; pwd; /bin/pwd)
    x=$(echo sub; /bin/echo stitute); echo "$x"
    /bin/cat <<END
    here
    END
    read x <<END
    document
    END
    echo "$x"
    echo f*e sc*t
    here=$PWD; mkdir -p folder; cd folder; cd ..; test "$PWD" = "$here" && echo back
    umask; umask 027; umask; : >new
    trap 'echo trapped' USR1 && kill -USR1 $$; echo signalled
    /bin/echo background & wait
    { sleep 0.001; echo slept; } & sleep 0.02; wait
    sleep 0.02 | { sleep 0.001; echo elements; }
    "$SH" --virtual-time -c '{ sleep 1000; echo far; } & sleep 3000; wait'
    ulimit -n >/dev/null; times >/dev/null; test -w . && test -f file && echo tests
    exec 3>three; echo 3 >&3; exec 3>&-; read x <three; echo "$x"
    call echo thread; wait
    mkfifo fifo && { echo through >fifo & read x <fifo; echo "$x"; wait; }
    (exec /bin/echo executed)
    /bin/sleep 1 & kill $!; wait $!; echo $?
    timeout 0.01 sleep 3; echo $?
    echo "${PPID+parent}"
    trap 'echo end' EXIT

    """

  @Test func theScriptSaysWhatIsExpected() async throws {
    let expected = try await run(nil)
    #expect(expected.diagnostics.isEmpty && expected.end == .exited(0), "\(Self.text(expected.diagnostics))")
    #expect(Self.text(expected.output).hasSuffix("parent\nend\n"))
    #expect(Self.refusals.count >= 150)
  }

  @Test(arguments: refusals) func oneCallIsRefused(_ refusal: Refusal) async throws {
    let expected = try await run(nil)
    let result = try await run(refusal)
    if let complaint = Self.complaint(about: result, expected, refusal) {
      Issue.record("\(complaint)\nit wrote: \(Self.text(result.output))\n\(Self.text(result.diagnostics))")
    }
  }

  @Test func theMaskIsReadElsewhereAndLeftAlone() async throws {
    let script = "umask; umask -S; umask 077; : >file; ls -l file | cut -c1-10; umask g-w; umask"
    let result = try await run(Refusal(call: "umask", error: EPERM), script: script)
    #expect(Self.text(result.output) == "0022\nu=rwx,g=rx,o=rx\n-rw-r--r--\n0022\n")
    #expect(Self.text(result.diagnostics) == "meanwhile: ./script:1:18: umask: 077: operation not permitted\n")
  }

  @Test func theProcessIDIsReadElsewhere() async throws {
    let script = "test $$ -gt 0 && kill -0 $$ && echo own; trap 'echo trapped' USR1; kill -USR1 $$; echo ${PPID-unset}"
    let result = try await run(Refusal(call: "getpid", error: EPERM), script: script)
    #expect(Self.text(result.output).hasPrefix("own\ntrapped\n"))
    let orphan = try await run(Refusal(call: "getppid", error: EPERM), script: script)
    #expect(Self.text(orphan.output) == "own\ntrapped\nunset\n")
  }

  @Test func processorTimeThatIsNotKnownIsNotZero() async throws {
    let script = "time -p :; time :; times || echo $?"
    let result = try await run(Refusal(call: "getrusage", error: EPERM), script: script)
    let lines = Self.text(result.diagnostics).split(separator: "\n")
    #expect(
      lines.filter { $0.contains("unknown") } == ["user unknown", "sys unknown", "user\tunknown", "sys\tunknown"])
    #expect(lines.last == "meanwhile: ./script:1:20: times: the processor time: operation not permitted")
    #expect(Self.text(result.output) == "1\n")
  }

  /// Without `tee` the shell cannot look at what a pipe holds, and must not take more than its line.
  @Test(arguments: [EPERM, ENOSYS, EINVAL]) func aPipeIsReadByteByByteElsewise(_ error: Int32) async throws {
    let script = """
      printf '%s\\n' one two three | "$SH" -c 'read x; echo "$x"; /bin/cat'
      /bin/echo four | while read x; do echo "$x"; done
      /usr/bin/printf '%s\\n' five six seven | { read x; read y; echo "$y $x"; /bin/cat; }
      """
    let result = try await run(Refusal(call: "tee", error: error), script: script)
    #expect(Self.text(result.output) == "one\ntwo\nthree\nfour\nsix five\nseven\n")
    #expect(Self.text(result.diagnostics) == "")
  }

  @Test func aLoopThatCannotPollSleepsNevertheless() async throws {
    let refusals = ["epoll_create1", "ppoll"].map { Refusal(call: $0, error: EPERM) }
    let result = try await run(refusals[0], and: refusals[1], script: "time -p sleep 1; echo on")
    let figures = Self.text(result.diagnostics).split(separator: "\n").compactMap { line in
      line.split(separator: " ").last.flatMap { Double($0) }
    }
    #expect(Self.text(result.output) == "on\n" && figures.count == 3)
    #expect(figures[0] >= 1 && figures[1] + figures[2] < 0.1)
  }

  @Test func signalsThatCannotBeHandledAreReported() async throws {
    let result = try await run(Refusal(call: "rt_sigaction", error: EPERM), script: "set -m; echo $?; echo on")
    #expect(Self.text(result.output) == "1\non\n")
    #expect(
      Self.text(result.diagnostics) == """
        meanwhile: signals: operation not permitted
        meanwhile: ./script:1:1: set: signals: operation not permitted

        """)
  }

  @Test func theFilterEndsASignalToEveryProcess() async throws {
    let result = try await run(Refusal(call: "splice", error: EPERM), script: "kill -0 -- -1")
    #expect(result.end == .signaled(SIGSYS))
  }

  private func run(
    _ refusal: Refusal?, and other: Refusal? = nil, script: String = script
  ) async throws -> ScriptResult {
    try await onOwnThread {
      let home = try TemporaryDirectory()
      try home.write(script, to: "script")
      var environment = ShellUnderTest.meanwhile.environment(home: home.path)
      let shell = ShellUnderTest.meanwhile.path
      environment["SH"] = shell
      environment["SWIFT_BACKTRACE"] = "enable=no"
      let filter = (shell as NSString).deletingLastPathComponent + "/SystemCallFilter"
      let prefix = [refusal, other].compactMap(\.self).flatMap { [filter, $0.call, "\($0.error)"] }
      return try Captured.run(prefix + [shell, "./script"], environment: environment, directory: home.path)
    }
  }

  /// Why a result is not that of a shell that copes.
  private static func complaint(
    about result: ScriptResult, _ expected: ScriptResult, _ refusal: Refusal
  ) -> String? {
    guard case .exited(let status) = result.end else { return "\(result.end)" }
    if status == 99 { return "the filter could not be set" }
    if !result.leftovers.isEmpty { return "left behind: \(result.leftovers)" }
    let lines = text(result.diagnostics).split(separator: "\n")
    let programs = ["meanwhile: ", "/bin/", "mkdir: ", "mkfifo: ", "sleep: "]
    if let line = lines.first(where: { line in !programs.contains { line.hasPrefix($0) } }) {
      return "an unexpected line: \(line)"
    }
    let isAsUsual = result.output == expected.output && status == 0
    return isAsUsual || !lines.isEmpty || silent[refusal.call] != nil ? nil : "says nothing"
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
