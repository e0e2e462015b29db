import ByteStrings

/// The list of completions below the line, in columns that are read downwards.
struct CandidateList {
  /// What is shown, without control bytes, each with its width.
  private let items: [(text: ByteString, columns: Int)]

  init(_ completions: [CompletionCandidate], width: (Int32) -> Int) {
    var seen: Set<ByteString> = []
    items = completions.filter { seen.insert($0.display).inserted }.map { completion in
      let shown = WideText.decode(completion.display).map { width($0) > 0 && $0 >= 0x20 ? $0 : 0x3F }
      return (WideText.encode(shown), shown.reduce(0) { $0 + width($1) })
    }
  }

  var count: Int { items.count }

  /// The rows for a screen of so many columns, without newlines.
  func rows(columns: Int) -> [ByteString] {
    let widest = items.map(\.columns).max() ?? 0
    let perRow = max(1, (columns + 1) / (widest + 2))
    let rowCount = (items.count + perRow - 1) / perRow
    return (0..<rowCount).map { row in
      var text = ByteString()
      for index in stride(from: row, to: items.count, by: rowCount) {
        text += items[index].text
        if index + rowCount < items.count {
          text += ByteString(repeating: UInt8(ascii: " "), count: widest + 2 - items[index].columns)
        }
      }
      return text
    }
  }
}
