import Glibc
import SystemPackage
import Testing

@testable import Meanwhile

/// The sessions T: TCP echo client and server over real loopback sockets.
@Suite struct NetworkTests {
  let loop = EventLoop()
  let log = TestLog()

  /// The posts' echo server: one message a connection.
  private func startServer() throws -> Listener {
    let listener = try Listener(on: loop)
    listener.serve { [log] connection in
      let data = try await connection.read()
      let text = String(decoding: data, as: UTF8.self)
      log.write("-> Server received '\(text)' from ('\(connection.peer.host)', \(connection.peer.port))")
      log.write("<- Server sending: '\(text)'")
      try await connection.write(data)
      log.write("-- Terminating connection on server")
    }
    return listener
  }

  private func client(to port: UInt16) -> @Sendable () async throws -> String {
    { [log] in
      let connection = try await Connection.connect(to: Endpoint(port: port))
      defer { connection.close() }
      log.write("-> Client sending: 'Hello World!'")
      try await connection.write(Array("Hello World!".utf8))
      let text = String(decoding: try await connection.read(), as: UTF8.self)
      log.write("<- Client received: '\(text)'")
      log.write("-- Terminating connection on client")
      return text
    }
  }

  private func blockingClient(to port: UInt16, _ log: TestLog) -> @Sendable () throws -> String {
    {
      log.write("-> Client connecting to port: \(port)")
      let connection = try BlockingConnection(to: Endpoint(port: port), limit: .seconds(20))
      log.write("-> Client sending: 'Hello World!'")
      try connection.write(Array("Hello World!".utf8))
      let text = String(decoding: try connection.read(), as: UTF8.self)
      log.write("<- Client received: '\(text)'")
      log.write("-- Terminating connection on client")
      return text
    }
  }

  /// The first letters of lines, as the table names them; the client's port is the kernel's choice.
  private func names(_ lines: [String]) -> [String] {
    lines.map { line in
      if line.hasPrefix("-> Server received 'Hello World!' from ('127.0.0.1', ") { return "S1" }
      return switch line {
      case "<- Server sending: 'Hello World!'": "S2"
      case "-- Terminating connection on server": "S3"
      case "-> Client sending: 'Hello World!'": "C1"
      case "<- Client received: 'Hello World!'": "C2"
      case "-- Terminating connection on client": "C3"
      default: line
      }
    }
  }

  @Test func t1And2ServersHaveTheirOwnPortsAtOnce() throws {
    let (first, second) = (try startServer(), try startServer())
    #expect(first.endpoint.port != 0)
    #expect(first.endpoint.port != second.endpoint.port)
    #expect(first.endpoint.host == "127.0.0.1")
  }

  @Test func t3ForegroundClient() throws {
    let server = try startServer()
    let text = try loop.runInForeground(client(to: server.endpoint.port))
    #expect(names(log.take()) == ["C1", "S1", "S2", "S3", "C2", "C3"])
    #expect(text == "Hello World!")
  }

