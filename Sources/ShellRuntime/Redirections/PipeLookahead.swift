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
  /// Whether the kernel refuses to copy, as in a sandbox: the pipe is read byte by byte then.
  private var cannotCopy = false

  /// Bytes that can be read without waiting. If a program may read the pipe at the same time, that is one byte, which
  /// is removed from the pipe.
  mutating func peek(_ pipe: FileDescriptor, isAlone: Bool) -> OpenFile.PeekResult {
    if !ahead.isEmpty { return .bytes(ahead) }
    do throws(Errno) {
      try removeConsumed(from: pipe)
      if try pipe.pollReadiness(.reading).isEmpty { return .wouldBlock }
      if isAlone, let seen = try look(pipe) {
        isRemoved = false
        ahead = seen
      } else {
        isRemoved = true
        ahead = ByteString(try pipe.readSome(1))
      }
      return ahead.isEmpty ? .endOfFile : .bytes(ahead)
    } catch {
      return error == .resourceTemporarilyUnavailable ? .wouldBlock : .failed(error)
    }
  }

  /// What the pipe holds; `nil` where it cannot be copied, or there is no descriptor for the copy.
  private mutating func look(_ pipe: FileDescriptor) throws(Errno) -> ByteString? {
    if cannotCopy { return nil }
    if copy == nil { copy = try? FileDescriptor.makePipe() }
    guard let copy else { return nil }
    do {
      let count = try pipe.copyPipe(to: copy.writing, count: InProcessPipe.limit)
      return count == 0 ? ByteString() : ByteString(try copy.reading.readSome(count))
    } catch {
      // What is wrong with the pipe itself, reading it will say.
      if error == .resourceTemporarilyUnavailable { throw error }
      cannotCopy = true
      close()
      return nil
    }
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
