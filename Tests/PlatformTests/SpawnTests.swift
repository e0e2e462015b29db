import ByteStrings
import SystemPackage
import TestSupport
import Testing

@testable import Platform

/// Runs `/bin/sh -c script`, and returns what it wrote to standard output and its end.
private func outputOfShell(
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

private func request(_ path: ByteString, _ arguments: ByteString...) -> SpawnRequest {
  SpawnRequest(path: path, arguments: CStringArray([path] + arguments), environment: CStringArray([]))
}

@Suite struct SpawnTests {
  @Test func programGetsArgumentsAndEnvironment() throws {
    let (output, status) = try outputOfShell("") {
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
    let (output, _) = try outputOfShell("pwd; umask; ulimit -Sn; ulimit -Hn") {
      $0.directory = directory
      $0.umask = FilePermissions(rawValue: 0o027)
      $0.limits = [ResourceLimit(.openFiles, soft: 77, hard: 99)]
    }
    #expect(output == "/usr/bin\n0027\n77\n99\n")
    #expect(try Files.workingDirectory() == before)
    #expect(try ResourceLimit(of: .openFiles).soft != 77)
  }

  @Test func relativePathIsRelativeToTheProgramsDirectory() throws {
    let directory = try Files.openDirectory("/bin")
    defer { try? directory.closeDescriptor() }
    let (output, _) = try outputOfShell("echo here") {
      $0.path = "./sh"
      $0.directory = directory
    }
    #expect(output == "here\n")
  }

  @Test func deathBySignalIsSeen() throws {
    #expect(try outputOfShell("kill -KILL $$").status == .signaled(.kill, coreDumped: false))
  }

  @Test func processGroupIsNewOrJoined() throws {
    let pipe = try FileDescriptor.makePipe()
    defer { try? pipe.reading.closeDescriptor() }
    var leader = request("/bin/cat")
    leader.processGroup = .new
    leader.descriptors = [.init(0, pipe.reading), .init(1, .standardOutput)]
    let first = try leader.spawn()
    leader.processGroup = .join(first)
    let second = try leader.spawn()
    #expect(try first.group() == first)
    #expect(try second.group() == first)
    #expect(try first.session() == ProcessID.current!.session())
    try pipe.writing.closeDescriptor()
    for process in [first, second] { #expect(try ChildProcesses.waitUntilEnd(of: process).status == .exited(0)) }
  }

  @Test func stoppedChildIsReportedAndGoesOn() throws {
    var stopping = request("/bin/sh", "-c", "kill -TSTP $$; exit 4")
    // In the group of the tests it would not stop where that is an orphaned one.
    stopping.processGroup = .new
    let process = try stopping.spawn()
    #expect(try ChildProcesses.wait(for: process).status == .stopped(.terminalStop))
    #expect(try ChildProcesses.poll(process) == nil)
    try Signals.send(.continue, to: process)
    #expect(try ChildProcesses.waitUntilEnd(of: process).status == .exited(4))
  }

  @Test func nothingIsLeftAfterFailures() async throws {
    let (output, _) = try await Probe.run("leaks")
    #expect(output == "descriptors: true\nchildren: true\n")
  }
}

@Suite struct SpawnDescriptorTests {
  /// Files with their position as text, at `count` numbers of ours.
  private func files(_ count: Int) throws -> [FileDescriptor] {
    try (0..<count).map { index in
      let file = try FileDescriptor.makeMemoryFile().moved()
      try file.writeAll(ByteString(decimal: index))
      return file
    }
  }

  /// Each target is the number of a source: every permutation of four, so with every kind of cycle.
  @Test func permutedNumbersLoseNothing() throws {
    let files = try files(4)
    defer { for file in files { try? file.closeDescriptor() } }
    let numbers = files.map { String($0.rawValue) }.joined(separator: " ")
    let script = ByteString("for n in \(numbers); do cat /proc/$$/fd/$n; done")
    for order in permutations([0, 1, 2, 3]) {
      let (output, _) = try outputOfShell(script) { request in
        for (place, index) in order.enumerated() {
          request.descriptors.append(.init(files[place].rawValue, files[index]))
        }
      }
      #expect(output == ByteString(order.map(String.init).joined()))
    }
  }

  /// One source several times, on its own number too, on another's number, and over a number that stays.
  @Test func oneSourceCanHaveManyNumbers() throws {
    let files = try files(2)
    defer { for file in files { try? file.closeDescriptor() } }
    let (one, two) = (files[0], files[1])
    let script = ByteString("for n in \(one.rawValue) \(two.rawValue) 3 4 5; do cat /proc/$$/fd/$n; done")
    let (output, _) = try outputOfShell(script) {
      $0.descriptors += [
        .init(one.rawValue, one), .init(two.rawValue, one), .init(5, two), .init(3, two), .init(4, one),
      ]
    }
    #expect(output == "00101")
  }

  @Test func whatIsNotInTheTableIsClosed() throws {
    let inheritable = try FileDescriptor.makeMemoryFile().moved()
    try inheritable.setCloseOnExec(false)
    defer { try? inheritable.closeDescriptor() }
    // `0` is closed too: the table has only 1, 2 and 7.
    let script = ByteString("n=0; while [ $n -lt 300 ]; do [ -e /proc/$$/fd/$n ] && echo $n; n=$((n+1)); done")
    let (output, _) = try outputOfShell(script) { $0.descriptors.append(.init(7, $0.descriptors[0].source)) }
    #expect(output == "1\n2\n7\n")
    #expect(inheritable.isOpen)
  }

  @Test func closedSourceIsAnErrorThatNamesTheTarget() {
    var broken = request("/bin/true")
    broken.descriptors.append(.init(8, FileDescriptor(rawValue: 9_999)))
    #expect(throws: SpawnError(stage: .descriptor(8), errno: .badFileDescriptor)) { try broken.spawn() }
  }

  private func permutations(_ values: [Int]) -> [[Int]] {
    if values.isEmpty { return [[]] }
    return values.flatMap { first in permutations(values.filter { $0 != first }).map { [first] + $0 } }
  }
}

extension FileDescriptor {
  /// The same file at a number that nothing else in these tests uses.
  fileprivate func moved() throws -> FileDescriptor {
    defer { try? closeDescriptor() }
    return try duplicate(atLeast: 200)
  }
}

@Suite struct SpawnFailureTests {
  @Test(arguments: [
    (ByteString("/nonexistent/program"), Errno.noSuchFileOrDirectory), (ByteString("/etc/passwd"), .permissionDenied),
    (ByteString("/usr/bin"), .permissionDenied), (ByteString("/etc/passwd/x"), .notDirectory),
  ])
  func failedExecSaysWhy(path: ByteString, expected: Errno) throws {
    #expect(throws: SpawnError(stage: .execute, errno: expected)) { try request(path).spawn() }
  }

  @Test func textFileWithoutInterpreterIsReported() throws {
    let directory = try TemporaryDirectory()
    let path = ByteString(directory.path + "/script")
    let file = try Files.open(path, [.writeOnly, .create], mode: FilePermissions(rawValue: 0o755), umask: [])
    try file.writeAll("echo text\n")
    try file.closeDescriptor()
    #expect(throws: SpawnError(stage: .execute, errno: .execFormatError)) { try request(path).spawn() }
  }

  @Test func argumentsThatAreTooLongAreReported() throws {
    var long = request("/bin/true")
    long.arguments = CStringArray((0..<30).map { _ in ByteString(repeating: 65, count: 131_000) })
    long.limits = [ResourceLimit(.stackSize, soft: 1 << 20, hard: try ResourceLimit(of: .stackSize).hard)]
    #expect(throws: SpawnError(stage: .execute, errno: .argListTooLong)) { try long.spawn() }
  }

  @Test func everyStageCanBeMadeToFail() throws {
    var good = request("/bin/true")
    good.processGroup = .new
    good.directory = try Files.openDirectory("/")
    good.foregroundTerminal = .standardInput
    defer { try? good.directory?.closeDescriptor() }
    let stages: [(SystemCall, SpawnError.Stage, Errno)] = [
      (.spawn, .fork, .resourceTemporarilyUnavailable), (.setpgid, .processGroup, .permissionDenied),
      (.tcsetpgrp, .terminal, .ioError), (.exec, .execute, .noMemory),
    ]
    for (call, stage, error) in stages {
      good.foregroundTerminal = call == .tcsetpgrp ? .standardInput : nil
      FaultInjection.with(call, failing: error) {
        #expect(throws: SpawnError(stage: stage, errno: error)) { try good.spawn() }
      }
    }
    FaultInjection.with(.chdir, failing: .ioError) {
      #expect(throws: SpawnError(stage: .directory, errno: .ioError)) { try good.spawn() }
    }
    FaultInjection.with(.dup, .only(2), failing: .tooManyOpenFiles) {
      #expect(throws: SpawnError(stage: .descriptor(1), errno: .tooManyOpenFiles)) { try good.spawn() }
    }
    #expect(try ChildProcesses.waitUntilEnd(of: try good.spawn()).status == .exited(0))
  }
}

@Suite struct SpawnOnThreadTests {
  /// What `completion` was called with, and a pipe that tells when.
  private final class Outcome: Sendable {
    let result = Locked<SpawnError?>(nil)
    let pipe: (reading: FileDescriptor, writing: FileDescriptor)

    init() throws { pipe = try FileDescriptor.makePipe() }

    func complete(_ error: SpawnError?) {
      result.with { $0 = error }
      try? pipe.writing.closeDescriptor()
    }

    func isComplete(within milliseconds: Int32) throws -> Bool {
      try !pipe.reading.blockUntilReady(.reading, milliseconds: milliseconds).isEmpty
    }

    deinit { try? pipe.reading.closeDescriptor() }
  }

  private func requestReading(fifo: ByteString, in directory: FileDescriptor, _ script: ByteString) -> SpawnRequest {
    var request = SpawnRequest(
      path: "/bin/sh", arguments: CStringArray(["sh", "-c", script]), environment: CStringArray([]))
    request.directory = directory
    request.processGroup = .new
    request.umask = FilePermissions(rawValue: 0o077)
    request.openings = [
      .init(fifo, .readOnly, targets: [0, 5]), .init("out", [.writeOnly, .create], targets: [1]),
    ]
    request.descriptors = [.init(2, FileDescriptor(rawValue: 2))]
    return request
  }

  private func withPlace(_ body: (ByteString, FileDescriptor) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    let path = ByteString(directory.path)
    try Files.makeFIFO(path + "/fifo")
    let place = try Files.openDirectory(path)
    defer { try? place.closeDescriptor() }
    try body(path, place)
  }

  @Test func processExistsWhileItsOpenBlocks() throws {
    try withPlace { path, place in
      let outcome = try Outcome()
      let script: ByteString = "read -r a; read -r b <&5; echo $a $b; exit 6"
      let process = try requestReading(fifo: "fifo", in: place, script).spawnOnThread(completion: outcome.complete)
      #expect(try !outcome.isComplete(within: 20))
      #expect(!Files.allows([], of: path + "/out"))
      let writer = try Files.open(path + "/fifo", .writeOnly)
      #expect(try outcome.isComplete(within: 10_000))
      #expect(outcome.result.with { $0 } == nil)
      #expect(try process.group() == process)
      try writer.writeAll("one\ntwo\n")
      try writer.closeDescriptor()
      #expect(try ChildProcesses.waitUntilEnd(of: process).status == .exited(6))
      #expect(try Files.contents(of: path + "/out") == "one two\n")
      #expect(try FileStatus(of: path + "/out").permissions.rawValue == 0o600)
    }
  }

  @Test func blockedProcessCanBeStoppedAndKilled() throws {
    try withPlace { _, place in
      let outcome = try Outcome()
      let process = try requestReading(fifo: "fifo", in: place, ":").spawnOnThread(completion: outcome.complete)
      try Signals.send(.terminalStop, to: process)
      #expect(try ChildProcesses.wait(for: process).status == .stopped(.terminalStop))
      try Signals.send(.continue, to: process)
      try Signals.send(.terminate, to: process)
      #expect(try ChildProcesses.waitUntilEnd(of: process).status == .signaled(.terminate, coreDumped: false))
      #expect(try outcome.isComplete(within: 10_000))
    }
  }

  @Test func blockedProcessHoldsNothingOpenThatIsNotItsOwn() throws {
    try withPlace { _, place in
      let pipe = try FileDescriptor.makePipe()
      defer { try? pipe.reading.closeDescriptor() }
      let outcome = try Outcome()
      let process = try requestReading(fifo: "fifo", in: place, ":").spawnOnThread(completion: outcome.complete)
      #expect(try process.group() == process)
      try pipe.writing.closeDescriptor()
      #expect(try pipe.reading.readSome(1) == [])
      try Signals.send(.kill, toGroup: process)
      #expect(try ChildProcesses.waitUntilEnd(of: process).status == .signaled(.kill, coreDumped: false))
      #expect(try outcome.isComplete(within: 10_000))
    }
  }

  @Test func failuresAreTold() throws {
    try withPlace { _, place in
      let outcome = try Outcome()
      let process = try requestReading(fifo: "none", in: place, ":").spawnOnThread(completion: outcome.complete)
      #expect(try ChildProcesses.waitUntilEnd(of: process).status == .exited(1))
      #expect(try outcome.isComplete(within: 10_000))
      #expect(outcome.result.with { $0 } == SpawnError(stage: .open(0), errno: .noSuchFileOrDirectory))
      var missing = request("/nonexistent")
      missing.openings = [.init("/dev/null", .readOnly, targets: [0])]
      missing.descriptors = []
      let second = try Outcome()
      let other = try missing.spawnOnThread(completion: second.complete)
      #expect(try ChildProcesses.waitUntilEnd(of: other).status == .exited(127))
      #expect(try second.isComplete(within: 10_000))
      #expect(second.result.with { $0 } == SpawnError(stage: .execute, errno: .noSuchFileOrDirectory))
    }
  }
}

@Suite struct CStringArrayTests {
  @Test func stringsStandInOrder() {
    let long = ByteString(repeating: 66, count: 5_000)
    #expect(CStringArray(["a", "", long]).strings == ["a", "", long])
    #expect(CStringArray([]).strings == [])
    #expect(CStringArray(assignments: [("A", "1"), ("B", ""), ("C", long)]).strings == ["A=1", "B=", "C=" + long])
    #expect(CStringArray(["ab", "c"]).byteCount == 5)
  }
}
