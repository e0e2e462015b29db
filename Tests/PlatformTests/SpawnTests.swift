import ByteStrings
import SystemPackage
import Testing

@testable import Platform

/// Runs `program` with `/bin/sh -c script`-like arguments and returns what it wrote, and its end.
func outputOfShell(
  _ script: ByteString, _ change: (inout SpawnRequest) -> Void = { _ in }
) throws -> (output: ByteString, status: ProcessStatus) {
  let pipe = try FileDescriptor.makePipe()
  defer { try? pipe.reading.closeDescriptor() }
  var request = SpawnRequest(
    path: "/bin/sh", arguments: CStringArray(["sh", "-c", script]), environment: CStringArray(["PATH=/bin:/usr/bin"]))
  request.descriptors = [.init(1, pipe.writing), .init(2, FileDescriptor(rawValue: 2))]
  change(&request)
  let process: ProcessID
  do {
    process = try request.spawn()
  } catch {
    try pipe.writing.closeDescriptor()
    throw error
  }
  try pipe.writing.closeDescriptor()
  let output = try pipe.reading.readAll()
  return (output, try ChildProcesses.waitUntilEnd(of: process).status)
}

func request(_ path: ByteString, _ arguments: ByteString...) -> SpawnRequest {
  SpawnRequest(path: path, arguments: CStringArray([path] + arguments), environment: CStringArray([]))
}

@Suite struct SpawnTests {
  @Test func programGetsArgumentsAndEnvironment() throws {
    let (output, status) = try outputOfShell("printf '%s.' \"$A\" \"$0\" \"$@\"; exit 3") {
      $0.arguments = CStringArray(["sh", "-c", "printf '%s.' \"$A\" \"$0\" \"$@\"; exit 3", "zero", "", "two words"])
      $0.environment = CStringArray(assignments: [("A", "a long value with = and \u{e9} in it"), ("B", "")])
    }
    #expect(output == "a long value with = and \u{e9} in it.zero..two words.")
    #expect(status == .exited(3))
  }

  @Test func directoryUmaskAndLimitsAreTheProgramsOnly() throws {
    let before = try Files.workingDirectory()
    let directory = try Files.openDirectory("/usr/bin")
    defer { try? directory.closeDescriptor() }
    let (output, _) = try outputOfShell("pwd; umask; ulimit -Sn") {
      $0.directory = directory
      $0.umask = FilePermissions(rawValue: 0o027)
      $0.limits = [ResourceLimit(.openFiles, soft: 77, hard: 99)]
    }
    #expect(output == "/usr/bin\n0027\n77\n")
    #expect(try Files.workingDirectory() == before)
    #expect(try ResourceLimit(of: .openFiles).soft != 77)
  }

  @Test(arguments: [
    (ByteString("/nonexistent/program"), Errno.noSuchFileOrDirectory),
    (ByteString("/etc/passwd"), .permissionDenied), (ByteString("/usr/bin"), .permissionDenied),
  ])
  func failedExecSaysWhy(path: ByteString, expected: Errno) throws {
    #expect(throws: SpawnError(stage: .execute, errno: expected)) { try request(path).spawn() }
  }

  @Test func argumentsThatAreTooLongAreReported() throws {
    var long = request("/bin/true")
    long.arguments = CStringArray((0..<30).map { _ in ByteString(repeating: 65, count: 131_000) } + ["x"])
    long.limits = [ResourceLimit(.stackSize, soft: 1 << 20, hard: try ResourceLimit(of: .stackSize).hard)]
    #expect(throws: SpawnError(stage: .execute, errno: .argListTooLong)) { try long.spawn() }
  }
}
