import ByteStrings

/// Strings as the kernel wants arguments and environments: pointers to bytes that end with NUL, and a null pointer.
///
/// One allocation holds everything. Immutable, so an environment is built once and used for many programs.
package final class CStringArray: Sendable {
  /// Written only by the initializers, before another thread can have the object, and freed with the last reference;
  /// so sharing it between threads is safe.
  private nonisolated(unsafe) let base: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  /// How many strings there are.
  package let count: Int
  /// How many bytes they have, each with its NUL.
  package let byteCount: Int

  /// The strings, in order. A NUL in a string ends it there.
  package convenience init(_ strings: [ByteString]) {
    let bytes = strings.reduce(strings.count) { $0 + $1.count }
    self.init(count: strings.count, byteCount: bytes) { write in
      for string in strings { write.string(string) }
    }
  }

  /// `name=value` for each pair, as an environment has them.
  package convenience init(assignments: [(name: ByteString, value: ByteString)]) {
    let bytes = assignments.reduce(assignments.count * 2) { $0 + $1.name.count + $1.value.count }
    self.init(count: assignments.count, byteCount: bytes) { write in
      for (name, value) in assignments { write.assignment(name, value) }
    }
  }

  private init(count: Int, byteCount: Int, _ fill: (inout Writer) -> Void) {
    let pointerBytes = (count + 1) * MemoryLayout<UnsafeMutablePointer<CChar>?>.stride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: pointerBytes + byteCount, alignment: MemoryLayout<UnsafeMutablePointer<CChar>?>.alignment)
    base = memory.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: count + 1)
    self.count = count
    self.byteCount = byteCount
    var writer = Writer(pointer: base, position: memory + pointerBytes)
    fill(&writer)
    base[count] = nil
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  /// Calls `body` with the pointers, which must not be used after it returns.
  package func withPointers<Result, Failure: Error>(
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafePointer(base))
  }

  /// The strings, for tests and for showing them.
  package var strings: [ByteString] {
    withPointers { pointers in (0..<count).map { ByteString(cString: pointers[$0]!) } }
  }

  /// Puts one string after the other.
  private struct Writer {
    var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    var position: UnsafeMutableRawPointer

    mutating func string(_ string: ByteString) {
      begin()
      bytes(of: string)
      byte(0)
    }

    mutating func assignment(_ name: ByteString, _ value: ByteString) {
      begin()
      bytes(of: name)
      byte(UInt8(ascii: "="))
      bytes(of: value)
      byte(0)
    }

    private mutating func begin() {
      pointer.pointee = position.assumingMemoryBound(to: CChar.self)
      pointer += 1
    }

    private mutating func bytes(of string: ByteString) {
      string.withUnsafeBytes { source in
        if let start = source.baseAddress { position.copyMemory(from: start, byteCount: source.count) }
        position += source.count
      }
    }

    private mutating func byte(_ byte: UInt8) {
      position.storeBytes(of: byte, as: UInt8.self)
      position += 1
    }
  }
}
