import ByteStrings
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Platform

/// Stand-ins as the parents of programs.
@Suite struct StandInChildrenTests {
  private static func shell(_ script: ByteString, of parent: StandIn) -> SpawnRequest {
    var request = SpawnRequest(
      path: "/bin/sh", arguments: CStringArray(["sh", "-c", script]), environment: CStringArray(["PATH=/bin:/usr/bin"]))
    request.parent = parent
    return request
  }

  /// What the script writes, when it was run as a child of `parent`.
  private static func output(_ script: ByteString, of parent: StandIn) throws -> ByteString {
    let pipe = try FileDescriptor.makePipe()
    defer { try? pipe.reading.closeDescriptor() }
    var request = shell(script, of: parent)
    request.descriptors = [.init(1, pipe.writing)]
    let process = try request.spawn()
    try pipe.writing.closeDescriptor()
    let output = try pipe.reading.readAll()
    #expect(try next(of: parent).process == process)
    return output
  }

  /// The next change of a child of the stand-in.
  private static func next(of standIn: StandIn) throws -> ChildChange {
    while true {
      if let change = standIn.takeChildChange() { return change }
      try Signals.send(nil, to: standIn.id)
    }
  }

  /// Has it end, and waits for that.
  private static func end(_ standIn: StandIn) throws {
    standIn.end(.exited(0))
    #expect(try ChildProcesses.waitUntilEnd(of: standIn.id).status == .exited(0))
  }

