import ByteStrings
import Platform
import SystemPackage

/// Reads lines without editing: from a file, a pipe, a socket, a dumb terminal.
///
/// Consumes no byte beyond the line that it returns, so a program that is started next reads on behind the line. In a
/// regular file it reads ahead and seeks back; everything else is read byte by byte. The descriptor is the caller's.
package struct PlainLineReader: Sendable {
  package let descriptor: FileDescriptor
  private let canSeek: Bool

  /// How many bytes are read from a regular file at once: more than most lines have, and cheap to read twice.
  private static let partSize = 512

  package init(descriptor: FileDescriptor) {
    self.descriptor = descriptor
    canSeek = (try? descriptor.moveOffset(by: 0, from: .current)) != nil && Self.isRegularFile(descriptor)
  }

  private static func isRegularFile(_ descriptor: FileDescriptor) -> Bool {
    (try? FileStatus(of: descriptor))?.kind == .regular
  }

  /// The next line without its newline; NUL bytes are left out, as no text of the shell has any. A last line without a
  /// newline is a line too.
  ///
  /// - Parameter goesOn: Called when a signal was handled meanwhile. `false` drops what has been read: `.interrupted`.
  package func readLine(goesOn: () -> Bool = { false }) throws(Errno) -> LineResult {
    var line: [UInt8] = []
    while true {
      let part: [UInt8]
      do {
        part = try readPart()
      } catch {
        guard error == .interrupted else { throw error }
        if goesOn() { continue }
        return .interrupted
      }
      if part.isEmpty { return line.isEmpty ? .endOfFile : .line(Self.text(line)) }
      if let newline = part.firstIndex(of: UInt8(ascii: "\n")) {
        line += part[..<newline]
        try giveBack(part.count - newline - 1)
        return .line(Self.text(line))
      }
      line += part
    }
  }

  private func readPart() throws(Errno) -> [UInt8] {
    while true {
      do {
        let count = canSeek ? Self.partSize : 1
        return try [UInt8](unsafeUninitializedCapacity: count) { (buffer, initialized) throws(Errno) in
          initialized = try descriptor.readSome(into: UnsafeMutableRawBufferPointer(buffer), interruption: .report)
        }
      } catch {
        guard error == .wouldBlock else { throw error }
        _ = try descriptor.blockUntilReady(.reading, milliseconds: -1, interruption: .report)
      }
    }
  }

  private func giveBack(_ count: Int) throws(Errno) {
    if count > 0 { try descriptor.moveOffset(by: -count, from: .current) }
  }

  private static func text(_ bytes: [UInt8]) -> ByteString {
    bytes.contains(0) ? ByteString(bytes.filter { $0 != 0 }) : ByteString(bytes)
  }
}
