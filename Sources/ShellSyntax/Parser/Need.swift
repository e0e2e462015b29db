import ByteStrings

/// What a command that is not finished waits for.
package enum Need: Sendable, Equatable {
  /// The rest of a line: it has no newline yet, or ends in a line continuation.
  case restOfLine
  /// A command, after `|`, `&&` or `||`.
  case command
  /// The end of what was opened; the innermost one.
  case closing(OpenConstruct)
  /// The lines of a here-document, up to one that is its delimiter.
  ///
  /// A reader may gather lines until `isDelimiter` before it parses again.
  case hereDocument(HereDocument)

  /// The delimiter of the here-document that is waited for; empty for any other need.
  var delimiter: ByteString {
    guard case .hereDocument(let document) = self else { return "" }
    return document.delimiter
  }

  /// Whether `line`, with or without its newline, ends the here-document that is waited for.
  package func isDelimiter(_ line: ByteString) -> Bool {
    guard case .hereDocument(let document) = self else { return false }
    return document.isDelimiter(line)
  }
}

extension HereDocument {
  /// Whether `line`, with or without its newline, ends the here-document.
  package func isDelimiter(_ line: ByteString) -> Bool {
    var line = line
    if line.last == Byte.newline { line = line.subrange(0..<line.count - 1) }
    if line != delimiter, stripsTabs { line = line.dropping(first: line.prefix(while: { $0 == Byte.tab }).count) }
    return line == delimiter
  }
}
