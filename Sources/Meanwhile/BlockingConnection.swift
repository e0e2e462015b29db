import CPlatform
import SystemPackage

/// A TCP connection whose calls block, for callables on worker threads.
///
/// It refuses to be used on a thread that drives a loop: that loop would stand still, and a server on it would never
/// answer.
public final class BlockingConnection {
  private let descriptor: FileDescriptor

  /// Connects; each read and write blocks for at most `limit`.
  ///
  /// - Throws: ``MeanwhileError/blocksTheLoop`` on a loop's own thread; `Errno`, for example `connectionRefused`.
  public init(to endpoint: Endpoint, limit: Duration = .seconds(60)) throws {
    guard platform_thread_drives_loops() == 0 else { throw MeanwhileError.blocksTheLoop }
    let milliseconds = max(1, limit.wholeNanoseconds / 1_000_000)
    let raw = platform_tcp_connect_blocking(endpoint.host, endpoint.port, milliseconds)
    guard raw >= 0 else { throw lastError() }
    descriptor = FileDescriptor(rawValue: raw)
  }

  deinit { _ = try? descriptor.close() }

  /// Reads at most `limit` bytes; none at the end.
  ///
  /// - Throws: `Errno`; `resourceTemporarilyUnavailable` where the time limit was over first.
  public func read(atMost limit: Int = 65_536) throws -> [UInt8] {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      result = readOnce(descriptor.rawValue, UnsafeMutableRawBufferPointer(buffer))
      count = max(0, result)
    }
    guard result >= 0 else { throw lastError() }
    return bytes
  }

  /// Writes all the bytes.
  ///
  /// - Throws: `Errno`; `resourceTemporarilyUnavailable` where the time limit was over first.
  public func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { platform_socket_send(descriptor.rawValue, $0.baseAddress!, $0.count) }
      guard count >= 0 else { throw lastError() }
      rest = rest.dropFirst(count)
    }
  }
}
