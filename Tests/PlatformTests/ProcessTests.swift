import ByteStrings
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Platform

@Suite struct ProcessTests {
  @Test func waitStatusIsDecoded() {
    #expect(ProcessStatus(waitStatus: 0x0300) == .exited(3))
    #expect(ProcessStatus(waitStatus: 0xff00) == .exited(255))
    #expect(ProcessStatus(waitStatus: 0x000f) == .signaled(.terminate, coreDumped: false))
    #expect(ProcessStatus(waitStatus: 0x0083) == .signaled(.quit, coreDumped: true))
    #expect(ProcessStatus(waitStatus: 0x147f) == .stopped(.terminalStop))
    #expect(ProcessStatus(waitStatus: 0xffff) == .continued)
    #expect(ProcessStatus.signaled(.kill, coreDumped: false).shellStatus == 137)
    #expect(ProcessStatus.stopped(.terminalStop).shellStatus == 148)
  }

  @Test func reaperSeesStopContinueAndEnd() async throws {
    let (output, _) = try await Probe.run("reap")
    let lines = output.split(separator: "\n").filter { $0 != "true continued" }
    #expect(
      lines == [
        "without children: true", "group: true", "true stopped(Platform.SignalNumber(rawValue: 19))",
        "true signaled(Platform.SignalNumber(rawValue: 15), coreDumped: false)", "afterwards: true",
      ])
  }

  @Test func replacedProcessKeepsItsIDAndGetsWhatWasAskedFor() async throws {
    let (output, end) = try await Probe.run("replace")
    let lines = output.split(separator: "\n")
    try #require(lines.count == 7)
    #expect(lines[0] == lines[3])
    #expect(lines[1...2] + lines[4...] == ["/usr", "0077", "second", "first", "closed"])
    #expect(end == .exited(0))
  }

  @Test func failedReplacementPutsEverythingBack() async throws {
    let (output, _) = try await Probe.run("replace-fails")
    #expect(
      output == """
        SpawnError(stage: Platform.SpawnError.Stage.execute, errno: No such file or directory)
        the same: true true
        true true
        handled: true

        """)
  }

  @Test func environmentInjectsFaults() async throws {
    let faults = "spawn:2:EAGAIN,open:2:EMFILE,pipe:1+:ENFILE,dup:4:EMFILE"
    let (output, _) = try await Probe.run("faults", environment: ["MEANWHILE_FAULTS": faults])
    #expect(
      output == """
        first: exited(1)
        second: SpawnError(stage: Platform.SpawnError.Stage.fork, errno: Resource temporarily unavailable)
        open: done
        open: Too many open files
        pipe: Too many open files in system
        dup: Too many open files
        available: true

        """)
  }

  @Test func threadsCreateFilesWithUmasksOfTheirOwn() async throws {
    let directory = try TemporaryDirectory()
    let (output, _) = try await Probe.run(
      "umask", [directory.path], prefix: ["/bin/sh", "-c", "umask 022; exec \"$@\"", "sh"])
    let lines = output.split(separator: "\n")
    #expect(
      lines.filter { !$0.hasPrefix("thread") } == ["entry: 22", "main 077: 600", "main 0: 666", "main 0 again: 666"])
    #expect(
      lines.filter { $0.hasPrefix("thread") }.sorted()
        == ["thread 0: 0 wrong", "thread 22: 0 wrong", "thread 77: 0 wrong", "thread 7: 0 wrong"])
  }
}

@Suite struct TerminalTests {
  @Test func programIsInTheForegroundWhenItBegins() async throws {
    try await onOwnThread {
      let terminal = try PseudoTerminal([Probe.path, "foreground"], environment: ["PATH": "/bin"])
      #expect(try terminal.waitForEnd() == .exited(0))
      let lines = String(decoding: terminal.received, as: UTF8.self).components(separatedBy: "\r\n")
      let child = Array(repeating: ["child is in the foreground", "child: exited(0)"], count: 20).flatMap { $0 }
      #expect(
        lines == [
          "own number: true true", "ours: true", "size: WindowSize(columns: 80, rows: 24)",
        ] + child + [
          "changed: true true", "sane: true true",
          "no terminal: SpawnError(stage: Platform.SpawnError.Stage.terminal, "
            + "errno: Inappropriate ioctl for device)", "",
        ])
      try terminal.finish()
    }
  }

  @Test func keyStopsTheProgramAndTheShellCanGoOn() async throws {
    try await onOwnThread {
      let terminal = try PseudoTerminal([Probe.path, "stop"], environment: ["PATH": "/bin"])
      try terminal.waitFor("running")
      try terminal.type("\u{1A}")
      try terminal.waitFor("status: stopped(Platform.SignalNumber(rawValue: 20))")
      try terminal.type("on\r")
      try terminal.waitFor("got on")
      try terminal.waitFor("then: exited(0)")
      #expect(try terminal.waitForEnd() == .exited(0))
      try terminal.finish()
    }
  }

  /// A child that stopped between the opening of its mask and exec would hold its parent for ever. The shell in front
  /// is the session's leader: in an orphaned group nothing would stop.
  @Test func stopSignalsBeforeExecCannotHoldTheParent() async throws {
    let (output, end) = try await Probe.run("stop-storm", prefix: ["/bin/sh", "-c", "\"$@\"; exit $?", "sh"])
    #expect(output == "stopped: true\n")
    #expect(end == .exited(0))
  }

  @Test func pairHasASizeAndModes() throws {
    let (controller, terminal) = try Terminal.makePair()
    defer {
      try? controller.closeDescriptor()
      try? terminal.descriptor.closeDescriptor()
    }
    #expect(terminal.size() == nil)
    try terminal.setSize(WindowSize(columns: 132, rows: 50))
    #expect(terminal.size() == WindowSize(columns: 132, rows: 50))
    #expect(try terminal.name().hasPrefix("/dev/pts/"))
    #expect(Terminal(controller) != nil)
    var attributes = try terminal.attributes()
    #expect(attributes[.suspend] == 0x1A && attributes.isCanonical && attributes.sendsSignals)
    attributes.isCanonical = false
    attributes.stopsBackgroundOutput = true
    attributes.setReadThreshold(bytes: 1, tenths: 0)
    attributes[.interrupt] = 0x18
    try terminal.setAttributes(attributes, .now)
    #expect(try terminal.attributes() == attributes)
    #expect(throws: Errno.inappropriateIOCTLForDevice) { try terminal.foregroundGroup() }
  }

  @Test func fileIsNoTerminal() throws {
    let file = try FileDescriptor.makeMemoryFile()
    defer { try? file.closeDescriptor() }
    #expect(Terminal(file) == nil)
  }
}
