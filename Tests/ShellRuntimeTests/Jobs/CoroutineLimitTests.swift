import TestSupport
import Testing

@testable import ShellRuntime

/// A function that starts itself in the background for ever ends in errors, and not when there is no memory.
@Suite struct CoroutineLimitTests {
  @Test(arguments: ["f() { f & f & }; f", "f() { f | f; }; f", "f() { f | f & }; f"])
  func thereAreNoMoreThanTheLimit(_ definition: String) async throws {
    try await onOwnThread {
      let shell = InProcessShell(running: definition + " & :")
      shell.shell.coroutineLimit = 50
      let output = shell.observe(InProcessShell.parse("sleep 0; sleep 0; sleep 0; sleep 0; sleep 0; sleep 0; sleep 0"))
      #expect(output.contains { $0.hasSuffix(": more than 50 jobs and elements of pipelines at once") })
      #expect(shell.shell.loop.unfinishedTaskCount <= 52)
      #expect(shell.run(InProcessShell.parse("echo a; exit 3")) == ["exited 3"])
      _ = shell.shell.endCoroutines()
    }
  }
}
