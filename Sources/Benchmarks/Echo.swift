import Meanwhile

/// TCP on loopback, both ends in one thread, 64 bytes a message.
enum Echo {
  private static let size = 64

  static func measure(connections: Int, roundTrips: Int) throws -> Figures {
    let loop = EventLoop()
    let listener = try Listener(on: loop)
    let server = listener.serve { connection in
      try await withBuffer { buffer in
        while true {
          let count = try await connection.read(into: buffer)
          if count == 0 { return }
          try await connection.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
      }
    }
    let endpoint = listener.endpoint
    let start = Measure.now()
    let clients = (0..<connections).map { number in
      let share = roundTrips / connections + (number < roundTrips % connections ? 1 : 0)
      return loop.schedule { try await client(of: endpoint, share) }
    }
    let done = try loop.runInForeground {
      try await waitAll(clients).done.reduce(0) { try $0 + $1.result }
    }
    let seconds = Double(Measure.now() - start) / 1_000_000_000
    server.cancel()
    return [("round_trips_per_s", "\(Int(Double(done) / seconds))")]
  }

  private static func client(of endpoint: Endpoint, _ roundTrips: Int) async throws -> Int {
    let connection = try await Connection.connect(to: endpoint)
    defer { connection.close() }
    return try await withBuffer { buffer in
      for _ in 0..<roundTrips {
        try await connection.write(UnsafeRawBufferPointer(buffer))
        var received = 0
        while received < size {
          let count = try await connection.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[received...]))
          if count == 0 { return 0 }
          received += count
        }
      }
      return roundTrips
    }
  }

  private static func withBuffer<Result>(
    _ body: (UnsafeMutableRawBufferPointer) async throws -> Result
  ) async throws -> Result {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    defer { buffer.deallocate() }
    buffer.initializeMemory(as: UInt8.self, repeating: 7)
    return try await body(buffer)
  }
}
