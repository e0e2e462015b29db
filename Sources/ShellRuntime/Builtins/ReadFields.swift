import ByteStrings

extension FieldSeparators {
  /// Splits a line among `count` variables, POSIX.1-2024 `read`. The last variable gets the rest of the line without
  /// the white space at its end; if the rest is a single field, also without the separator that ends it.
  ///
  /// - Parameter escaped: the positions, in ascending order, of bytes that a backslash keeps from separating.
  /// - Returns: exactly `count` fields; those for which nothing is left are empty.
  package func readFields(of line: ByteString, escaped: [Int], count: Int) -> [ByteString] {
    line.withUnsafeBytes { bytes in
      let scanner = LineScanner(separators: self, bytes: bytes, escaped: escaped)
      var fields: [ByteString] = []
      var position = scanner.skipWhiteSpace(from: 0)
      while fields.count < count - 1, position < bytes.count {
        let end = scanner.fieldEnd(from: position)
        fields.append(line.subrange(position..<end))
        position = scanner.skipSeparator(from: end)
      }
      if fields.count < count {
        fields.append(line.subrange(position..<scanner.restEnd(from: position)))
      }
      while fields.count < count { fields.append(ByteString()) }
      return fields
    }
  }

  /// All fields of a line.
  package func readFields(of line: ByteString, escaped: [Int]) -> [ByteString] {
    line.withUnsafeBytes { bytes in
      let scanner = LineScanner(separators: self, bytes: bytes, escaped: escaped)
      var fields: [ByteString] = []
      var position = scanner.skipWhiteSpace(from: 0)
      while position < bytes.count {
        let end = scanner.fieldEnd(from: position)
        fields.append(line.subrange(position..<end))
        position = scanner.skipSeparator(from: end)
      }
      return fields
    }
  }

  /// The value of the only variable that a line is read into.
  package func readField(of line: ByteString, escaped: [Int]) -> ByteString {
    line.withUnsafeBytes { bytes in
      let scanner = LineScanner(separators: self, bytes: bytes, escaped: escaped)
      let start = scanner.skipWhiteSpace(from: 0)
      return line.subrange(start..<scanner.restEnd(from: start))
    }
  }
}

/// Finds fields in a line some of whose bytes are escaped.
private struct LineScanner {
  let separators: FieldSeparators
  let bytes: UnsafeRawBufferPointer
  let escaped: [Int]

  private func separator(at position: Int) -> (kind: FieldSeparators.Kind?, count: Int) {
    let found = separators.separator(at: position, in: bytes)
    return found.kind == nil || !isEscaped(position) ? found : (nil, 1)
  }

  private func isEscaped(_ position: Int) -> Bool {
    if escaped.isEmpty { return false }
    var low = 0
    var high = escaped.count
    while low < high {
      let middle = (low + high) / 2
      if escaped[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low < escaped.count && escaped[low] == position
  }

  func skipWhiteSpace(from start: Int) -> Int {
    var position = start
    while position < bytes.count, separator(at: position).kind == .whiteSpace { position += 1 }
    return position
  }

  func fieldEnd(from start: Int) -> Int {
    var position = start
    while position < bytes.count {
      let (kind, count) = separator(at: position)
      if kind != nil { break }
      position += count
    }
    return position
  }

  /// Behind one separator: white space, with at most one other separator in it.
  func skipSeparator(from start: Int) -> Int {
    let position = skipWhiteSpace(from: start)
    guard position < bytes.count else { return position }
    let (kind, count) = separator(at: position)
    return kind == .other ? skipWhiteSpace(from: position + count) : position
  }

  /// Where the last variable's value ends.
  func restEnd(from start: Int) -> Int {
    let first = fieldEnd(from: start)
    if skipSeparator(from: first) == bytes.count { return first }
    var end = bytes.count
    while end > start, separator(at: end - 1).kind == .whiteSpace { end -= 1 }
    return end
  }
}
