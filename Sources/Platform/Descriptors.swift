import ByteStrings
import CPlatform
import Glibc
import SystemPackage

/// Descriptors: every one that is made here is close-on-exec.
extension FileDescriptor {
  /// The lowest number for the shell's own descriptors: scripts write 0 to 9 in redirections.
  package static let lowestOwnNumber: Int32 = 10

  /// Closes the descriptor. What `close` says is of interest for files over a network only.
  package func closeDescriptor() throws(Errno) {
    // After an interrupted or failed close the number is free. A second try could close another thread's descriptor.
    let result = Glibc.close(rawValue)
    let error = result == -1 ? Errno(rawValue: errno) : FaultInjection.error(of: .close)
    if let error { throw error }
  }

  /// A duplicate at the lowest free number that is at least `minimum`.
  package func duplicate(atLeast minimum: Int32 = lowestOwnNumber) throws(Errno) -> FileDescriptor {
    FileDescriptor(rawValue: try checked(.dup) { platform_duplicate(rawValue, minimum) })
  }

  /// Makes `target` a duplicate of this descriptor, closing what it was.
  package func duplicate(onto target: FileDescriptor) throws(Errno) {
    if target == self { return }
    _ = try checked(.dup) { platform_duplicate_onto(rawValue, target.rawValue) }
  }

  /// Both ends of a new pipe that block.
  package static func makePipe() throws(Errno) -> (reading: FileDescriptor, writing: FileDescriptor) {
    var ends: (Int32, Int32) = (-1, -1)
    _ = try withUnsafeMutableBytes(of: &ends) { (bytes) throws(Errno) in
      try checked(.pipe) { platform_pipe(bytes.baseAddress!.assumingMemoryBound(to: Int32.self), 0) }
    }
    return (FileDescriptor(rawValue: ends.0), FileDescriptor(rawValue: ends.1))
  }

  /// A file in memory that is gone with its last descriptor.
  package static func makeMemoryFile() throws(Errno) -> FileDescriptor {
    FileDescriptor(rawValue: try checked(.memfd) { platform_memory_file("meanwhile") })
  }

  /// Descriptors from this number on are left to programs, which inherit them.
  package static let numberLimit = Int(PLATFORM_DESCRIPTOR_LIMIT)

  /// The numbers below `numberLimit` that are open, in order.
  package static var openNumbers: [Int] {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: numberLimit / 64) { words in
      guard let first = words.baseAddress else { return [] }
      platform_open_descriptors(first)
      var numbers: [Int] = []
      for (index, word) in words.enumerated() {
        var rest = word
        while rest != 0 {
          numbers.append(index * 64 + rest.trailingZeroBitCount)
          rest &= rest - 1
        }
      }
      return numbers
    }
  }

  /// Whether the number is open.
  package var isOpen: Bool { platform_descriptor_flags(rawValue) >= 0 }

  /// Whether exec closes it; `nil` for a number that is not open.
  package var isCloseOnExec: Bool? {
    let flags = platform_descriptor_flags(rawValue)
    return flags < 0 ? nil : flags & FD_CLOEXEC != 0
  }

  /// Sets whether exec closes it.
  package func setCloseOnExec(_ isSet: Bool) throws(Errno) {
    _ = try checked { platform_set_close_on_exec(rawValue, isSet) }
  }

  /// The access mode and status flags (`O_ACCMODE`, `O_APPEND`, `O_NONBLOCK`) of the open file description.
  package func openFlags() throws(Errno) -> OpenFlags {
    OpenFlags(rawValue: try checked { platform_status_flags(rawValue) })
  }

  /// Sets whether reads and writes through this description return at once instead of waiting.
  ///
  /// The description is shared with every duplicate, in other processes too; so never one that a program has.
  package func setNonBlocking(_ isSet: Bool) throws(Errno) {
    var flags = try openFlags()
    if flags.contains(.nonBlocking) == isSet { return }
    if isSet { flags.insert(.nonBlocking) } else { flags.remove(.nonBlocking) }
    _ = try checked { platform_set_status_flags(rawValue, flags.rawValue) }
  }

  /// A second, independent description of the same file: it can be non-blocking while the first one blocks.
  ///
  /// Fails for sockets (`noSuchAddressOrDevice`), and where the file's permissions now forbid it.
  package func reopen(_ flags: OpenFlags) throws(Errno) -> FileDescriptor {
    try Files.open("/proc/self/fd/" + ByteString(decimal: Int(rawValue)), flags)
  }
}

// MARK: - Reading and writing

extension FileDescriptor {
  /// Reads what is there into `buffer`; 0 at the end of the file. Reports `resourceTemporarilyUnavailable`.
  package func readSome(
    into buffer: UnsafeMutableRawBufferPointer, interruption: Interruption = .retry
  ) throws(Errno) -> Int {
    try checked(.read, interruption) { Glibc.read(rawValue, buffer.baseAddress, buffer.count) }
  }

