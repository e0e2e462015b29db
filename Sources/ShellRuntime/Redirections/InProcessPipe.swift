import ByteStrings
import Meanwhile
import Platform
import Synchronization
import SystemPackage

/// A pipe between two coroutines, or from a command substitution to its word: bytes in memory.
///
/// When a program gets one end, the pipe becomes a kernel pipe with the same content. It owns both descriptors of that;
/// the program has a duplicate of one. Each end is closed when its last `OpenFile` is gone (`closeReader`,
/// `closeWriter`). Safe from any thread; the events are signalled after the lock is released, since they wake tasks of
/// other loops.
package final class InProcessPipe: Sendable {
  package enum Capacity: Sendable {
    /// 64 KiB, as the kernel's.
    case limited
    /// For command substitutions, whose output is read only when all writers have closed the pipe.
    case unlimited
  }

  /// The capacity of a kernel pipe, so that the content of a full pipe fits into a new kernel pipe.
  static let limit = 65_536

  private struct State {
    var bytes: [UInt8] = []
    /// How many of `bytes` have been read.
    var start = 0
    var hasWriter = true
    var hasReader = true
    /// The loop that empties the kernel pipe as it fills.
    var loop: EventLoop?
    /// Whether the kernel pipe's last writer is gone.
    var hasEnded = false
    var reader = PipeReader(isShared: false)
    /// The ends of the kernel pipe, once a program has got one of them; an end that is closed is `nil`.
    var kernel: (reading: FileDescriptor?, writing: FileDescriptor?)?

    var count: Int { bytes.count - start }
  }

  private let state = Mutex(State())
  private let capacity: Capacity
  /// Signalled when bytes are written or the writer is closed.
  let becameReadable = WakeEvent()
  /// Signalled when bytes are read or the reader is closed.
  let becameWritable = WakeEvent()

  var isUnlimited: Bool { capacity == .unlimited }

  package init(capacity: Capacity) { self.capacity = capacity }

  deinit {
    state.withLock { state in
      if let reading = state.kernel?.reading { state.loop?.unwatch(reading) }
      try? state.kernel?.reading?.closeDescriptor()
      try? state.kernel?.writing?.closeDescriptor()
    }
  }

  // MARK: Writing

  func write(_ bytes: UnsafeRawBufferPointer) -> OpenFile.WriteResult {
    let result = state.withLock { state -> OpenFile.WriteResult in
      if !state.hasReader { return .failed(.brokenPipe) }
      if let writing = state.kernel?.writing, capacity == .limited { return OpenFile.write(bytes, toPipe: writing) }
      // What programs have written before must come first.
      if capacity == .unlimited { _ = Self.drain(&state) }
      let room = capacity == .unlimited ? bytes.count : Self.limit - state.count
      if room == 0 { return .wouldBlock }
      let count = min(room, bytes.count)
      if state.start > 0, state.start == state.bytes.count {
        state.bytes.removeAll(keepingCapacity: true)
        state.start = 0
      }
      state.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
      return .wrote(count)
    }
    if case .wrote = result { becameReadable.signal() }
    return result
  }

  /// Whether an open file of this process writes to it.
  var hasWriter: Bool { state.withLock(\.hasWriter) }

  func closeWriter() {
    state.withLock { state in
      state.hasWriter = false
      try? state.kernel?.writing?.closeDescriptor()
      state.kernel?.writing = nil
    }
    becameReadable.signal()
  }

  // MARK: Reading

  /// Reads what is there, without waiting, up to the limit.
  func read(_ limit: ReadLimit) -> OpenFile.ReadResult {
    let result = state.withLock { state -> OpenFile.ReadResult in
      if state.count > 0 { return .bytes(Self.take(limit, from: &state)) }
      guard let reading = state.kernel?.reading else { return state.hasWriter ? .wouldBlock : .endOfFile }
      let result = state.reader.read(limit, from: reading)
      if case .endOfFile = result, state.hasWriter { return .wouldBlock }
      return result
    }
    if case .bytes = result { becameWritable.signal() }
    return result
  }

  private static func take(_ limit: ReadLimit, from state: inout State) -> ByteString {
    let bytes = state.bytes.withUnsafeBytes { bytes in
      let rest = UnsafeRawBufferPointer(rebasing: bytes[state.start...])
      return ByteString(UnsafeRawBufferPointer(rebasing: rest.prefix(limit.length(in: rest))))
    }
    state.start += bytes.count
    // Moves the rest to the front only now and then, so that reading in small parts is linear.
    if state.start > Self.limit, state.start * 2 > state.bytes.count {
      state.bytes.removeFirst(state.start)
      state.start = 0
    }
    return bytes
  }

  /// Whether a read would not wait.
  var isReadable: Bool {
    state.withLock { state in
      if state.count > 0 { return true }
      guard let reading = state.kernel?.reading else { return !state.hasWriter }
      return state.reader.isReadable(reading)
    }
  }

  /// Whether it holds bytes that were not read.
  var hasUnreadBytes: Bool {
    state.withLock { state in
      if state.count > 0 { return true }
      guard let reading = state.kernel?.reading else { return false }
      return state.reader.hasUnreadBytes(reading)
    }
  }

  func closeReader() {
    state.withLock { state in
      // A program may still read the kernel pipe. If none does, writing to that fails with EPIPE.
      state.hasReader = state.kernel != nil
      state.bytes = []
      state.start = 0
      if let reading = state.kernel?.reading {
        // A program that got the other end of a duplicate reads on behind what was taken.
        try? state.reader.share(reading)
        state.reader.close()
        try? reading.closeDescriptor()
      }
      state.kernel?.reading = nil
    }
    becameWritable.signal()
  }

  /// The descriptor to wait for until something can be read; `nil` while the pipe is in memory.
  var readingDescriptor: FileDescriptor? { state.withLock { $0.kernel?.reading } }
  var writingDescriptor: FileDescriptor? { capacity == .unlimited ? nil : state.withLock { $0.kernel?.writing } }

  // MARK: Programs

  /// The descriptor of one end, for a program to get a duplicate of. The pipe owns it. The first call makes the kernel
  /// pipe and moves the content into it.
  func descriptorForProgram(writing: Bool) throws(Errno) -> FileDescriptor {
    let result = state.withLock { state -> Result<FileDescriptor, Errno> in
      do throws(Errno) {
        if state.kernel == nil {
          let pipe = try FileDescriptor.makePipe()
          state.kernel = (pipe.reading, pipe.writing)
          if capacity == .limited { try Self.moveToKernel(&state) }
        }
        if !writing, let reading = state.kernel?.reading { try state.reader.share(reading) }
        guard let descriptor = writing ? state.kernel?.writing : state.kernel?.reading else { throw .brokenPipe }
        // The writer was closed while the pipe was in memory. Without this the program would never read end of file.
        if !state.hasWriter, !writing {
          try? state.kernel?.writing?.closeDescriptor()
          state.kernel?.writing = nil
        }
        return .success(descriptor)
      } catch {
        return .failure(error)
      }
    }
    becameWritable.signal()
    becameReadable.signal()
    return try result.get()
  }

  /// Does not block: both pipes have the same capacity.
  private static func moveToKernel(_ state: inout State) throws(Errno) {
    guard state.count > 0, let writing = state.kernel?.writing else { return }
    let bytes = Array(state.bytes[state.start...])
    state.bytes = []
    state.start = 0
    let outcome = bytes.withUnsafeBytes { bytes -> Errno? in
      do throws(Errno) { try writing.writeAll(bytes) } catch { return error }
      return nil
    }
    if let outcome { throw outcome }
  }

  // MARK: Capturing

  /// Makes the loop empty the kernel pipe whenever a program has written to it, so that no program blocks on a full
  /// pipe.
  func beginCapturing(in loop: EventLoop) {
    let reading = state.withLock { state -> FileDescriptor? in
      if state.loop != nil { return nil }
      state.loop = loop
      return state.kernel?.reading
    }
    guard let reading else { return }
    loop.watch(reading) { [weak self] in
      guard let self else { return }
      if drain() {
        loop.unwatch(reading)
        closeKernelReader()
      }
    }
  }

  /// Moves to memory what programs have written so far. Called by the loop when the kernel pipe is readable.
  ///
  /// - Returns: Whether the last writer has closed the pipe.
  private func drain() -> Bool {
    let hasEnded = state.withLock { Self.drain(&$0) }
    becameReadable.signal()
    return hasEnded
  }

  private func closeKernelReader() {
    state.withLock { state in
      try? state.kernel?.reading?.closeDescriptor()
      state.kernel?.reading = nil
    }
  }

  private static func drain(_ state: inout State) -> Bool {
    guard let reading = state.kernel?.reading, !state.hasEnded else { return true }
    while true {
      switch OpenFile.readAvailable(from: reading) {
      case .bytes(let bytes): state.bytes.append(contentsOf: bytes)
      case .wouldBlock: return false
      case .endOfFile, .failed:
        state.hasEnded = true
        return true
      }
    }
  }

  /// What to wait for until all writers, coroutines and programs, have closed the pipe; `nil` if they have.
  package var closing: WaitRequest? {
    state.withLock { state in
      if !state.hasWriter, Self.drain(&state) { return nil as WaitRequest? }
      // The loop empties a kernel pipe, and `drain` signals this event too.
      let wait =
        state.kernel == nil
        ? Wait.event("the end of a command substitution") : Wait(.external, subject: "a program's output")
      return WaitRequest(wait, events: [becameReadable.ticket])
    }
  }

  /// Returns and removes all that was written and not read.
  package func takeBytes() -> ByteString {
    state.withLock { state in
      defer {
        state.bytes = []
        state.start = 0
      }
      return ByteString(Array(state.bytes[state.start...]))
    }
  }

  /// All that was written, as a command substitution yields it: without trailing newlines and without NUL bytes.
  func takeText(keepsNewlines: Bool = false) -> ByteString {
    state.withLock { state in
      var end = state.bytes.count
      while !keepsNewlines, end > 0, state.bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
      let bytes = state.bytes.withUnsafeBytes { ByteString(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
      return bytes.contains(0) ? ByteString(bytes.filter { $0 != 0 }) : bytes
    }
  }
}
