import ByteStrings
import Meanwhile
import Platform
import Synchronization
import SystemPackage

/// An open file description: what a descriptor of the shell refers to. Copies of an environment share it, as processes
/// share what they inherit. It owns its descriptor unless that is one which the process was started with, and closes it
/// when the last reference is gone.
///
/// Reading has two parts: `peek` returns bytes, `consume` removes them from the input. Bytes that were peeked and not
/// consumed are given back (`giveBack`) before a program may read the same input. Safe from any thread.
package final class OpenFile: Sendable {
  package enum WriteResult: Sendable {
    case wrote(Int)
    case wouldBlock
    case failed(Errno)
  }

  package enum PeekResult: Sendable {
    case bytes(ByteString)
    case endOfFile
    case wouldBlock
    case failed(Errno)
  }

  private enum Backing: Sendable {
    case descriptor(FileDescriptor, isOwned: Bool, Kind)
    case pipeReader(InProcessPipe)
    case pipeWriter(InProcessPipe)
    case unopened(Unopened)
    case empty(EmptyInput)
  }

  /// A file that the program opens itself, because that may block.
  struct Unopened: Sendable {
    let path: ByteString
    let flags: OpenFlags
    /// The place of its redirection among those that the program performs.
    let order: Int
  }

  /// Decides whether a descriptor can be read ahead and whether a write may block.
  private enum Kind: Sendable {
    /// Never blocks, and input can be given back by seeking.
    case regular
    case pipe
    case socket
    /// A terminal or another device.
    case device
    /// A device such as `/dev/null`, which never blocks.
    case readyDevice
  }

  private let backing: Backing
  private struct Input {
    /// Bytes that were read and not consumed.
    var ahead = ByteString()
    var pipe = PipeLookahead()
    /// How many running programs may read the same file.
    var sharers = 0
  }

  private let input = Mutex(Input())

  /// Makes one of a descriptor of this process, which it closes at the end if `isOwned`.
  package init(_ descriptor: FileDescriptor, isOwned: Bool) {
    backing = .descriptor(descriptor, isOwned: isOwned, Self.kind(of: descriptor))
  }

  init(readingFrom pipe: InProcessPipe) { backing = .pipeReader(pipe) }
  init(writingTo pipe: InProcessPipe) { backing = .pipeWriter(pipe) }
  init(unopened: Unopened) { backing = .unopened(unopened) }

  /// `/dev/null` for reading, opened on demand.
  init(empty: EmptyInput) { backing = .empty(empty) }

  deinit {
    switch backing {
    case .descriptor(let descriptor, let isOwned, _):
      giveBack()
      input.withLock { $0.pipe.close() }
      if isOwned { try? descriptor.closeDescriptor() }
    case .pipeReader(let pipe): pipe.closeReader()
    case .pipeWriter(let pipe): pipe.closeWriter()
    case .unopened, .empty: break
    }
  }

  private static func kind(of descriptor: FileDescriptor) -> Kind {
    guard let status = try? FileStatus(of: descriptor) else { return .device }
    switch status.kind {
    case .regular, .directory: return .regular
    case .fifo: return .pipe
    case .socket: return .socket
    default: return Terminal(descriptor) == nil ? .readyDevice : .device
    }
  }

  /// The descriptor of this process, if it is one.
  package var descriptor: FileDescriptor? {
    switch backing {
    case .descriptor(let descriptor, _, _): descriptor
    case .empty(let input): try? input.descriptor()
    case .pipeReader, .pipeWriter, .unopened: nil
    }
  }

  /// Whether it is a terminal.
  var isTerminal: Bool {
    if case .descriptor(let descriptor, _, .device) = backing { Terminal(descriptor) != nil } else { false }
  }

  /// A path by which the kernel opens the same file again; `nil` for a pipe or socket, which can only be duplicated.
  var pathToOpenAgain: ByteString? {
    if case .empty = backing { return EmptyInput.path }
    guard case .descriptor(let descriptor, _, let kind) = backing, kind != .pipe, kind != .socket else { return nil }
    return "/proc/self/fd/" + ByteString(decimal: Int(descriptor.rawValue))
  }

  // MARK: Writing

  /// Writes what can be written without waiting.
  package func write(_ bytes: UnsafeRawBufferPointer) -> WriteResult {
    switch backing {
    case .pipeWriter(let pipe): pipe.write(bytes)
    case .pipeReader, .unopened, .empty: .failed(.badFileDescriptor)
    case .descriptor(let descriptor, _, let kind):
      switch kind {
      case .regular, .readyDevice: Self.writeSome(bytes, to: descriptor)
      case .pipe, .socket, .device: Self.write(bytes, toPipe: descriptor)
      }
    }
  }

  private static func writeSome(_ bytes: UnsafeRawBufferPointer, to descriptor: FileDescriptor) -> WriteResult {
    do throws(Errno) {
      return .wrote(try descriptor.writeSome(bytes))
    } catch {
      return error == .resourceTemporarilyUnavailable ? .wouldBlock : .failed(error)
    }
  }

  /// PIPE_BUF: a pipe that polls writable accepts so many bytes without blocking.
  private static let pipeBuffer = 4096

  /// Writes to a blocking descriptor without blocking: polls first, then writes at most PIPE_BUF bytes.
  static func write(_ bytes: UnsafeRawBufferPointer, toPipe descriptor: FileDescriptor) -> WriteResult {
    do throws(Errno) {
      let ready = try descriptor.pollReadiness(.writing)
      if ready.isDisjoint(with: [.writing, .error, .hangup, .invalid]) { return .wouldBlock }
      return writeSome(UnsafeRawBufferPointer(rebasing: bytes.prefix(pipeBuffer)), to: descriptor)
    } catch {
      return .failed(error)
    }
  }

  /// What to wait for before the next write.
  package var writability: WaitRequest {
    switch backing {
    case .pipeWriter(let pipe):
      pipe.writingDescriptor.map { WaitRequest(.writable($0)) }
        ?? WaitRequest(.event("room in a pipe"), events: [pipe.becameWritable.ticket])
    case .descriptor(let descriptor, _, _): WaitRequest(.writable(descriptor))
    case .pipeReader, .unopened, .empty: WaitRequest(.step)
    }
  }

  // MARK: Reading

  /// Bytes that can be read without waiting; they stay until they are consumed.
  package func peek() -> PeekResult {
    if case .pipeReader(let pipe) = backing { return pipe.peek(isAlone: input.withLock { $0.sharers } == 0) }
    if case .empty = backing { return .endOfFile }
    guard case .descriptor(let descriptor, _, let kind) = backing else { return .failed(.badFileDescriptor) }
    return input.withLock { input in
      if kind == .pipe { return input.pipe.peek(descriptor, isAlone: input.sharers == 0) }
      if !input.ahead.isEmpty { return .bytes(input.ahead) }
      let result = Self.read(descriptor, kind)
      if case .bytes(let bytes) = result { input.ahead = bytes }
      return result
    }
  }

  package func consume(_ count: Int) {
    if case .pipeReader(let pipe) = backing { return pipe.consume(count) }
    guard case .descriptor(_, _, let kind) = backing else { return }
    input.withLock { input in
      if kind == .pipe { input.pipe.consume(count) } else { input.ahead = input.ahead.dropping(first: count) }
    }
  }

  /// Reads ahead only what can be given back. A regular file can seek; anything else is read byte by byte.
  private static func read(_ descriptor: FileDescriptor, _ kind: Kind) -> PeekResult {
    do throws(Errno) {
      switch kind {
      case .regular, .readyDevice:
        let bytes = try descriptor.readSome(kind == .regular ? 4096 : 1)
        return bytes.isEmpty ? .endOfFile : .bytes(ByteString(bytes))
      case .pipe, .socket, .device:
        if try descriptor.pollReadiness(.reading).isEmpty { return .wouldBlock }
        let bytes = try descriptor.readSome(1)
        return bytes.isEmpty ? .endOfFile : .bytes(ByteString(bytes))
      }
    } catch {
      return error == .resourceTemporarilyUnavailable ? .wouldBlock : .failed(error)
    }
  }

  /// Makes bytes that were peeked and not consumed available to other readers again.
  package func giveBack() {
    guard case .descriptor(let descriptor, _, let kind) = backing else { return }
    input.withLock { input in
      if kind == .pipe { try? input.pipe.removeConsumed(from: descriptor) }
      if kind != .regular || input.ahead.isEmpty { return }
      _ = try? descriptor.moveOffset(by: -input.ahead.count, from: .current)
      input.ahead = ByteString()
    }
  }

  /// Counts programs that may read the file: one is starting, or has ended.
  func share(_ isStarting: Bool) { input.withLock { $0.sharers += isStarting ? 1 : -1 } }

  /// Whether it is a pipe that a program may read too. While one does, only one byte may be read ahead.
  var isReadable: Bool {
    switch backing {
    case .descriptor(_, _, let kind): kind == .pipe
    case .pipeReader: true
    case .pipeWriter, .unopened, .empty: false
    }
  }

  package var readability: WaitRequest {
    switch backing {
    case .pipeReader(let pipe):
      pipe.readingDescriptor.map { WaitRequest(.readable($0)) }
        ?? WaitRequest(.event("bytes in a pipe"), events: [pipe.becameReadable.ticket])
    case .descriptor(let descriptor, _, _): WaitRequest(.readable(descriptor))
    case .pipeWriter, .unopened, .empty: WaitRequest(.step)
    }
  }

  enum Available {
    case bytes([UInt8])
    case endOfFile, wouldBlock
    case failed(Errno)
  }

  /// All that a pipe holds now, at most 64 KiB.
  static func readAvailable(from descriptor: FileDescriptor) -> Available {
    do throws(Errno) {
      if try descriptor.pollReadiness(.reading).isEmpty { return .wouldBlock }
      let bytes = try descriptor.readSome(InProcessPipe.limit)
      return bytes.isEmpty ? .endOfFile : .bytes(bytes)
    } catch {
      return error == .resourceTemporarilyUnavailable ? .wouldBlock : .failed(error)
    }
  }

  // MARK: Programs

  /// The descriptor that a program gets a copy of.
  func descriptorForProgram() throws(Errno) -> FileDescriptor {
    giveBack()
    switch backing {
    case .descriptor(let descriptor, _, _): return descriptor
    case .pipeReader(let pipe): return try pipe.descriptorForProgram(writing: false)
    case .pipeWriter(let pipe): return try pipe.descriptorForProgram(writing: true)
    case .unopened: throw .badFileDescriptor
    case .empty(let input): return try input.descriptor()
    }
  }

  /// The file that a program is to open itself, if this is one.
  var unopened: Unopened? { if case .unopened(let file) = backing { file } else { nil } }

  /// The pipe of a command substitution, which the loop must empty while programs write to it.
  var capture: InProcessPipe? {
    if case .pipeWriter(let pipe) = backing, pipe.isUnlimited { return pipe }
    return nil
  }
}
