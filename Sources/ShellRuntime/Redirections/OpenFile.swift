import ByteStrings
import Meanwhile
import Platform
import Synchronization
import SystemPackage

/// An open file description: what a descriptor of the shell refers to. Copies of an environment share it, as processes
/// share what they inherit. It owns its descriptor unless that is one which the process was started with, and closes it
/// when the last reference is gone.
///
/// A read takes exactly what it returns, for whoever reads next. Where no other process can be that, more is read ahead,
/// and given back (`giveBack`) before a program gets the file. Safe from any thread.
package final class OpenFile: Sendable {
  package enum WriteResult: Sendable {
    case wrote(Int)
    case wouldBlock
    case failed(Errno)
  }

  package enum ReadResult: Sendable {
    /// At least one.
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
    /// What was read of a regular file and not taken.
    var ahead = ByteString()
    /// Whether another process may read by the same description, or a write moves its place: nothing stays in `ahead`.
    var isShared: Bool
    var pipe = PipeReader(isShared: true)
  }

  private let input: Mutex<Input>

  /// Makes one of a descriptor of this process, which it closes at the end if `isOwned`. `isShared` says that others may
  /// read by it, or that it is written as well as read.
  package convenience init(_ descriptor: FileDescriptor, isOwned: Bool, isShared: Bool = false) {
    self.init(.descriptor(descriptor, isOwned: isOwned, Self.kind(of: descriptor)), isShared: isShared)
  }

  private init(_ backing: Backing, isShared: Bool = false) {
    self.backing = backing
    input = Mutex(Input(isShared: isShared))
  }

  convenience init(readingFrom pipe: InProcessPipe) { self.init(.pipeReader(pipe)) }
  convenience init(writingTo pipe: InProcessPipe) { self.init(.pipeWriter(pipe)) }
  convenience init(unopened: Unopened) { self.init(.unopened(unopened)) }

  /// `/dev/null` for reading, opened on demand.
  convenience init(empty: EmptyInput) { self.init(.empty(empty)) }

  deinit {
    switch backing {
    case .descriptor(let descriptor, let isOwned, _):
      giveBack()
      input.withLock { $0.pipe.close() }
      if isOwned {
        try? descriptor.closeDescriptor()
      } else if Self.releasesStandardFiles.load(ordering: .relaxed) {
        Self.release(descriptor)
      }
    case .pipeReader(let pipe): pipe.closeReader()
    case .pipeWriter(let pipe): pipe.closeWriter()
    case .unopened, .empty: break
    }
  }

  /// Whether the files that this process was started with are released with their last reference too: each descriptor
  /// becomes one of `/dev/null`. Of the process, as they are; no weak references find them, because those would make
  /// every copy of an environment slower.
  private static let releasesStandardFiles = Atomic(false)

  /// From now on the files that this process was started with are released with their last reference.
  static func releaseStandardFiles() { releasesStandardFiles.store(true, ordering: .relaxed) }

  private static func release(_ descriptor: FileDescriptor) {
    guard let null = try? Files.open("/dev/null", .readWrite) else { return }
    try? null.duplicate(onto: descriptor)
    try? null.closeDescriptor()
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

  /// Whether it is an end of the pipe.
  func isEnd(of pipe: InProcessPipe) -> Bool {
    switch backing {
    case .pipeReader(let own), .pipeWriter(let own): own === pipe
    case .descriptor, .unopened, .empty: false
    }
  }

  /// Whether it is a terminal.
  var isTerminal: Bool {
    if case .descriptor(let descriptor, _, .device) = backing { Terminal(descriptor) != nil } else { false }
  }

  /// Whether it is open for reading only.
  package var isReadOnly: Bool {
    switch backing {
    case .descriptor(let descriptor, _, _): (try? descriptor.openFlags())?.allowsWriting == false
    case .pipeReader, .empty: true
    case .pipeWriter: false
    case .unopened(let file): !file.flags.allowsWriting
    }
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

  /// Writes all, but loses what does not fit into a full pipe.
  func writeDirectly(_ bytes: ByteString) {
    var rest = bytes
    while !rest.isEmpty, case .wrote(let count) = rest.withUnsafeBytes({ write($0) }) {
      rest = rest.dropping(first: count)
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

  /// Reads what is there, without waiting, up to the limit.
  package func read(_ limit: ReadLimit) -> ReadResult {
    switch backing {
    case .pipeReader(let pipe): pipe.read(limit)
    case .empty: .endOfFile
    case .pipeWriter, .unopened: .failed(.badFileDescriptor)
    case .descriptor(let descriptor, _, let kind):
      input.withLock { input in
        switch kind {
        case .pipe: input.pipe.read(limit, from: descriptor)
        case .regular: Self.readFile(limit, from: descriptor, &input)
        case .socket, .device, .readyDevice: Self.readByte(from: descriptor, mayWait: kind != .readyDevice)
        }
      }
    }
  }

  private static func readFile(_ limit: ReadLimit, from file: FileDescriptor, _ input: inout Input) -> ReadResult {
    do throws(Errno) {
      if input.ahead.isEmpty { input.ahead = ByteString(try file.readSome(4096)) }
      if input.ahead.isEmpty { return .endOfFile }
      let length = limit.length(in: input.ahead)
      let bytes = input.ahead.subrange(0..<length)
      input.ahead = input.ahead.dropping(first: length)
      if input.isShared { giveBack(&input, to: file) }
      return .bytes(bytes)
    } catch {
      return error == .resourceTemporarilyUnavailable ? .wouldBlock : .failed(error)
    }
  }

  private static func readByte(from descriptor: FileDescriptor, mayWait: Bool) -> ReadResult {
    do throws(Errno) {
      if mayWait, try descriptor.pollReadiness(.reading).isEmpty { return .wouldBlock }
      let bytes = try descriptor.readSome(1)
      return bytes.isEmpty ? .endOfFile : .bytes(ByteString(bytes))
    } catch {
      return error == .resourceTemporarilyUnavailable ? .wouldBlock : .failed(error)
    }
  }

  /// Whether a read would not wait.
  package var isReadable: Bool {
    switch backing {
    case .pipeReader(let pipe): pipe.isReadable
    case .descriptor(let descriptor, _, _): (try? descriptor.pollReadiness(.reading).isEmpty) == false
    case .empty: true
    case .pipeWriter, .unopened: false
    }
  }

  /// Makes bytes that were read ahead available to other readers again.
  package func giveBack() {
    guard case .descriptor(let descriptor, _, .regular) = backing else { return }
    input.withLock { Self.giveBack(&$0, to: descriptor) }
  }

  private static func giveBack(_ input: inout Input, to file: FileDescriptor) {
    if input.ahead.isEmpty { return }
    _ = try? file.moveOffset(by: -input.ahead.count, from: .current)
    input.ahead = ByteString()
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
    switch backing {
    case .descriptor(let descriptor, _, let kind):
      if kind == .regular {
        input.withLock { input in
          Self.giveBack(&input, to: descriptor)
          input.isShared = true
        }
      }
      return descriptor
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
