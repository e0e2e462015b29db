import ByteStrings
import Foundation
import LineEditing
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct PlainLineReaderTests {
  private static func withPipe(_ text: ByteString, _ body: (FileDescriptor) throws -> Void) throws {
    let (reading, writing) = try FileDescriptor.makePipe()
    defer { try? reading.closeDescriptor() }
    try writing.writeAll(text)
    try writing.closeDescriptor()
    try body(reading)
  }

  @Test func pipeKeepsWhatFollows() throws {
    try Self.withPipe("one\n\ntwo\nrest") { (pipe) throws in
      let reader = PlainLineReader(descriptor: pipe)
      #expect(try reader.readLine() == .line("one"))
      #expect(try reader.readLine() == .line(""))
      #expect(try pipe.readSome(100) == Array("two\nrest".utf8))
    }
  }

  @Test func lastLineNeedsNoNewline() throws {
    try Self.withPipe("one\ntwo") { (pipe) throws in
      let reader = PlainLineReader(descriptor: pipe)
      #expect(try reader.readLine() == .line("one"))
      #expect(try reader.readLine() == .line("two"))
      #expect(try reader.readLine() == .endOfFile)
    }
  }

  @Test(arguments: [1, 511, 512, 513, 5000])
  func fileKeepsWhatFollows(_ length: Int) throws {
    let home = try TemporaryDirectory()
    let long = String(repeating: "x", count: length)
    try home.write("first\n\(long)\nrest\n", to: "file")
    let file = try Files.open(ByteString(home.path + "/file"), .readOnly)
    defer { try? file.closeDescriptor() }
    let reader = PlainLineReader(descriptor: file)
    #expect(try reader.readLine() == .line("first"))
    #expect(try file.moveOffset(by: 0, from: .current) == 6)
    #expect(try reader.readLine() == .line(ByteString(long)))
    #expect(try file.readAll() == "rest\n")
    #expect(try reader.readLine() == .endOfFile)
  }

  @Test func bytesOfAnyKindButNULAreKept() throws {
    try Self.withPipe(ByteString([0x61, 0xFF, 0x00, 0x0D, 0x0A])) { (pipe) throws in
      #expect(try PlainLineReader(descriptor: pipe).readLine() == .line(ByteString([0x61, 0xFF, 0x0D])))
    }
  }

  @Test func descriptorThatDoesNotBlockIsWaitedFor() async throws {
    let (reading, writing) = try FileDescriptor.makePipe()
    defer { try? reading.closeDescriptor() }
    try reading.setNonBlocking(true)
    async let result = onOwnThread { try PlainLineReader(descriptor: reading).readLine() }
    try writing.writeAll("one\n")
    #expect(try await result == .line("one"))
    try writing.closeDescriptor()
  }

  @Test func directoryIsAnError() throws {
    let directory = try Files.open("/", .readOnly)
    defer { try? directory.closeDescriptor() }
    #expect(throws: Errno.isDirectory) { try PlainLineReader(descriptor: directory).readLine() }
  }
}
