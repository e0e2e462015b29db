import CPlatform

/// One end of a TCP connection: an address in numbers, and a port.
public struct Endpoint: Hashable, Sendable {
  /// The address, as `127.0.0.1` or `::1`.
  public let host: String
  /// The port.
  public let port: UInt16

  /// Makes an endpoint; the loopback address unless another is given.
  public init(host: String = "127.0.0.1", port: UInt16) {
    self.host = host
    self.port = port
  }

  init(_ raw: platform_endpoint) {
    port = raw.port
    host = withUnsafeBytes(of: raw.host) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension Endpoint: CustomStringConvertible {
  /// Address and port, as `127.0.0.1:80` or `[::1]:80`.
  public var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
