import ByteStrings

/// Text with runs of one byte, such as padding, which may be much longer than memory: they are kept as their length,
/// and the text is taken out piece by piece.
struct PaddedText: Sendable {
  private enum Part: Sendable {
    case text(ByteString)
    case run(UInt8, count: Int)
  }

  /// The parts before `end`; those that were taken out have left.
  private var parts: ArraySlice<Part> = []
  /// What was appended last.
  var end = ByteString()

  /// Shorter runs are text like any other.
  private static let shortRun = 256

  mutating func append(_ text: ByteString) { end.append(text) }

  mutating func append(_ byte: UInt8, count: Int) {
    guard count > Self.shortRun else { return count > 0 ? end.append(ByteString(repeating: byte, count: count)) : () }
    if !end.isEmpty { parts.append(.text(end)) }
    end = ByteString()
    parts.append(.run(byte, count: count))
  }

  mutating func append(_ text: PaddedText) {
    for part in text.parts {
      switch part {
      case .text(let text): append(text)
      case .run(let byte, let count): append(byte, count: count)
      }
    }
    append(text.end)
  }

  /// How long all of it is, as far as a number can say.
  var count: Int {
    parts.reduce(end.count) { count, part in
      switch part {
      case .text(let text): count &+ text.count
      case .run(_, let run): count &+ run
      }
    }
  }

  var isEmpty: Bool { parts.isEmpty && end.isEmpty }

  /// Takes out what comes first: of a run at most `limit` bytes, of text all that follows up to the next run.
  mutating func takePiece(limit: Int) -> ByteString {
    switch parts.popFirst() {
    case nil:
      defer { end = ByteString() }
      return end
    case .text(let text): return text
    case .run(let byte, let count):
      if count > limit { parts = [.run(byte, count: count - limit)] + parts }
      return ByteString(repeating: byte, count: min(count, limit))
    }
  }
}
