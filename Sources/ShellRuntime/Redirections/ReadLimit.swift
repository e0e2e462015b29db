import ByteStrings

/// Where one read of an input ends: behind the first delimiter, and after `count` bytes at the latest.
package struct ReadLimit: Sendable {
  let delimiter: UInt8?
  /// At least 1.
  let count: Int

  /// All that is there.
  package static let none = ReadLimit(delimiter: nil)

  package init(delimiter: UInt8?, count: Int = InProcessPipe.limit) {
    self.delimiter = delimiter
    self.count = count
  }

  /// How many of `bytes` the read takes.
  func length(in bytes: ByteString) -> Int { bytes.withUnsafeBytes { length(in: $0) } }

  func length(in bytes: UnsafeRawBufferPointer) -> Int {
    let length = min(bytes.count, count)
    guard let delimiter, let end = bytes[..<length].firstIndex(of: delimiter) else { return length }
    return end + 1
  }
}
