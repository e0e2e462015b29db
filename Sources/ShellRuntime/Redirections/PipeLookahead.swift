import ByteStrings
import Platform
import SystemPackage

/// Reads ahead of a kernel pipe without removing bytes from it: tee(2) copies its content to a second pipe, which is
/// read instead. What was consumed is removed from the first pipe before another process may read that.
///
/// So the shell reads a pipe in large parts, and a program that reads it next gets exactly what was not consumed.
struct PipeLookahead {
  private var ahead = ByteString()
  /// How many bytes were consumed and not yet removed from the pipe.
  private var unremoved = 0
  /// Whether `ahead` was removed from the pipe already, because it was read byte by byte.
  private var isRemoved = false
  private var copy: (reading: FileDescriptor, writing: FileDescriptor)?

  /// Bytes that can be read without waiting. If a program may read the pipe at the same time, that is one byte, which
  /// is removed from the pipe.
  mutating func peek(_ pipe: FileDescriptor, isAlone: Bool) -> OpenFile.PeekResult {
    if !ahead.isEmpty { return .bytes(ahead) }
    do throws(Errno) {
      try removeConsumed(from: pipe)
      if try pipe.pollReadiness(.reading).isEmpty { return .wouldBlock }
      // Without a descriptor for the second pipe, bytes are read one by one.
      if isAlone, copy == nil { copy = try? FileDescriptor.makePipe() }
      isRemoved = !isAlone || copy == nil
      ahead = isRemoved ? ByteString(try pipe.readSome(1)) : try look(pipe)
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
    if !isRemoved { unremoved += count }
  }

  /// Removes from the pipe what was consumed, so that the next reader begins behind it.
  mutating func removeConsumed(from pipe: FileDescriptor) throws(Errno) {
    while unremoved > 0 {
      let count = try pipe.readSome(min(unremoved, InProcessPipe.limit)).count
      if count == 0 { break }
      unremoved -= count
    }
    unremoved = 0
    if !isRemoved { ahead = ByteString() }
  }

  mutating func close() {
    try? copy?.reading.closeDescriptor()
    try? copy?.writing.closeDescriptor()
    copy = nil
  }
}
