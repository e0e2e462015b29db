extension Screen {
  // MARK: Putting characters

  mutating func put(_ scalar: Unicode.Scalar) {
    let width = scalar.terminalWidth
    guard width > 0 else { return combine(scalar) }
    if isWrapPending || (width == 2 && cursor.column == columns - 1 && wraps) { wrap() }
    if inserts { insertCells(width) }
    let column = min(cursor.column, columns - width)
    clearWideNeighbours(row: cursor.row, columns: column..<(column + width))
    cells[cursor.row][column] = Cell(text: String(Character(scalar)), style: style)
    if width == 2 { cells[cursor.row][column + 1] = Cell(text: "", style: style) }
    if column + width < columns {
      cursor.column = column + width
    } else {
      cursor.column = columns - 1
      isWrapPending = wraps
    }
  }

  private mutating func wrap() {
    isWrapPending = false
    guard wraps else { return }
    cursor.column = 0
    lineFeed()
  }

  /// A combining mark joins the character before it.
  private mutating func combine(_ scalar: Unicode.Scalar) {
    var column = isWrapPending ? cursor.column : cursor.column - 1
    guard column >= 0 else { return }
    if cells[cursor.row][column].text == "", column > 0 { column -= 1 }
    cells[cursor.row][column].text.unicodeScalars.append(scalar)
  }

  /// Half of a wide character that is overwritten leaves a blank.
  private mutating func clearWideNeighbours(row: Int, columns range: Range<Int>) {
    if cells[row][range.lowerBound].text == "", range.lowerBound > 0 {
      cells[row][range.lowerBound - 1].text = " "
    }
    if range.upperBound < columns, cells[row][range.upperBound].text == "" {
      cells[row][range.upperBound].text = " "
    }
  }

  mutating func repeatLast(_ count: Int) {
    guard cursor.column > 0, let scalar = cells[cursor.row][cursor.column - 1].text.unicodeScalars.first else { return }
    for _ in 0..<count { put(scalar) }
  }

  mutating func tab() {
    cursor.column = tabStops.filter { $0 > cursor.column }.min() ?? columns - 1
    isWrapPending = false
  }

  // MARK: Scrolling

  var isInMargins: Bool { top...bottom ~= cursor.row }

  mutating func lineFeed() {
    isWrapPending = false
    if cursor.row == bottom {
      scrollUp(1, from: top, keepsHistory: top == 0 && !isAlternate)
    } else {
      cursor.row = min(rows - 1, cursor.row + 1)
    }
  }

  mutating func reverseLineFeed() {
    isWrapPending = false
    if cursor.row == top { scrollDown(1, from: top) } else { cursor.row = max(0, cursor.row - 1) }
  }

  mutating func scrollUp(_ count: Int, from first: Int, keepsHistory: Bool) {
    let count = min(count, bottom - first + 1)
    if keepsHistory { scrollback += cells[first..<(first + count)].map(Self.text) }
    cells.removeSubrange(first..<(first + count))
    cells.insert(contentsOf: Self.blankRows(count, columns: columns), at: bottom - count + 1)
  }

  mutating func scrollDown(_ count: Int, from first: Int) {
    let count = min(count, bottom - first + 1)
    cells.removeSubrange((bottom - count + 1)...bottom)
    cells.insert(contentsOf: Self.blankRows(count, columns: columns), at: first)
  }

  // MARK: Erasing and shifting

  private var erased: Cell { Cell(text: " ", style: Style(background: style.background)) }

  mutating func eraseDisplay(_ kind: Int) {
    isWrapPending = false
    let blank = Array(repeating: erased, count: columns)
    switch kind {
    case 0:
      eraseLine(0)
      for row in (cursor.row + 1)..<max(rows, cursor.row + 1) { cells[row] = blank }
    case 1:
      eraseLine(1)
      for row in 0..<cursor.row { cells[row] = blank }
    case 2: for row in 0..<rows { cells[row] = blank }
    default: scrollback = []
    }
  }

  mutating func eraseLine(_ kind: Int) {
    isWrapPending = false
    switch kind {
    case 0: erase(cursor.column..<columns)
    case 1: erase(0..<(cursor.column + 1))
    default: erase(0..<columns)
    }
  }

  mutating func eraseCells(_ count: Int) {
    erase(cursor.column..<min(columns, cursor.column + count))
  }

  private mutating func erase(_ range: Range<Int>) {
    for column in range { cells[cursor.row][column] = erased }
  }

  mutating func insertCells(_ count: Int) {
    let count = min(count, columns - cursor.column)
    cells[cursor.row].removeLast(count)
    cells[cursor.row].insert(contentsOf: Array(repeating: erased, count: count), at: cursor.column)
  }

  mutating func deleteCells(_ count: Int) {
    let count = min(count, columns - cursor.column)
    cells[cursor.row].removeSubrange(cursor.column..<(cursor.column + count))
    cells[cursor.row] += Array(repeating: erased, count: count)
  }

  /// The alignment pattern of `ESC # 8`.
  mutating func fillWithE() {
    cells = Array(repeating: Array(repeating: Cell(text: "E", style: .plain), count: columns), count: rows)
  }
}

extension Unicode.Scalar {
  /// Cells that a terminal gives this character: 0 for marks and format characters, 2 for wide ones.
  package var terminalWidth: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    let wide: [ClosedRange<UInt32>] = [
      0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x25FD...0x25FE, 0x2614...0x2615,
      0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
    return value >= 0x1100 && wide.contains { $0.contains(value) } ? 2 : 1
  }
}
