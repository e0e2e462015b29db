import ByteStrings
import Platform
import SystemPackage

/// Looks at what a kernel pipe holds without taking it: tee(2) copies it to a pipe of our own, and what is consumed
/// is taken from the real one before anybody else may read it.
///
/// So a shell reads a pipe in large parts, and a program that reads on from it still gets exactly what is left.
struct PipeLookahead {
  private var ahead = ByteString()
  /// Bytes that were consumed and still stand in the pipe.
  private var untaken = 0
  /// Whether `ahead` has been taken from the pipe already: it was read byte by byte.
  private var isTaken = false
  private var copy: (reading: FileDescriptor, writing: FileDescriptor)?

  /// Bytes that can be read without waiting. Alone on the pipe it may look far ahead; where a program may be reading
  /// at the same time, it takes one byte.
  mutating func peek(_ pipe: FileDescriptor, isAlone: Bool) -> OpenFile.PeekResult {
    if !ahead.isEmpty { return .bytes(ahead) }
    do throws(Errno) {
      try removeConsumed(from: pipe)
      if try pipe.pollReadiness(.reading).isEmpty { return .wouldBlock }
      // Where there is no descriptor for the copy, byte by byte will do.
      if isAlone, copy == nil { copy = try? FileDescriptor.makePipe() }
      isTaken = !isAlone || copy == nil
      ahead = isTaken ? ByteString(try pipe.readSome(1)) : try look(pipe)
      return ahead.isEmpty ? .endOfFile : .bytes(ahead)
    } catch {
      return error == .resourceTemporarilyUnavailable ? .wouldBlock : .failed(error)
    }
  }

  private mutating func look(_ pipe: FileDescriptor) throws(Errno) -> ByteString {
    guard let copy else { return ByteString() }
    let count = try pipe.copyPipe(to: copy.writing, count: InProcessPipe.limit)
    return count == 0 ? ByteString() : ByteString(try copy.reading.readSome(count))
  }

  mutating func consume(_ count: Int) {
    ahead = ahead.dropping(first: count)
    if !isTaken { untaken += count }
  }

  /// Takes what was consumed, so that the next reader of the pipe begins behind it.
  mutating func removeConsumed(from pipe: FileDescriptor) throws(Errno) {
    while untaken > 0 {
      let taken = try pipe.readSome(min(untaken, InProcessPipe.limit)).count
      if taken == 0 { break }
      untaken -= taken
    }
    untaken = 0
    if !isTaken { ahead = ByteString() }
  }

  mutating func close() {
    try? copy?.reading.closeDescriptor()
    try? copy?.writing.closeDescriptor()
    copy = nil
  }
}
