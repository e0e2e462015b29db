import ByteStrings
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Platform

@Suite struct FileTests {
  let directory: TemporaryDirectory
  let place: FileDescriptor

  init() throws {
    directory = try TemporaryDirectory()
    place = try Files.openDirectory(ByteString(directory.path))
  }

  private func withPlace(_ body: () throws -> Void) rethrows {
    defer { try? place.closeDescriptor() }
    try body()
  }

  private func write(_ text: ByteString, to name: ByteString, umask: CModeT = 0o022) throws {
    let file = try Files.open(
      name, in: place, [.writeOnly, .create, .truncate], umask: FilePermissions(rawValue: umask))
    defer { try? file.closeDescriptor() }
    try file.writeAll(text)
  }

  @Test func openingIsRelativeAndCloseOnExec() throws {
    try withPlace {
      try write("hello", to: "a", umask: 0o027)
      let file = try Files.open("a", in: place, .readOnly)
      defer { try? file.closeDescriptor() }
      #expect(file.isCloseOnExec == true)
      #expect(try file.readAll() == "hello")
      #expect(try file.readSome(10).isEmpty)
      #expect(try FileStatus(of: file).permissions.rawValue == 0o640)
      #expect(throws: Errno.fileExists) {
        try Files.open("a", in: place, [.writeOnly, .create, .exclusive])
      }
      #expect(throws: Errno.noSuchFileOrDirectory) { try Files.open("b", in: place, .readOnly) }
      #expect(throws: Errno.isDirectory) { try Files.open(".", in: place, .writeOnly) }
    }
  }

  @Test func statusTellsWhatTestNeeds() throws {
    try withPlace {
      try write("12345", to: "file")
      try Files.makeDirectory("folder", in: place)
      try Files.makeFIFO("fifo", in: place, umask: FilePermissions(rawValue: 0o077))
      try Files.makeLink("link", to: "file", in: place)
      let file = try FileStatus(of: "file", in: place)
      #expect(file.kind == .regular && file.size == 5 && file.linkCount == 1)
      #expect(file.user == ProcessInformation.effectiveUser)
      #expect(abs(file.modified.seconds - Clocks.now.seconds) < 60)
      #expect(try FileStatus(of: "folder", in: place).kind == .directory)
      #expect(try FileStatus(of: "fifo", in: place).kind == .fifo)
      #expect(try FileStatus(of: "fifo", in: place).permissions.rawValue == 0o600)
      #expect(try FileStatus(of: "link", in: place).identity == file.identity)
      #expect(try FileStatus(of: "link", in: place, links: .doNotFollow).kind == .symbolicLink)
      #expect(try FileStatus(of: "/dev/null").kind == .characterDevice)
      #expect(try Files.target(ofLink: "link", in: place) == "file")
      #expect(Files.allows(.reading, of: "file", in: place) && !Files.allows(.executing, of: "file", in: place))
      #expect(Files.allows([], of: "folder", in: place) && !Files.allows([], of: "none", in: place))
    }
  }

  @Test func directoryIsListedWithKinds() throws {
    try withPlace {
      try write("", to: ".hidden")
      try write("", to: "\u{e9} x")
      try Files.makeDirectory("folder", in: place)
      let entries = try Files.entries(of: ".", in: place).sorted { $0.name < $1.name }
      #expect(entries.map(\.name) == [".hidden", "folder", "\u{e9} x"])
      #expect(entries.map(\.kind) == [.regular, .directory, .regular])
      #expect(throws: Errno.notDirectory) { try Files.entries(of: ".hidden", in: place) }
    }
  }

  @Test func namesChange() throws {
    try withPlace {
      try write("a", to: "a")
      try write("b", to: "b")
      try Files.rename("a", to: "b", in: place)
      #expect(try Files.contents(of: "b", in: place) == "a")
      try Files.remove("b", in: place)
      #expect(!Files.allows([], of: "b", in: place))
      try Files.makeDirectory("d", in: place)
      #expect(throws: Errno.isDirectory) { try Files.remove("d", in: place) }
      try Files.removeDirectory("d", in: place)
    }
  }

  @Test func pathsAreResolved() throws {
    try withPlace {
      let root = try Files.resolvedPath(ByteString(directory.path))
      try Files.makeDirectory("d", in: place)
      try Files.makeLink("l", to: "d/../d", in: place)
      #expect(try Files.resolvedPath("l/.", in: place) == root + "/d")
      #expect(try Files.path(of: place) == root)
      let long = ByteString(repeating: 120, count: 200) + "/" + ByteString(repeating: 121, count: 200)
      try Files.makeLink("long", to: long, in: place)
      #expect(try Files.target(ofLink: "long", in: place) == long)
    }
  }

  @Test func locksExcludeOtherDescriptions() throws {
    try withPlace {
      try write("", to: "lock")
      let one = try Files.open("lock", in: place, .readWrite)
      let two = try Files.open("lock", in: place, .readWrite)
      defer { for file in [one, two] { try? file.closeDescriptor() } }
      try one.lock(.exclusive)
      #expect(try !two.lockIfFree(.shared))
      try one.lock(.none)
      #expect(try two.lockIfFree(.exclusive))
    }
  }

  @Test func temporaryFileHasNoName() throws {
    try withPlace {
      let file = try Files.makeTemporaryFile(in: ByteString(directory.path))
      defer { try? file.closeDescriptor() }
      try file.writeAll("kept")
      #expect(try file.moveOffset(by: 0, from: .start) == 0)
      #expect(try file.readAll() == "kept")
      #expect(try Files.entries(of: ".", in: place).isEmpty)
    }
  }
}