  /// Reads once, at most `count` bytes, and reports `resourceTemporarilyUnavailable` in place of waiting, although the
  /// descriptor is a blocking one. Fails where the kernel cannot, as for a FIFO that has a name.
  package func readWithoutWaiting(_ count: Int) throws(Errno) -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { (buffer, initialized) throws(Errno) in
      initialized = try checked(.read) { platform_read_without_waiting(rawValue, buffer.baseAddress, buffer.count) }
    }
  }

  /// Writes as much of `bytes` as fits at once, and says how much. Reports `resourceTemporarilyUnavailable`.
  package func writeSome(
    _ bytes: UnsafeRawBufferPointer, interruption: Interruption = .retry
  ) throws(Errno) -> Int {
    try checked(.write, interruption) { platform_write(rawValue, bytes.baseAddress, bytes.count) }
  }

  /// Writes all of `bytes`, blocking where the descriptor does.
  package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
    var rest = bytes
    while !rest.isEmpty {
      let count = try writeSome(rest)
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Writes all of `bytes`, blocking where the descriptor does.
  package func writeAll(_ bytes: ByteString) throws(Errno) {
    try bytes.withUnsafeBytes { (raw) throws(Errno) in try writeAll(raw) }
  }

  /// Reads up to `count` bytes that are there; empty at the end of the file.
  package func readSome(_ count: Int) throws(Errno) -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { (buffer, initialized) throws(Errno) in
      initialized = try readSome(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Everything up to the end of the file.
  package func readAll() throws(Errno) -> ByteString {
    var all: [UInt8] = []
    while true {
      let some = try readSome(65_536)
      if some.isEmpty { return ByteString(all) }
      all.append(contentsOf: some)
    }
  }

  /// From where a seek counts.
  package enum Origin: Int32, Sendable {
    case start = 0
    case current = 1
    case end = 2
  }

  /// Moves the file offset and returns it. Throws `illegalSeek` for pipes, sockets and terminals.
  @discardableResult
  package func moveOffset(by offset: Int, from origin: Origin) throws(Errno) -> Int {
    try checked { Glibc.lseek(rawValue, offset, origin.rawValue) }
  }

  /// Puts `count` bytes that are in this pipe into `pipe` too, without taking them from here; at most what is there.
  package func copyPipe(to pipe: FileDescriptor, count: Int) throws(Errno) -> Int {
    try checked(.tee) { platform_tee(rawValue, pipe.rawValue, count) }
  }

  /// What is there in a socket, without taking it and without waiting.
  package func peekSocket(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
    return try checked(.read) { recv(rawValue, buffer.baseAddress, buffer.count, flags) }
  }

  /// How many bytes a read would give at once.
  package func readableByteCount() throws(Errno) -> Int {
    Int(try checked { platform_readable_bytes(rawValue) })
  }
}

// MARK: - Readiness

/// The events of poll(2): those to ask for, or those that are reported.
package struct PollEvents: OptionSet, Sendable {
  package let rawValue: Int16

  package init(rawValue: Int16) { self.rawValue = rawValue }

  package static let reading = PollEvents(rawValue: Int16(POLLIN))
  package static let writing = PollEvents(rawValue: Int16(POLLOUT))
  /// The other end is gone; reported without being asked for.
  package static let hangup = PollEvents(rawValue: Int16(POLLHUP))
  /// An error is pending, or a pipe has no reader; reported without being asked for.
  package static let error = PollEvents(rawValue: Int16(POLLERR))
  /// The number is not open; reported without being asked for.
  package static let invalid = PollEvents(rawValue: Int16(POLLNVAL))
}

extension FileDescriptor {
  /// What of `wanted` the descriptor is ready for now; never waits.
  package func pollReadiness(_ wanted: PollEvents) throws(Errno) -> PollEvents {
    try blockUntilReady(wanted, milliseconds: 0)
  }

  /// Blocks the thread until the descriptor is ready or the time is over (-1: never); empty when it is.
  package func blockUntilReady(
    _ wanted: PollEvents, milliseconds: Int32, interruption: Interruption = .retry
  ) throws(Errno) -> PollEvents {
    var entry = pollfd(fd: rawValue, events: wanted.rawValue, revents: 0)
    _ = try checked(nil, interruption) { Glibc.poll(&entry, 1, milliseconds) }
    return PollEvents(rawValue: entry.revents)
  }

  /// As `blockUntilReady`, for two descriptors at once; says what each is ready for. A `nil` is never ready.
  package static func blockUntilEitherReady(
    _ first: FileDescriptor, _ second: FileDescriptor?, _ wanted: PollEvents, milliseconds: Int32,
    interruption: Interruption = .retry
  ) throws(Errno) -> (first: PollEvents, second: PollEvents) {
    // The kernel passes over entries with a negative number.
    var entries = (
      pollfd(fd: first.rawValue, events: wanted.rawValue, revents: 0),
      pollfd(fd: second?.rawValue ?? -1, events: wanted.rawValue, revents: 0)
    )
    _ = try withUnsafeMutableBytes(of: &entries) { (bytes) throws(Errno) in
      try checked(nil, interruption) {
        Glibc.poll(bytes.baseAddress!.assumingMemoryBound(to: pollfd.self), 2, milliseconds)
      }
    }
    return (PollEvents(rawValue: entries.0.revents), PollEvents(rawValue: entries.1.revents))
  }
}

// MARK: - Locks

extension FileDescriptor {
  /// A lock on a whole file, which belongs to the open file description.
  package enum Lock: Sendable {
    case shared, exclusive, none
  }

  /// Acquires or releases the lock; blocks while another description holds a conflicting one.
  package func lock(_ lock: Lock, interruption: Interruption = .retry) throws(Errno) {
    _ = try checked(nil, interruption) { flock(rawValue, lock.operation) }
  }

  /// Acquires the lock if no other description holds a conflicting one; returns whether it did.
  package func lockIfFree(_ lock: Lock) throws(Errno) -> Bool {
    do {
      _ = try checked { flock(rawValue, lock.operation | LOCK_NB) }
      return true
    } catch .wouldBlock {
      return false
    }
  }
}

extension FileDescriptor.Lock {
  fileprivate var operation: Int32 {
    switch self {
    case .shared: LOCK_SH
    case .exclusive: LOCK_EX
    case .none: LOCK_UN
    }
  }
}
