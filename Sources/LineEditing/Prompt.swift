import ByteStrings

/// A prompt ready to be shown: the rows above, which are printed once, and the row that the line is typed in.
///
/// Takes no column: what stands between the bytes 1 and 2 (`\[` and `\]`), and by itself every control sequence
/// (`ESC [ … letter`, so colours need no brackets) and every operating system command (`ESC ] … BEL`, window titles).
struct Prompt: Equatable {
  /// A character with its column count, or something that takes no column.
  enum Part: Equatable {
    case character(Int32, columns: Int)
    case zeroWidth([Int32])
  }

  /// The rows above the last, with their newlines, as bytes for the terminal.
  private(set) var upperRows: ByteString
  /// The same rows as parts, to compute their layout on a screen.
  private(set) var upperElements: [[Part]]
  private(set) var lastRow: [Part]

  init(_ text: ByteString, width: @escaping (Int32) -> Int) {
    var rows: [[Part]] = [[]]
    var scanner = PromptScanner(text: WideText.decode(text), width: width)
    while let element = scanner.next() {
      if element == .character(0x0A, columns: 0) {
        rows.append([])
      } else {
        rows[rows.count - 1].append(element)
      }
    }
    lastRow = rows.removeLast()
    upperElements = rows
    upperRows = rows.map { Self.bytes(of: $0) + "\r\n" }.reduce("", +)
  }

  private static func bytes(of row: [Part]) -> ByteString {
    var result = ByteString()
    for element in row {
      switch element {
      case .character(let codePoint, _): result += WideText.encode(CollectionOfOne(codePoint))
      case .zeroWidth(let sequence): result += WideText.encode(sequence)
      }
    }
    return result
  }

  /// How many rows of the screen the upper rows take.
  func upperRowCount(columns: Int, width: @escaping (Int32) -> Int) -> Int {
    upperElements.reduce(0) { count, row in
      var layout = ScreenLayout(columns: columns, width: width)
      Self.place(row, in: &layout)
      // A row that is exactly full ends where the next begins only when something follows.
      return count + (layout.column == 0 && layout.row > 0 ? layout.row : layout.row + 1)
    }
  }

  /// Places the last row, where the line begins.
  func placeLastRow(in layout: inout ScreenLayout) { Self.place(lastRow, in: &layout) }

  private static func place(_ row: [Part], in layout: inout ScreenLayout) {
    for case .character(_, let columns) in row { layout.place(columns: columns) }
  }

  /// The last row in libedit's form: U+0001 before and after what takes no column, which then belongs to the
  /// character that follows it. NUL-terminated.
  var editorText: [Int32] {
    var result: [Int32] = []
    var pending: [Int32] = []
    var lastStart = 0
    for element in lastRow {
      switch element {
      case .zeroWidth(let sequence): pending += sequence
      case .character(let codePoint, _):
        lastStart = result.count
        if !pending.isEmpty { result += [1] + pending + [1] }
        result.append(codePoint)
        pending = []
      }
    }
    if !pending.isEmpty { Self.attach(pending, toLastOf: &result, from: lastStart, lastRow) }
    return result + [0]
  }

  /// libedit drops a sequence that no character follows. So the last character becomes a part of the sequence: the
  /// character, the sequence, and `ESC [ D`, which moves the cursor left. libedit then draws a `C`, which it counts as
  /// the character, but which ends `ESC [ C`: the cursor moves right. If the last character is wide or there is none,
  /// the sequence is put before it.
  private static func attach(_ sequence: [Int32], toLastOf text: inout [Int32], from start: Int, _ row: [Part]) {
    let last = row.last { if case .character = $0 { true } else { false } }
    guard case .character(let codePoint, let columns)? = last else { return }
    var before = Array(text[start...].dropLast())
    before.removeAll { $0 == 1 }
    text.removeSubrange(start...)
    if columns == 1 {
      text += [1] + before + [codePoint] + sequence + [0x08, 0x1B, 0x5B, 1, 0x43]
    } else {
      text += [1] + before + sequence + [1, codePoint]
    }
  }

  /// The last row as bytes, for a terminal that libedit does not draw on.
  var plainLastRow: ByteString { Self.bytes(of: lastRow) }

  /// A sequence in a row without characters; it is written before the line is read.
  var detachedSequence: ByteString {
    for case .character in lastRow { return "" }
    return Self.bytes(of: lastRow)
  }
}

/// Divides a prompt's text into parts.
private struct PromptScanner {
  let text: [Int32]
  let width: (Int32) -> Int
  var position = 0
  var column = 0

  init(text: [Int32], width: @escaping (Int32) -> Int) {
    self.text = text
    self.width = width
  }

  private static let escape: Int32 = 0x1B

  mutating func next() -> Prompt.Part? {
    guard position < text.count else { return nil }
    let codePoint = text[position]
    switch codePoint {
    case 0x01: return bracketed()
    case 0x02, 0x0D:
      position += 1
      return next()
    case Self.escape where sequenceLength() > 0: return .zeroWidth(take(sequenceLength()))
    case 0x07: return .zeroWidth(take(1))
    case 0x0A:
      position += 1
      column = 0
      return .character(codePoint, columns: 0)
    case 0x09: return tabStop()
    default: return character()
    }
  }

  private mutating func take(_ count: Int) -> [Int32] {
    defer { position += count }
    return Array(text[position..<position + count])
  }

  private mutating func bracketed() -> Prompt.Part {
    let end = text[position...].firstIndex(of: 0x02) ?? text.count
    let content = text[(position + 1)..<end].filter { $0 != 0x01 && $0 != 0x0A }
    position = min(end + 1, text.count)
    return .zeroWidth(content)
  }

  /// How long the control sequence or operating system command is that begins here; 0 if none does.
  private func sequenceLength() -> Int {
    guard position + 1 < text.count else { return 0 }
    switch text[position + 1] {
    case 0x5B:
      let final = text[(position + 2)...].firstIndex { (0x40...0x7E).contains($0) }
      return final.map { $0 - position + 1 } ?? 0
    case 0x5D:
      var end = position + 2
      while end < text.count {
        if text[end] == 0x07 { return end - position + 1 }
        if text[end] == Self.escape, end + 1 < text.count, text[end + 1] == 0x5C { return end - position + 2 }
        end += 1
      }
      return 0
    default:
      return 0
    }
  }

  /// A tab becomes blanks, one call for each: the position stays until the stop is reached.
  private mutating func tabStop() -> Prompt.Part {
    column += 1
    if column % 8 == 0 { position += 1 }
    return .character(0x20, columns: 1)
  }

  /// A character that cannot be printed becomes a question mark, so that the terminal gets no unknown control
  /// character.
  private mutating func character() -> Prompt.Part {
    let codePoint = text[position]
    let columns = codePoint < 0x20 ? -1 : width(codePoint)
    position += 1
    if columns == 0 { return .zeroWidth([codePoint]) }
    column += max(columns, 1)
    return columns > 0 ? .character(codePoint, columns: columns) : .character(0x3F, columns: 1)
  }
}