@Suite struct DescriptorTests {
  @Test func duplicatesAreAboveNineAndCloseOnExec() throws {
    let file = try FileDescriptor.makeMemoryFile()
    let copy = try file.duplicate()
    #expect(copy.rawValue >= 10 && copy.isCloseOnExec == true)
    try copy.closeDescriptor()
    try file.closeDescriptor()
    #expect(throws: Errno.badFileDescriptor) { try FileDescriptor(rawValue: 99_999).duplicate() }
  }

  @Test func secondDescriptionOfAPipeBlocksOnItsOwn() throws {
    let (reading, writing) = try FileDescriptor.makePipe()
    let other = try writing.reopen([.writeOnly, .nonBlocking])
    defer { for end in [reading, writing, other] { try? end.closeDescriptor() } }
    #expect(try !writing.openFlags().contains(.nonBlocking))
    #expect(try other.openFlags().contains(.nonBlocking))
    let block = [UInt8](repeating: 1, count: 65_536)
    let written = try block.withUnsafeBytes { try other.writeSome($0) }
    #expect(written == 65_536)
    #expect(throws: Errno.resourceTemporarilyUnavailable) { try block.withUnsafeBytes { try other.writeSome($0) } }
    #expect(try writing.pollReadiness(.writing) == [])
    #expect(try reading.pollReadiness(.reading) == .reading)
    #expect(try reading.readableByteCount() == 65_536)
  }

  @Test func teeLeavesThePipeAsItIs() throws {
    let (reading, writing) = try FileDescriptor.makePipe()
    let (copyReading, copyWriting) = try FileDescriptor.makePipe()
    defer { for end in [reading, writing, copyReading, copyWriting] { try? end.closeDescriptor() } }
    #expect(throws: Errno.resourceTemporarilyUnavailable) { try reading.copyPipe(to: copyWriting, count: 100) }
    try writing.writeAll("line\nrest")
    #expect(try reading.copyPipe(to: copyWriting, count: 100) == 9)
    #expect(try copyReading.readSome(100) == Array("line\nrest".utf8))
    #expect(try reading.readSome(100) == Array("line\nrest".utf8))
  }

  @Test func endsOfAPipeTellThatTheOtherIsGone() throws {
    let (reading, writing) = try FileDescriptor.makePipe()
    try writing.closeDescriptor()
    #expect(try reading.pollReadiness(.reading) == .hangup)
    #expect(try reading.readSome(1).isEmpty)
    try reading.closeDescriptor()
  }

  @Test func numberThatIsNotOpenIsAnError() throws {
    // Above every limit: the number of a descriptor that was just closed may belong to another test by now.
    let number = FileDescriptor(rawValue: .max)
    #expect(try number.pollReadiness(.reading) == .invalid)
    #expect(throws: Errno.badFileDescriptor) { try number.closeDescriptor() }
  }

  @Test func socketIsPeeked() throws {
    var ends: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let (one, two) = (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    defer { for end in [one, two] { try? end.closeDescriptor() } }
    var buffer = [UInt8](repeating: 0, count: 8)
    #expect(throws: Errno.resourceTemporarilyUnavailable) {
      try buffer.withUnsafeMutableBytes { try one.peekSocket(into: $0) }
    }
    try two.writeAll("abc")
    for _ in 0..<2 { #expect(try buffer.withUnsafeMutableBytes { try one.peekSocket(into: $0) } == 3) }
    #expect(try one.readSome(8) == Array("abc".utf8))
  }

  @Test func pipeCannotSeek() throws {
    let (reading, writing) = try FileDescriptor.makePipe()
    defer { for end in [reading, writing] { try? end.closeDescriptor() } }
    #expect(throws: Errno.illegalSeek) { try reading.moveOffset(by: 0, from: .current) }
  }
}
