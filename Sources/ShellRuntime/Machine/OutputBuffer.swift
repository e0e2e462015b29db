import ByteStrings

/// Bytes that a builtin has written to its descriptors and that the machine has not written out, in order.
struct OutputBuffer: Sendable {
  private struct Chunk: Sendable {
    let descriptor: Int
    var bytes: [UInt8]
  }

  /// The builtin that wrote it, for messages.
  var writer = ByteString()
  private var chunks: [Chunk] = []
  private var current: [UInt8] = []
  private var descriptor = 1
  /// How many bytes of the first chunk have been written.
  private var start = 0

  var isEmpty: Bool { current.isEmpty && chunks.isEmpty }

  @inline(__always)
  mutating func append(_ bytes: ByteString, to descriptor: Int) {
    if descriptor != self.descriptor { change(to: descriptor) }
    bytes.withUnsafeBytes { current.append(contentsOf: $0) }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int) {
    if descriptor != self.descriptor { change(to: descriptor) }
    current.append(contentsOf: bytes)
  }

  @inline(__always)
  mutating func append(_ byte: UInt8, to descriptor: Int) {
    if descriptor != self.descriptor { change(to: descriptor) }
    current.append(byte)
  }

  private mutating func change(to descriptor: Int) {
    if !current.isEmpty {
      chunks.append(Chunk(descriptor: self.descriptor, bytes: current))
      current = []
    }
    self.descriptor = descriptor
  }

  mutating func removeAll() {
    chunks.removeAll()
    current.removeAll(keepingCapacity: true)
    start = 0
  }

  /// How many bytes are not written out.
  var count: Int { current.count + chunks.reduce(0) { $0 + $1.bytes.count } - start }

  /// Writes bytes out with `write`, which returns how many it accepted, or `nil` to stop. What was accepted is removed.
  mutating func drain(_ write: (Int, UnsafeRawBufferPointer) -> Int?) {
    while !chunks.isEmpty {
      guard let taken = drain(chunks[0].bytes, chunks[0].descriptor, write) else { return }
      if taken { chunks.removeFirst() } else { return }
    }
    if !current.isEmpty, drain(current, descriptor, write) == true { current.removeAll(keepingCapacity: true) }
  }

  private mutating func drain(
    _ bytes: [UInt8], _ descriptor: Int, _ write: (Int, UnsafeRawBufferPointer) -> Int?
  ) -> Bool? {
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, UnsafeRawBufferPointer(rebasing: $0[start...])) }
      guard let count else { return nil }
      start += count
    }
    start = 0
    return true
  }
}