  @Test func theProgramIsItsChildAndItTellsTheEnd() async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      #expect(try Self.output("echo $PPID", of: standIn) == ByteString(decimal: Int(standIn.id.rawValue)) + "\n")
      let process = try Self.shell("exit 3", of: standIn).spawn()
      let change = try Self.next(of: standIn)
      #expect(change.process == process && change.status == .exited(3))
      #expect(throws: Errno.noChildProcess) { try ChildProcesses.poll(process) }
      #expect(Signals.pending.contains(.standIn))
      #expect(standIn.takeSignals() == [])
      try Self.end(standIn)
    }
  }

  @Test func stopsAndContinuationsAreTold() async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      let process = try Self.shell("exec sleep 1000", of: standIn).spawn()
      for (signal, status) in [
        (SignalNumber.stop, ProcessStatus.stopped(.stop)), (.continue, .continued),
        (.kill, .signaled(.kill, coreDumped: false)),
      ] {
        try Signals.send(signal, to: process)
        #expect(try Self.next(of: standIn).status == status)
      }
      try Self.end(standIn)
    }
  }

  @Test func aProgramThatCannotBeExecutedIsAnErrorAndNoChild() async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      for _ in 0..<50 {
        var request = Self.shell("", of: standIn)
        request.path = "/nonexistent"
        #expect(throws: SpawnError(stage: .execute, errno: .noSuchFileOrDirectory)) { try request.spawn() }
      }
      #expect(try Self.output("ps -o stat= --ppid $PPID | grep -c Z", of: standIn) == "0\n")
      #expect(standIn.takeChildChange() == nil)
      try Self.end(standIn)
      // Nor does the last one become an orphan, when its parent ends at once.
      for _ in 0..<50 {
        let standIn = try StandIn(group: .inherit)
        var request = Self.shell("", of: standIn)
        request.path = "/nonexistent"
        #expect(throws: SpawnError.self) { try request.spawn() }
        try Self.end(standIn)
      }
    }
  }

  @Test func manyEndsAreToldBeforeAnyIsTaken() async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      let processes = try (0..<200).map { try Self.shell("exit " + ByteString(decimal: $0), of: standIn).spawn() }
      let changes = try processes.map { _ in try Self.next(of: standIn) }
      #expect(Set(changes.map(\.process)) == Set(processes))
      #expect(Set(changes.map(\.status)) == Set((0..<200).map { .exited($0) }))
      try Self.end(standIn)
    }
  }

  @Test(arguments: [SignalNumber.stop, .kill])
  func oneThatIsStoppedOrHasEndedStartsNothing(_ signal: SignalNumber) async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      try Signals.send(signal, to: standIn.id)
      if signal == .stop { _ = try ChildProcesses.wait(for: standIn.id) }
      #expect(throws: SpawnError(stage: .parent, errno: .noChildProcess)) { try Self.shell("", of: standIn).spawn() }
      try Signals.send(.kill, to: standIn.id)
      #expect(try ChildProcesses.waitUntilEnd(of: standIn.id).status == .signaled(.kill, coreDumped: false))
    }
  }

  @Test func theProgramGoesOnWhenItsParentHasEnded() async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      let pipe = try FileDescriptor.makePipe()
      defer { try? pipe.reading.closeDescriptor() }
      let input = try FileDescriptor.makePipe()
      var request = Self.shell("echo begun; read line; [ $PPID = $line ]; echo $?; ps -o ppid= -p $$", of: standIn)
      request.descriptors = [.init(0, input.reading), .init(1, pipe.writing)]
      let process = try request.spawn()
      try pipe.writing.closeDescriptor()
      try input.reading.closeDescriptor()
      // Its shell knows its parent by now.
      #expect(try pipe.reading.readSome(6) == Array("begun\n".utf8))
      try Self.end(standIn)
      try input.writing.writeAll(ByteString(decimal: Int(standIn.id.rawValue)) + "\n")
      try input.writing.closeDescriptor()
      let lines = try pipe.reading.readAll().description.split(separator: "\n").map { $0.filter { $0 != " " } }
      #expect(lines.first == "0" && lines.last != standIn.id.description)
      // The test process may have adopted it.
      while (try? Signals.send(nil, to: process)) != nil { _ = try? ChildProcesses.poll(process) }
    }
  }

  /// What this process has changed since the stand-in began is what the program gets.
  @Test func directoryAndDispositionsAreThoseOfTheRequest() async throws {
    try await onOwnThread {
      try Signals.set(.ignore, for: .user2)
      let standIn = try StandIn(group: .inherit)
      try Signals.set(.default, for: .user2)
      var request = Self.shell("pwd; grep SigIgn /proc/$$/status", of: standIn)
      let pipe = try FileDescriptor.makePipe()
      defer { try? pipe.reading.closeDescriptor() }
      request.descriptors = [.init(1, pipe.writing)]
      request.directory = try Files.openDirectory("/usr")
      _ = try request.spawn()
      try pipe.writing.closeDescriptor()
      let lines = try pipe.reading.readAll().description.split(separator: "\n")
      #expect(lines.first == "/usr")
      #expect(try Self.next(of: standIn).status == .exited(0))
      let ignored = try #require(
        lines.last?.split(whereSeparator: \.isWhitespace).last.flatMap { UInt64($0, radix: 16) })
      #expect(!SignalSet(rawValue: ignored).contains(.user2))
      try Self.end(standIn)
    }
  }

  @Test func aProgramThatOpensAFIFOHoldsUpNothing() async throws {
    try await onOwnThread {
      let home = try TemporaryDirectory()
      let standIn = try StandIn(group: .inherit)
      #expect(mkfifo(home.path + "/fifo", 0o600) == 0)
      var request = Self.shell("read line; exit $line", of: standIn)
      request.descriptors = []
      request.openings = [.init(ByteString(home.path) + "/fifo", .readOnly, targets: [0])]
      let process = try request.spawnOnThread { _ in }
      #expect(try Self.output("echo beside", of: standIn) == "beside\n")
      try StandInTests.sendFromElsewhere(.user1, to: standIn.id.rawValue)
      while !standIn.takeSignals().contains(.user1) {}
      let writer = try Files.open(ByteString(home.path) + "/fifo", .writeOnly)
      try writer.writeAll("7\n")
      try writer.closeDescriptor()
      let change = try Self.next(of: standIn)
      #expect(change.process == process && change.status == .exited(7))
      try Self.end(standIn)
    }
  }

  @Test func threadsStartProgramsBesideEachOther() async throws {
    try await onOwnThread {
      let standIn = try StandIn(group: .inherit)
      var others = [pthread_t]()
      for _ in 0..<4 {
        let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
          let standIn = Unmanaged<StandIn>.fromOpaque(context!).takeUnretainedValue()
          for _ in 0..<25 { _ = try? StandInChildrenTests.shell(":", of: standIn).spawn() }
          return nil
        }
        var thread = pthread_t()
        pthread_create(&thread, nil, run, Unmanaged.passUnretained(standIn).toOpaque())
        others.append(thread)
      }
      for _ in 0..<100 { #expect(try Self.next(of: standIn).status == .exited(0)) }
      for thread in others { pthread_join(thread, nil) }
      try Self.end(standIn)
    }
  }
}
