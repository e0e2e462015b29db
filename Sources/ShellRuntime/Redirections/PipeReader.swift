import ByteStrings
import Platform
import SystemPackage

/// Reads a kernel pipe in large parts, although no byte behind a line may be missing for the next reader: tee(2) copies
/// the pipe's content to a second pipe, which is read instead.
///
/// While no other process has the reading end, a copy lasts for many lines, and what they took is removed from the pipe
/// later. Once another process may have it, each read looks where the line ends and takes exactly that: nothing is known
/// ahead, since the other one may take it.
struct PipeReader {
  /// Whether another process may read the pipe.
  private var isShared: Bool
  /// What the pipe holds behind what was taken; empty while it is shared.
  private var ahead = ByteString()
  /// How many bytes were taken from `ahead` and not yet removed from the pipe.
  private var unremoved = 0
  private var copy: (reading: FileDescriptor, writing: FileDescriptor)?
  /// Whether the kernel refuses to copy, as in a sandbox: the pipe is read byte by byte then.
  private var cannotCopy = false
  /// How much of a shared pipe is looked at: twice the last line, since copying costs.
  private var partToLookAt = smallestPart
  private static let smallestPart = 128
  /// A FIFO opened once more, for reading without waiting.
  private var nonBlocking: FileDescriptor?

  init(isShared: Bool) { self.isShared = isShared }

  /// Reads what is there, without waiting.
  mutating func read(_ limit: ReadLimit, from pipe: FileDescriptor) -> OpenFile.ReadResult {
    do throws(Errno) {
      let bytes = isShared ? try readShared(limit, from: pipe) : try readAlone(limit, from: pipe)
      if !bytes.isEmpty { return .bytes(bytes) }
      // A FIFO that was opened without waiting, and has had no writer yet, seems to have ended.
      return try pipe.pollReadiness(.reading).isEmpty ? .wouldBlock : .endOfFile
    } catch {
      return error == .resourceTemporarilyUnavailable ? .wouldBlock : .failed(error)
    }
  }

  private mutating func readAlone(_ limit: ReadLimit, from pipe: FileDescriptor) throws(Errno) -> ByteString {
    if ahead.isEmpty {
      try removeTaken(from: pipe)
      guard let seen = try look(at: pipe, InProcessPipe.limit) else { return try take(1, from: pipe) }
      ahead = seen
    }
    let length = limit.length(in: ahead)
    defer { ahead = ahead.dropping(first: length) }
    unremoved += length
    return ahead.subrange(0..<length)
  }

  /// Another process may have taken what was seen: then the bytes are others, but each byte has one reader.
  private mutating func readShared(_ limit: ReadLimit, from pipe: FileDescriptor) throws(Errno) -> ByteString {
    guard limit.count > 1, let seen = try look(at: pipe, min(limit.count, partToLookAt)) else {
      return try take(1, from: pipe)
    }
    if seen.isEmpty { return seen }
    let length = limit.length(in: seen)
    partToLookAt = min(max(2 * length, Self.smallestPart), InProcessPipe.limit)
    return try take(length, from: pipe)
  }

  /// What the pipe holds, at most `count` bytes; `nil` where it cannot be copied, or there is no descriptor for the copy.
  private mutating func look(at pipe: FileDescriptor, _ count: Int) throws(Errno) -> ByteString? {
    if cannotCopy { return nil }
    if copy == nil { copy = try? FileDescriptor.makePipe() }
    guard let copy else { return nil }
    do {
      let count = try pipe.copyPipe(to: copy.writing, count: count)
      return count == 0 ? ByteString() : ByteString(try copy.reading.readSome(count))
    } catch {
      // What is wrong with the pipe itself, reading it will say.
      if error == .resourceTemporarilyUnavailable { throw error }
      cannotCopy = true
      closeCopy()
      return nil
    }
  }

  /// Removes at most `count` bytes from the pipe, without waiting.
  private mutating func take(_ count: Int, from pipe: FileDescriptor) throws(Errno) -> ByteString {
    if let nonBlocking { return ByteString(try nonBlocking.readSome(count)) }
    do {
      return ByteString(try pipe.readWithoutWaiting(count))
    } catch {
      if error == .resourceTemporarilyUnavailable { throw error }
    }
    // Not every kernel can, and none for a FIFO with a name: that is opened once more, so as never to wait. The
    // description that others have too is not ours to change.
    nonBlocking = try? Files.open(
      "/proc/self/fd/" + ByteString(decimal: Int(pipe.rawValue)), [.readOnly, .nonBlocking])
    if let nonBlocking { return ByteString(try nonBlocking.readSome(count)) }
    if try pipe.pollReadiness(.reading).isEmpty { throw .resourceTemporarilyUnavailable }
    return ByteString(try pipe.readSome(count))
  }

  /// Whether a read would not wait.
  func isReadable(_ pipe: FileDescriptor) -> Bool {
    !ahead.isEmpty || (try? pipe.pollReadiness(.reading).isEmpty) == false
  }

  /// Whether the pipe holds bytes that were not taken.
  mutating func hasUnreadBytes(_ pipe: FileDescriptor) -> Bool {
    if !ahead.isEmpty { return true }
    try? removeTaken(from: pipe)
    return (try? pipe.pollReadiness(.reading).contains(.reading)) == true
  }

  /// Another process gets the pipe: it is to begin behind what was taken.
  mutating func share(_ pipe: FileDescriptor) throws(Errno) {
    if isShared { return }
    try removeTaken(from: pipe)
    isShared = true
    ahead = ByteString()
  }

  private mutating func removeTaken(from pipe: FileDescriptor) throws(Errno) {
    while unremoved > 0 {
      let count = try take(min(unremoved, InProcessPipe.limit), from: pipe).count
      if count == 0 { break }
      unremoved -= count
    }
    unremoved = 0
  }

  private mutating func closeCopy() {
    try? copy?.reading.closeDescriptor()
    try? copy?.writing.closeDescriptor()
    copy = nil
  }

  mutating func close() {
    closeCopy()
    try? nonBlocking?.closeDescriptor()
    nonBlocking = nil
  }
}
