import ByteStrings

/// The text under the parser: the source, and on top of it the texts of the aliases that are being read.
///
/// Each text ends in a NUL, so that scanning needs no comparison with its length. A NUL within the source stops
/// the parser there as its end does; `isAtNul` tells the two apart.
struct ParserInput {
  /// A text that goes on when the alias text above it has been read.
  struct Suspended {
    var bytes: [UInt8]
    var index: Int
    let aliasName: ByteString
    let endsInBlank: Bool

    mutating func append(_ more: ByteString) -> Int {
      ParserInput.append(more, to: &bytes, after: &index)
    }
  }

  /// The text being read, with its closing NUL.
  private(set) var bytes: [UInt8]
  /// The next byte.
  var index: Int = 0
  /// The texts below the one being read, with the name of the alias on top of each.
  private var suspended: [Suspended] = []
  /// Which text is being read: no two alias texts have the same number.
  private(set) var textNumber = 0
  private var textCount = 0

  /// How many bytes of the source were dropped in front of `bytes`.
  private var dropped = 0
  private var line: Int32
  /// The index, maybe negative, of column 1.
  private var lineStart: Int
  /// Where the outermost alias was used: the place of everything within.
  private var aliasPosition = SourcePosition()

  init(_ source: ByteString, at position: SourcePosition) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.count + 1)
    source.withUnsafeBytes { bytes.append(contentsOf: $0) }
    bytes.append(0)
    self.bytes = bytes
    line = position.line
    lineStart = 1 - Int(position.column)
  }

  var isInAlias: Bool { !suspended.isEmpty }

  /// The number of bytes of the source that have been read.
  var offset: Int { dropped + (suspended.first?.index ?? index) }

  /// The number of bytes of the source that there are.
  var endOffset: Int { dropped + (suspended.first?.bytes.count ?? bytes.count) - 1 }

  /// The place of the next byte.
  var position: SourcePosition {
    isInAlias
      ? aliasPosition : SourcePosition(line: line, column: Int32(truncatingIfNeeded: index - lineStart + 1))
  }

  /// Whether the source ends here, or is stopped by a NUL.
  var isAtEnd: Bool { bytes[index] == 0 && !isInAlias }

  /// Whether the next byte is a NUL of the source.
  var isAtNul: Bool { bytes[index] == 0 && index < bytes.count - 1 }

  /// The bytes of a range of the text being read.
  func slice(_ range: Range<Int>) -> ByteString {
    bytes.withUnsafeBytes { ByteString(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}

// MARK: - Reading

extension ParserInput {
  /// The next byte, after any line continuation; 0 at the end.
  @inline(__always) mutating func peek() -> UInt8 {
    let byte = bytes[index]
    return byte == Byte.backslash || byte == 0 ? peekPastContinuations() : byte
  }

  /// Passes line continuations, and the ends of alias texts.
  private mutating func peekPastContinuations() -> UInt8 {
    while true {
      let byte = bytes[index]
      if byte == Byte.backslash, bytes[index + 1] == Byte.newline {
        index += 2
        beginLine()
      } else if byte == 0, isInAlias {
        leaveAlias()
      } else {
        return byte
      }
    }
  }

  /// Passes the newline that is the next byte.
  mutating func skipNewline() {
    index += 1
    beginLine()
  }

  /// Notes that a line begins at the next byte.
  @inline(__always) mutating func beginLine() {
    if !isInAlias {
      line += 1
      lineStart = index
    }
  }

  /// Reads the rest of the line and its newline into `line`; `false` if the input ends before a newline.
  mutating func readLine(into line: inout [UInt8]) -> Bool {
    while true {
      let start = index
      while bytes[index] != Byte.newline, bytes[index] != 0 { index += 1 }
      if bytes[index] == Byte.newline {
        skipNewline()
        line.append(contentsOf: bytes[start..<index])
        return true
      }
      line.append(contentsOf: bytes[start..<index])
      if isInAlias { leaveAlias() } else { return false }
    }
  }
}

// MARK: - Aliases and more source

extension ParserInput {
  /// Whether the text of the alias is being read, so that its name stands for itself.
  func isReading(alias name: ByteString) -> Bool {
    suspended.contains { $0.aliasName == name }
  }

  /// Goes on with the text of an alias, and then with what follows here. A blank delimits the text's last token.
  mutating func enterAlias(_ name: ByteString, text: ByteString, at position: SourcePosition) {
    let endsInBlank = text.last.map { $0 == Byte.space || $0 == Byte.tab } ?? false
    if !isInAlias { aliasPosition = position }
    suspended.append(Suspended(bytes: bytes, index: index, aliasName: name, endsInBlank: endsInBlank))
    bytes = text.bytes + [Byte.space, 0]
    index = 0
    textCount += 1
    textNumber = textCount
  }

  /// Goes back to what follows the alias; returns whether its text ended in a blank.
  @discardableResult mutating func leaveAlias() -> Bool {
    guard let outer = suspended.popLast() else { return false }
    bytes = outer.bytes
    index = outer.index
    // A number of its own again: what was noted under an older one is only not found.
    textCount += 1
    textNumber = isInAlias ? textCount : 0
    return outer.endsInBlank
  }

  /// Leaves the aliases whose texts have been read but for the blank that delimits them.
  mutating func leaveFinishedAliases() {
    while isInAlias, index == bytes.count - 2 { leaveAlias() }
  }

  /// Whether all of the source has been read and ends in a line continuation.
  var endsInContinuation: Bool {
    !isInAlias && index == bytes.count - 1 && index >= 2 && bytes[index - 1] == Byte.newline
      && bytes[index - 2] == Byte.backslash
  }

  /// Adds to the end of the source, and forgets what has been read.
  mutating func append(_ more: ByteString) {
    let consumed =
      isInAlias ? suspended[0].append(more) : Self.append(more, to: &bytes, after: &index)
    dropped += consumed
    lineStart -= consumed
  }

  /// Adds to a text, and drops the part in front of `index`; returns how much that was.
  fileprivate static func append(
    _ more: ByteString, to bytes: inout [UInt8], after index: inout Int
  ) -> Int {
    let consumed = index
    bytes.removeLast()
    bytes.removeSubrange(0..<consumed)
    index = 0
    more.withUnsafeBytes { bytes.append(contentsOf: $0) }
    bytes.append(0)
    return consumed
  }

  /// Goes back to an earlier state; the numbers of alias texts go on, so that none is used twice.
  mutating func restore(_ earlier: ParserInput) {
    let textCount = textCount
    self = earlier
    self.textCount = textCount
  }

  /// Passes the rest of the source.
  mutating func skipAll() {
    while isInAlias { leaveAlias() }
    while index < bytes.count - 1 {
      if bytes[index] == Byte.newline { skipNewline() } else { index += 1 }
    }
  }

  /// The source between an offset and that of the next character.
  func text(from start: Int) -> ByteString {
    let source = suspended.first?.bytes ?? bytes
    let end = min(offset - dropped, source.count - 1)
    return ByteString(source[min(max(start - dropped, 0), end)..<end])
  }

  /// Whether the source from `offset` on contains `text`, or a line continuation that may split it.
  func mayContain(_ text: ByteString, from offset: Int) -> Bool {
    let source = suspended.first?.bytes ?? bytes
    let start = min(max(0, offset - dropped - 2), source.count - 1)
    let rest = ByteString(source[start..<source.count - 1])
    return rest.contains(part: "\\\n") || rest.contains(part: text)
  }
}

extension ByteString {
  /// Whether `part` occurs in the string.
  func contains(part: ByteString) -> Bool {
    guard let first = part.first else { return true }
    return withUnsafeBytes { all in
      part.withUnsafeBytes { part in
        guard all.count >= part.count else { return false }
        for start in 0...all.count - part.count where all[start] == first {
          if all[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
      }
    }
  }
}
