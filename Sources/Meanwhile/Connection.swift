import CPlatform
import SystemPackage

/// A TCP connection, for the tasks of one loop.
///
/// Everything but the peer is for the loop's own thread; elsewhere the program stops. It owns its descriptor until
/// `close()`, or until the last reference to it is gone.
public final class Connection: @unchecked Sendable {
  // Unchecked: every access to the descriptor asks for the thread first.
  /// The other end.
  public let peer: Endpoint
  private let loop: EventLoop
  private var confinedDescriptor: FileDescriptor?
  // Where a read has found nothing, the next one probably would too: asking the kernel first saves that system call.
  private var waitsBeforeReading = false

  private var descriptor: FileDescriptor? {
    get {
      loop.requireItsThread("Connection")
      return confinedDescriptor
    }
    set {
      loop.requireItsThread("Connection")
      confinedDescriptor = newValue
    }
  }

  init(_ descriptor: FileDescriptor, to peer: Endpoint, on loop: EventLoop) {
    confinedDescriptor = descriptor
    self.peer = peer
    self.loop = loop
    loop.poller.keepArmed(descriptor.rawValue)
  }

  deinit {
    guard let descriptor = confinedDescriptor else { return }
    loop.closeFromAnyThread(descriptor)
  }

  /// Waits until it is connected. Only for code that a loop runs.
  ///
  /// - Throws: `Errno`, for example `connectionRefused`; `CancellationError`.
  public static func connect(to endpoint: Endpoint) async throws -> Connection {
    if EventLoop.runsElsewhere() {
      return try await leavingTheActor("Connection.connect") { try await connect(to: endpoint) }
    }
    let (loop, _) = EventLoop.runningTask("Connection.connect")
    var isPending: Int32 = 0
    let raw = platform_tcp_connect(endpoint.host, endpoint.port, &isPending)
    guard raw >= 0 else { throw lastError() }
    let connection = Connection(FileDescriptor(rawValue: raw), to: endpoint, on: loop)
    guard isPending != 0 else { return connection }
    try await waitUntilWritable(FileDescriptor(rawValue: raw))
    let error = platform_socket_error(raw)
    guard error == 0 else { throw Errno(rawValue: error) }
    return connection
  }

  /// Reads what is there into the buffer; waits until there is something.
  ///
  /// - Returns: The number of bytes; 0 at the end.
  /// - Throws: `Errno` (`badFileDescriptor` once it is closed); `CancellationError`.
  public func read(into buffer: UnsafeMutableRawBufferPointer) async throws -> Int {
    while true {
      if waitsBeforeReading { try await waitUntilReadable(openDescriptor()) }
      // Asked for anew: it may have been closed meanwhile, and its number be another one's.
      let descriptor = try openDescriptor()
      let count = readOnce(descriptor.rawValue, buffer)
      if count >= 0 {
        noteRead(count, of: buffer.count)
        return count
      }
      try await waitIfAgain(lastError(), for: descriptor)
      waitsBeforeReading = false
    }
  }

  /// Reads at most `limit` bytes; waits until there are some.
  ///
  /// - Returns: The bytes; none at the end.
  /// - Throws: As `read(into:)`.
  public func read(atMost limit: Int = 65_536) async throws -> [UInt8] {
    while true {
      if waitsBeforeReading { try await waitUntilReadable(openDescriptor()) }
      // Asked for anew: it may have been closed meanwhile, and its number be another one's.
      let descriptor = try openDescriptor()
      var result = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        result = readOnce(descriptor.rawValue, UnsafeMutableRawBufferPointer(buffer))
        count = max(0, result)
      }
      if result >= 0 {
        noteRead(result, of: limit)
        return bytes
      }
      try await waitIfAgain(lastError(), for: descriptor)
      waitsBeforeReading = false
    }
  }

  /// There is probably more after a full buffer, if that is a large one.
  private func noteRead(_ count: Int, of capacity: Int) {
    waitsBeforeReading = count < capacity || capacity < 4096
  }

  /// Writes all the bytes; waits where the kernel takes no more.
  ///
  /// - Throws: `Errno`, for example `brokenPipe`; `CancellationError`, when some may have been written.
  public func write(_ bytes: [UInt8]) async throws {
    var written = 0
    while written < bytes.count {
      written += try bytes.withUnsafeBytes { try writeOnce(UnsafeRawBufferPointer(rebasing: $0[written...])) }
      if written < bytes.count { try await waitUntilWritable(openDescriptor()) }
    }
  }

  /// Writes all the bytes of the buffer, which must stay as it is meanwhile; waits where the kernel takes no more.
  ///
  /// - Throws: As `write(_:)` of an array.
  public func write(_ bytes: UnsafeRawBufferPointer) async throws {
    var written = 0
    while written < bytes.count {
      written += try writeOnce(UnsafeRawBufferPointer(rebasing: bytes[written...]))
      if written < bytes.count { try await waitUntilWritable(openDescriptor()) }
    }
  }

  /// Writes what the kernel takes without waiting; returns how much that was.
  private func writeOnce(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    let descriptor = try openDescriptor()
    while true {
      let count = platform_socket_send(descriptor.rawValue, bytes.baseAddress, bytes.count)
      if count >= 0 { return count }
      switch lastError() {
      case .interrupted: continue
      case .resourceTemporarilyUnavailable: return 0
      case let error: throw error
      }
    }
  }

  private func openDescriptor() throws(Errno) -> FileDescriptor {
    guard let descriptor else { throw .badFileDescriptor }
    return descriptor
  }

  /// Closes it; a task that waits to read or write gets an error. A second time does nothing.
  public func close() {
    guard let descriptor = descriptor.take() else { return }
    loop.poller.forget(descriptor.rawValue, in: loop)
    _ = try? descriptor.close()
  }
}
