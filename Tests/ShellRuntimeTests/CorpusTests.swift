import ByteStrings
import Foundation
import ShellFuzzing
import TestSupport
import Testing

/// The inputs that the fuzzer has found (`make fuzz`), each of which reaches code that no other one reaches.
@Suite struct CorpusTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ShellFuzzing/corpus.txt")

  /// An input for each line, in which bytes stand as in a string of Python.
  private static func inputs() throws -> [ByteString] {
    try String(contentsOf: corpus, encoding: .ascii).split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().map { ByteString(unescaping: $0.utf8) }
  }

  @Test func noInputOfTheCorpusStopsTheShell() async throws {
    try await onOwnThread {
      let inputs = try Self.inputs()
      #expect(inputs.count > 500)
      for input in inputs { FuzzedInput.run(input) }
    }
  }

  @Test func escapesAreBytes() {
    #expect(ByteString(unescaping: #"a\n\\n\x00\xff\t\r"#.utf8).bytes == [97, 10, 92, 110, 0, 255, 9, 13])
  }
}

extension ByteString {
  fileprivate init(unescaping text: some Sequence<UInt8>) {
    var bytes: [UInt8] = []
    var rest = text.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "\\"), let escaped = rest.next() else {
        bytes.append(byte)
        continue
      }
      switch escaped {
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "x"):
        let digits = [rest.next(), rest.next()].map { String(UnicodeScalar($0 ?? 48)) }
        bytes.append(UInt8(digits.joined(), radix: 16) ?? 0)
      default: bytes.append(escaped)
      }
    }
    self.init(bytes)
  }
}