  @Test func t5To7TwoClientsInTheBackground() throws {
    let servers = [try startServer(), try startServer()]
    let clients = servers.map { loop.schedule(client(to: $0.endpoint.port)) }
    #expect(log.take() == [])
    try loop.runInForeground { _ = try await waitAll(clients) }
    #expect(
      names(log.take()) == ["C1", "C1", "S1", "S2", "S3", "S1", "S2", "S3", "C2", "C3", "C2", "C3"])
    #expect(try clients.map { try $0.result } == ["Hello World!", "Hello World!"])
  }

  @Test func t8And9BlockingClientsOnThreadsWaitForTheLoop() throws {
    let servers = [try startServer(), try startServer()]
    let logs = [TestLog(), TestLog()]
    let clients = zip(servers, logs).map { server, log in
      loop.callInBackground(blockingClient(to: server.endpoint.port, log))
    }
    for log in logs { while log.count < 2 { blockThread(milliseconds: 1) } }
    blockThread(milliseconds: 20)
    for (server, log) in zip(servers, logs) {
      #expect(names(log.take()) == ["-> Client connecting to port: \(server.endpoint.port)", "C1"])
    }
    #expect(log.take() == [])
    try loop.runInForeground { _ = try await waitAll(clients) }
    #expect(names(log.take()).filter { $0 == "S1" }.count == 2)
    for log in logs { #expect(names(log.take()) == ["C2", "C3"]) }
    #expect(try clients.map { try $0.result } == ["Hello World!", "Hello World!"])
  }

  @Test func t11BlockingClientOnTheLoopsOwnThreadIsRefused() throws {
    let server = try startServer()
    try loop.runInForeground { try await yield() }
    #expect(throws: MeanwhileError.blocksTheLoop) { try blockingClient(to: server.endpoint.port, log)() }
    #expect(
      MeanwhileError.blocksTheLoop.description
        == "a call that blocks was made on a loop's own thread; use callInBackground")
  }

  @Test func closedListenerEndsItsServer() throws {
    let listener = try Listener(on: loop)
    let server = listener.serve { _ in }
    try loop.runInForeground { try await yield() }
    let accepting = loop.schedule { _ = try await listener.accept() }
    try loop.runInForeground { try await yield() }
    listener.close()
    try loop.runInForeground(server)
    #expect(throws: Errno.badFileDescriptor) { try loop.runInForeground(accepting) }
  }

  @Test func serverOutlivesAShortageOfDescriptors() async {
    await #expect(processExitsWith: .success) {
      let loop = EventLoop()
      let listener = try Listener(on: loop)
      let server = listener.serve { try await $0.write([7]) }
      try loop.runInForeground { try await sleep(for: .milliseconds(1)) }
      var limit = rlimit(rlim_cur: 64, rlim_max: 64)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      var all: [Int32] = []
      while case let number = dup(1), number >= 0 { all.append(number) }
      close(all.removeLast())
      let descriptors = all
      let bytes = try loop.runInForeground { () async throws -> [UInt8] in
        let client = try await Connection.connect(to: listener.endpoint)
        try await sleep(for: .milliseconds(1))
        for number in descriptors { close(number) }
        return try await withTimeout(.seconds(20)) { try await client.read() }
      }
      precondition(bytes == [7] && !server.isDone)
    }
  }

  @Test func readerOfAClosedConnectionTakesNothingFromTheNextOne() throws {
    let listener = try Listener(on: loop)
    try loop.runInForeground { [loop] in
      let clients = [
        try await Connection.connect(to: listener.endpoint), try await Connection.connect(to: listener.endpoint),
      ]
      for client in clients { try await client.write([1]) }
      let first = try await listener.accept()
      _ = try await first.read()
      let reader = loop.schedule { try await first.read() }
      try await yield()
      first.close()
      // It is given the number that has just become free.
      let second = try await listener.accept()
      await #expect(throws: Errno.badFileDescriptor) { try await reader.value }
      #expect(try await second.read() == [1])
    }
  }

  @Test func refusedConnectionThrows() throws {
    let listener = try Listener(on: loop)
    let port = listener.endpoint.port
    listener.close()
    #expect(throws: Errno.connectionRefused) {
      try loop.runInForeground { _ = try await Connection.connect(to: Endpoint(port: port)) }
    }
  }

  @Test func manyBytesCrossInPieces() throws {
    let sent = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let listener = try Listener(on: loop)
    let receiver = loop.schedule {
      let connection = try await listener.accept()
      var received: [UInt8] = []
      while true {
        let bytes = try await connection.read()
        if bytes.isEmpty { return received }
        received += bytes
      }
    }
    try loop.runInForeground {
      let connection = try await Connection.connect(to: listener.endpoint)
      try await connection.write(sent)
      connection.close()
    }
    #expect(try loop.runInForeground(receiver) == sent)
  }
}
