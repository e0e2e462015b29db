import TestSupport
import Testing

@testable import ShellRuntime

/// What arrives while a machine runs another one on its stack: the inner one asks first, and it is for the outer one.
@Suite struct NestedRunTests {
  /// Commands whose execution runs another machine: for `PS4`, a part, a background list that is probed.
  @Test(arguments: [": traced", "collect :", ": x$(:) & :"])
  func aStopReachesTheLine(_ command: String) async throws {
    try await onOwnThread {
      let shell = InProcessShell(running: command == ": traced" ? "PS4='$(:)+ '; set -x" : ":")
      shell.shell.main.machine.breakpoint = Breakpoint(after: 0) { machine in
        let shell = machine.shell
        shell.perform { shell.receive(.keyboardStop) }
        return .next
      }
      #expect(shell.run(InProcessShell.parse(command)) == ["stopped"])
    }
  }
}
