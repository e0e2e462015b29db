import ByteStrings

// Here-documents (POSIX.1-2024, 2.7.4).

extension Parser {
  /// Notes the here-document whose operator was read and whose delimiter is `word`.
  mutating func beginHereDocument(_ word: Word, stripsTabs: Bool) -> RedirectionOperator {
    let document = HereDocument(
      delimiter: word.textAfterQuoteRemoval, isQuoted: word.hasQuoting, stripsTabs: stripsTabs)
    pendingHereDocuments.append(document)
    return .hereDocument(document)
  }

  /// Reads the bodies of the here-documents whose operators stood on the line that has just ended.
  mutating func readPendingHereDocuments() throws(ParseStop) {
    while let document = pendingHereDocuments.first {
      try readBody(of: document)
      pendingHereDocuments.removeFirst()
    }
  }

  private mutating func readBody(of document: HereDocument) throws(ParseStop) {
    let start = input.position
    var text: [UInt8] = []
    var line: [UInt8] = []
    while true {
      line.removeAll(keepingCapacity: true)
      let isWhole = readLogicalLine(of: document, into: &line)
      if input.isAtNul { throw failure(.nulByte, at: input.position) }
      if !isWhole, !isComplete { throw .needsMore(.hereDocument(document)) }
      if document.isDelimiter(ByteString(line)) { break }
      if !isWhole { Self.endLastLine(&line, of: document) }
      text += document.stripsTabs ? line.drop { $0 == Byte.tab } : line[...]
      if !isWhole { break }
    }
    document.body = try body(of: document, text: text, at: start)
  }

  /// Gives a line that the input ends in its newline.
  private static func endLastLine(_ line: inout [UInt8], of document: HereDocument) {
    if line.isEmpty { return }
    if !document.isQuoted, line.reversed().prefix(while: { $0 == Byte.backslash }).count % 2 == 1 {
      // A backslash at the very end quotes nothing.
      line.append(Byte.backslash)
    }
    line.append(Byte.newline)
  }

  /// Reads a line with its newline; unless the delimiter is quoted, a line continuation does not end it.
  /// `false` if the input ends first.
  private mutating func readLogicalLine(of document: HereDocument, into line: inout [UInt8]) -> Bool {
    while input.readLine(into: &line) {
      if document.isQuoted { return true }
      let backslashes = line.dropLast().reversed().prefix(while: { $0 == Byte.backslash }).count
      if backslashes % 2 == 0 { return true }
      line.removeLast(2)
    }
    return false
  }

  private func body(
    of document: HereDocument, text: [UInt8], at start: SourcePosition
  ) throws(ParseStop) -> Word {
    if text.isEmpty { return Word(position: start) }
    if document.isQuoted { return Word([.literal(ByteString(text))], position: start) }
    var parser = nestedParser(for: text, at: start)
    var builder = WordBuilder()
    try parser.readUnits(.hereDocument, into: &builder)
    return Word(builder.finish(), position: start)
  }
}

extension Word {
  /// Whether any part is quoted.
  package var hasQuoting: Bool {
    units.contains { unit in
      switch unit {
      case .escaped, .singleQuoted, .dollarSingleQuoted, .doubleQuoted: true
      case .literal, .parameter, .commandSubstitution, .processSubstitution, .arithmetic: false
      }
    }
  }

  /// The word without its quoting characters, where it is not expanded: expansions stand as they are written.
  package var textAfterQuoteRemoval: ByteString { Word.textAfterQuoteRemoval(units) }

  private static func textAfterQuoteRemoval(_ units: [WordUnit]) -> ByteString {
    var text = ByteString()
    for unit in units {
      switch unit {
      case .literal(let bytes), .escaped(let bytes), .singleQuoted(let bytes): text.append(bytes)
      case .dollarSingleQuoted(let decoded, _): text.append(decoded)
      case .doubleQuoted(let inner): text.append(textAfterQuoteRemoval(inner))
      case .parameter, .commandSubstitution, .processSubstitution, .arithmetic:
        text.append(SyntaxPrinter.text(of: Word([unit])))
      }
    }
    return text
  }
}
