import CPlatform
import SystemPackage

/// A TCP socket that accepts connections, for the tasks of one loop.
///
/// Everything but the endpoint is for the loop's own thread, or for any while the loop has never been driven; elsewhere the
/// program stops. It owns its descriptor until `close()`, or until the last reference to it is gone.
public final class Listener: @unchecked Sendable {
  // Unchecked: every access to the descriptor asks for the thread first.
  /// Where it listens; the port is the kernel's choice where 0 was asked for.
  public let endpoint: Endpoint
  private let loop: EventLoop
  private var confinedDescriptor: FileDescriptor?

  private var descriptor: FileDescriptor? {
    get {
      loop.requireItsThread("Listener")
      return confinedDescriptor
    }
    set {
      loop.requireItsThread("Listener")
      confinedDescriptor = newValue
    }
  }

  /// Listens from now on. Does not wait.
  ///
  /// - Throws: `Errno`, for example `addressInUse`; `invalidArgument` where the host is no address in numbers.
  public init(
    on loop: EventLoop, at endpoint: Endpoint = Endpoint(port: 0), backlog: Int32 = 1024
  ) throws(Errno) {
    var local = platform_endpoint()
    let raw = platform_tcp_listen(endpoint.host, endpoint.port, backlog, &local)
    guard raw >= 0 else { throw lastError() }
    self.loop = loop
    self.endpoint = Endpoint(local)
    confinedDescriptor = FileDescriptor(rawValue: raw)
    loop.poller.keepArmed(raw)
  }

  deinit {
    guard let descriptor = confinedDescriptor else { return }
    loop.closeFromAnyThread(descriptor)
  }

  /// Waits for the next connection.
  ///
  /// - Throws: `CancellationError`; `Errno` (`badFileDescriptor` once it is closed).
  public func accept() async throws -> Connection {
    while true {
      guard let descriptor else { throw Errno.badFileDescriptor }
      var peer = platform_endpoint()
      let raw = platform_tcp_accept(descriptor.rawValue, &peer)
      if raw >= 0 { return Connection(FileDescriptor(rawValue: raw), to: Endpoint(peer), on: loop) }
      try await waitIfAgain(lastError(), for: descriptor)
    }
  }

  /// Schedules a task that accepts connections until it is cancelled or this is closed, and for each of them a task
  /// that runs `handle` and then closes the connection. What `handle` throws ends its own connection only. With no
  /// descriptor left for the next connection, that one waits.
  @discardableResult
  public func serve(
    name: String = "server", _ handle: @escaping @Sendable (Connection) async throws -> Void
  ) -> BackgroundTask<Void> {
    loop.schedule(name: name) { [self] in
      while let connection = try await acceptPatiently() {
        _ = loop.schedule(name: "\(name) of \(connection.peer)") {
          defer { connection.close() }
          try await handle(connection)
        }
      }
    }
  }

  /// The next connection; nil once this is closed. Where the kernel has nothing left to make one of, it asks again a
  /// little later: nothing tells when another descriptor is closed.
  private func acceptPatiently() async throws -> Connection? {
    while descriptor != nil {
      do {
        return try await accept()
      } catch Errno.badFileDescriptor {
        continue
      } catch Errno.tooManyOpenFiles, Errno.tooManyOpenFilesInSystem, Errno.noBufferSpace, Errno.noMemory {
        try await sleep(for: .milliseconds(100))
      }
    }
    return nil
  }

  /// Stops listening; a task that waits for a connection gets an error. A second time does nothing.
  public func close() {
    guard let descriptor = descriptor.take() else { return }
    loop.poller.forget(descriptor.rawValue, in: loop)
    _ = try? descriptor.close()
  }
}

extension EventLoop {
  /// Closes a descriptor that was kept armed.
  func closeFromAnyThread(_ descriptor: FileDescriptor) {
    perform(
      .call { loop in
        loop.poller.forget(descriptor.rawValue, in: loop)
        _ = try? descriptor.close()
      })
  }
}

/// Waits until the descriptor is readable where the call would have blocked; ignores an interruption, throws any other
/// error.
func waitIfAgain(_ error: Errno, for descriptor: FileDescriptor) async throws {
  switch error {
  case .resourceTemporarilyUnavailable: try await waitUntilReadable(descriptor)
  case .interrupted, .connectionAbort: return
  default: throw error
  }
}
