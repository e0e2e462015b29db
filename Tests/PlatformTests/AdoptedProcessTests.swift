import ByteStrings
import SystemPackage
import TestSupport
import Testing

@testable import Platform

/// What tells of a process after its parent has become another one, and stand-ins that live on.
@Suite struct AdoptedProcessTests {
  private static func start(_ script: String) throws -> ProcessID {
    let arguments = CStringArray(["sh", "-c", ByteString(script)])
    return try SpawnRequest(path: "/bin/sh", arguments: arguments, environment: CStringArray([])).spawn()
  }

  /// Waits for the end without a wait as of a parent.
  private static func end(of process: AdoptedProcess) throws -> ChildChange {
    _ = try process.descriptor.blockUntilReady(.reading, milliseconds: -1)
    return try #require(process.end())
  }

  @Test(arguments: [
    ("exit 7", ProcessStatus.exited(7)), ("kill -TERM $$", .signaled(.terminate, coreDumped: false)),
  ])
  func theEndIsKnownBeforeTheProcessIsReaped(_ script: String, _ status: ProcessStatus) async throws {
    try await onOwnThread {
      let process = try AdoptedProcess(Self.start("\(script)"))
      #expect(try Self.end(of: process).status == status)
      #expect(try ChildProcesses.waitUntilEnd(of: process.id).status == status)
    }
  }

  @Test func afterwardsTheKernelTellsIt() async throws {
    try await onOwnThread {
      let process = try AdoptedProcess(Self.start("exit 7"))
      _ = try ChildProcesses.waitUntilEnd(of: process.id)
      // 127 before Linux 6.15.
      #expect([.exited(7), .exited(127)].contains(try Self.end(of: process).status))
    }
  }

  @Test func aProcessThatRunsHasNoEnd() async throws {
    try await onOwnThread {
      let process = try AdoptedProcess(Self.start("exec sleep 100"))
      #expect(process.end() == nil)
      try Signals.send(.kill, to: process.id)
      #expect(try Self.end(of: process).status == .signaled(.kill, coreDumped: false))
      _ = try ChildProcesses.waitUntilEnd(of: process.id)
    }
  }
}
