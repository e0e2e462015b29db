import ByteStrings
import Meanwhile
import Platform
import Synchronization
import SystemPackage

/// A pipe between two coroutines, or from a command substitution to the word that it stands in: bytes in memory.
///
/// When a program gets one end, the pipe becomes a kernel pipe with the same content; both ends go on as before.
/// Safe from any thread.
package final class InProcessPipe: Sendable {
  package enum Capacity: Sendable {
    /// 64 KiB, as the kernel's.
    case limited
    /// As much as memory holds: what is captured is read when its writers are gone.
    case unlimited
  }

  /// What the kernel's pipes hold, so that a full one of ours fits into a new one of theirs.
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
    /// What the reader looked at in the kernel pipe.
    var lookahead = PipeLookahead()
    /// The ends of the kernel pipe, once a program takes part.
    var kernel: (reading: FileDescriptor?, writing: FileDescriptor?)?

    var count: Int { bytes.count - start }
  }

  private let state = Mutex(State())
  private let capacity: Capacity
  /// Signalled when bytes or an end arrive.
  let becameReadable = WakeEvent()
  /// Signalled when room or the reader's end arrive.
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

  func closeWriter() {
    state.withLock { state in
      state.hasWriter = false
      try? state.kernel?.writing?.closeDescriptor()
      state.kernel?.writing = nil
    }
    becameReadable.signal()
  }

  // MARK: Reading

  /// Bytes that are there, without taking them.
  func peek(isAlone: Bool) -> OpenFile.PeekResult {
    state.withLock { state in
      if state.count == 0, let reading = state.kernel?.reading {
        let result = state.lookahead.peek(reading, isAlone: isAlone)
        if case .endOfFile = result, state.hasWriter { return .wouldBlock }
        return result
      }
      if state.count == 0 { return state.hasWriter ? .wouldBlock : .endOfFile }
      return .bytes(ByteString(state.bytes[state.start...].prefix(Self.partToPeek)))
    }
  }

  /// Most lines are shorter; a part is copied each time somebody looks.
  private static let partToPeek = 512

  func consume(_ count: Int) {
    state.withLock { state in
      if state.count == 0 { return state.lookahead.consume(count) }
      state.start += count
      if state.start > Self.limit, state.start * 2 > state.bytes.count {
        state.bytes.removeFirst(state.start)
        state.start = 0
      }
    }
    becameWritable.signal()
  }

  func closeReader() {
    state.withLock { state in
      // Whether a program still reads a kernel pipe is for the kernel to say.
      state.hasReader = state.kernel != nil
      state.bytes = []
      state.start = 0
      if let reading = state.kernel?.reading {
        try? state.lookahead.removeConsumed(from: reading)
        state.lookahead.close()
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

  /// The end that a program gets, owned by the pipe: it becomes a kernel pipe, and what it holds goes into that.
  func descriptorForProgram(writing: Bool) throws(Errno) -> FileDescriptor {
    let result = state.withLock { state -> Result<FileDescriptor, Errno> in
      do throws(Errno) {
        if state.kernel == nil {
          let pipe = try FileDescriptor.makePipe()
          state.kernel = (pipe.reading, pipe.writing)
          if capacity == .limited { try Self.pourIntoKernel(&state) }
        }
        if !writing, let reading = state.kernel?.reading { try state.lookahead.removeConsumed(from: reading) }
        guard let descriptor = writing ? state.kernel?.writing : state.kernel?.reading else { throw .brokenPipe }
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

  /// What is in memory fits, since neither holds more than the other.
  private static func pourIntoKernel(_ state: inout State) throws(Errno) {
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

  /// Has the loop empty the pipe whenever a program has written to it, so that no program waits for room.
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

  /// Takes what programs have written so far; called by the loop whenever there is something.
  ///
  /// - Returns: Whether the last writer is gone.
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

  /// What to wait for until the last writer, ours or a program, is gone; `nil` when that is so.
  package var closing: WaitRequest? {
    state.withLock { state in
      if !state.hasWriter, Self.drain(&state) { return nil as WaitRequest? }
      // A kernel pipe is being emptied by the loop, which says so through the same event.
      let wait =
        state.kernel == nil
        ? Wait.event("the end of a command substitution") : Wait(.external, subject: "a program's output")
      return WaitRequest(wait, events: [becameReadable.ticket])
    }
  }

  /// All that was written and not read.
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
  func takeText() -> ByteString {
    state.withLock { state in
      var end = state.bytes.count
      while end > 0, state.bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
      let bytes = state.bytes.withUnsafeBytes { ByteString(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
      return bytes.contains(0) ? ByteString(bytes.filter { $0 != 0 }) : bytes
    }
  }
}
