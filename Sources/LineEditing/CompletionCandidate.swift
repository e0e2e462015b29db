import ByteStrings

/// One of the words that the word before the cursor can be completed to.
package struct CompletionCandidate: Sendable, Equatable {
  /// What is inserted behind the completed word.
  package enum Suffix: Sendable, Equatable {
    /// The word is complete: its quotes are closed and a blank follows.
    case space
    /// A directory: the word goes on.
    case slash
    case none
  }

  /// The whole word, without quoting; begins with the word so far.
  package var text: ByteString
  /// What the list shows, as `%1   sleep 600`.
  package var display: ByteString
  package var suffix: Suffix

  package init(text: ByteString, display: ByteString? = nil, suffix: Suffix = .space) {
    self.text = text
    self.display = display ?? text
    self.suffix = suffix
  }
}

/// The text that a completion inserts.
struct CompletionInsertion: Equatable {
  /// The text that goes in at the cursor.
  var text: ByteString
  /// Whether several completions remain.
  var isAmbiguous: Bool

  /// `nil` if none of `completions` fits. `textAfterCursor` tells which closing quote is there already.
  init?(of completions: [CompletionCandidate], in context: CompletionContext, textAfterCursor: ByteString = "") {
    let fitting = completions.filter { $0.text.hasPrefix(context.word) }
    guard let first = fitting.first else { return nil }
    let common = fitting.dropFirst().reduce(first.text) { Self.commonPrefix($0, $1.text) }
    let isUnique = fitting.allSatisfy { $0.text == first.text }
    isAmbiguous = !isUnique
    text = Self.quoted(common.dropping(first: context.word.count), in: context)
    if isUnique { text += Self.ending(first.suffix, in: context, textAfterCursor: textAfterCursor) }
  }

  /// The longest common beginning, never a part of a character.
  static func commonPrefix(_ left: ByteString, _ right: ByteString) -> ByteString {
    var count = 0
    let limit = min(left.count, right.count)
    while count < limit, left[count] == right[count] { count += 1 }
    while count > 0, count < max(left.count, right.count),
      isContinuation(left, at: count) || isContinuation(right, at: count)
    {
      count -= 1
    }
    return left.subrange(0..<count)
  }

  private static func isContinuation(_ text: ByteString, at position: Int) -> Bool {
    position < text.count && text[position] & 0xC0 == 0x80
  }

  private static func ending(
    _ suffix: CompletionCandidate.Suffix, in context: CompletionContext, textAfterCursor: ByteString
  ) -> ByteString {
    switch suffix {
    case .none: return ""
    case .slash: return textAfterCursor.first == UInt8(ascii: "/") ? "" : "/"
    case .space: break
    }
    if case .variable(let isBraced) = context.role {
      return isBraced && textAfterCursor.first != UInt8(ascii: "}") ? "}" : ""
    }
    let quote: ByteString =
      switch context.quoting {
      case .none: ""
      case .double: "\""
      case .single, .dollarSingle: "'"
      }
    let isClosed = !quote.isEmpty && textAfterCursor.hasPrefix(quote)
    let rest = isClosed ? textAfterCursor.dropping(first: 1) : textAfterCursor
    if isClosed { return "" }
    return rest.first == UInt8(ascii: " ") ? quote : quote + " "
  }
}

// MARK: - Quoting

extension CompletionInsertion {
  /// `text` so that the shell reads it as it is, where the quoting of `context` is open.
  static func quoted(_ text: ByteString, in context: CompletionContext) -> ByteString {
    if case .variable = context.role { return text }
    switch context.quoting {
    case .none: return unquoted(text, isAtStart: context.word.isEmpty)
    case .double: return escaping(text, "$`\\\"")
    case .single:
      var result = ByteString()
      for byte in text { if byte == UInt8(ascii: "'") { result += "'\\''" } else { result.append(byte) } }
      return result
    case .dollarSingle:
      var result = ByteString()
      for byte in text {
        if isControl(byte) {
          result += hexadecimal(byte)
        } else {
          if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") { result.append(UInt8(ascii: "\\")) }
          result.append(byte)
        }
      }
      return result
    }
  }

  private static func unquoted(_ text: ByteString, isAtStart: Bool) -> ByteString {
    var result = ByteString()
    for (position, byte) in text.enumerated() {
      if isControl(byte) {
        result += "$'" + hexadecimal(byte) + "'"
        continue
      }
      let isSpecial = " |&;<>()$`\\\"'*?[".utf8.contains(byte)
      if isSpecial || isAtStart && position == 0 && "#~".utf8.contains(byte) { result.append(UInt8(ascii: "\\")) }
      result.append(byte)
    }
    return result
  }

  private static func escaping(_ text: ByteString, _ special: String) -> ByteString {
    var result = ByteString()
    for byte in text {
      if special.utf8.contains(byte) { result.append(UInt8(ascii: "\\")) }
      result.append(byte)
    }
    return result
  }

  private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

  private static func hexadecimal(_ byte: UInt8) -> ByteString {
    let digits: ByteString = "0123456789abcdef"
    return "\\x" + ByteString([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
  }
}
