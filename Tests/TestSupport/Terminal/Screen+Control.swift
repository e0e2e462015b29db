extension Screen {
  /// Runs `CSI parameters final`. A parameter that is missing or 0 counts as 1 where that is a count or a place.
  mutating func runControlSequence(_ parameters: String, final: Character) {
    switch parameters.first {
    case "?": runPrivate(String(parameters.dropFirst()), final: final)
    // What terminal this is stays unanswered: programs go on without it, and a late answer would be typed text.
    case ">", "<", "=": break
    case _ where parameters.hasSuffix(" ") || parameters.hasSuffix("!") || parameters.hasSuffix("$"):
      if parameters.hasSuffix("!") { softReset() }
    default: runPlain(Self.numbers(parameters), final: final)
    }
  }

  private static func numbers(_ parameters: String) -> [Int] {
    parameters.split(whereSeparator: { $0 == ";" || $0 == ":" }, omittingEmpty: false).map { Int($0) ?? 0 }
  }

  private mutating func runPlain(_ numbers: [Int], final: Character) {
    let first = numbers.first ?? 0
    let count = max(1, first)
    switch final {
    case "A", "B", "C", "D", "E", "F", "G", "H", "I", "Z", "`", "a", "d", "e", "f": move(numbers, final: final)
    case "@": insertCells(count)
    case "P": deleteCells(count)
    case "X": eraseCells(count)
    case "J": eraseDisplay(first)
    case "K": eraseLine(first)
    case "L": if isInMargins { scrollDown(count, from: cursor.row) }
    case "M": if isInMargins { scrollUp(count, from: cursor.row, keepsHistory: false) }
    case "S": scrollUp(count, from: top, keepsHistory: false)
    case "T": scrollDown(count, from: top)
    case "b": repeatLast(count)
    case "c": answers += Array("\u{1B}[?1;2c".utf8)
    case "g": if first == 3 { tabStops = [] } else { tabStops.remove(cursor.column) }
    case "h", "l": if first == 4 { inserts = final == "h" }
    case "m": applyStyles(numbers)
    case "n": reportStatus(first)
    case "r": setMargins(numbers)
    case "s": saveCursor()
    case "u": restoreCursor()
    case "t": break
    default: unknown.append("CSI \(numbers) \(final)")
    }
  }

  // MARK: Cursor

  private mutating func move(_ numbers: [Int], final: Character) {
    let count = max(1, numbers.first ?? 0)
    let second = max(1, numbers.count > 1 ? numbers[1] : 1)
    isWrapPending = false
    switch final {
    case "A": cursor.row = max(cursor.row >= top ? top : 0, cursor.row - count)
    case "B", "e": cursor.row = min(cursor.row <= bottom ? bottom : rows - 1, cursor.row + count)
    case "C", "a": cursor.column = min(columns - 1, cursor.column + count)
    case "D": cursor.column = max(0, cursor.column - count)
    case "E": cursor = Position(row: min(bottom, cursor.row + count), column: 0)
    case "F": cursor = Position(row: max(top, cursor.row - count), column: 0)
    case "G", "`": cursor.column = min(columns, count) - 1
    case "d": place(row: count, column: cursor.column + 1)
    case "H", "f": place(row: count, column: second)
    case "I": for _ in 0..<count { tab() }
    default: for _ in 0..<count { cursor.column = tabStops.filter { $0 < cursor.column }.max() ?? 0 }
    }
  }

  private mutating func place(row: Int, column: Int) {
    let origin = originMode ? top : 0
    cursor = Position(row: min(rows, row + origin) - 1, column: min(columns, column) - 1)
  }

  mutating func saveCursor() {
    saved = SavedCursor(position: cursor, style: style, originMode: originMode, lineDrawing: lineDrawing)
  }

  mutating func restoreCursor() {
    cursor = Position(row: min(saved.position.row, rows - 1), column: min(saved.position.column, columns - 1))
    style = saved.style
    originMode = saved.originMode
    lineDrawing = saved.lineDrawing
    isWrapPending = false
  }

  private mutating func setMargins(_ numbers: [Int]) {
    let first = max(1, numbers.first ?? 1)
    let last = numbers.count > 1 && numbers[1] > 0 ? min(rows, numbers[1]) : rows
    guard first < last else { return }
    top = first - 1
    bottom = last - 1
    place(row: 1, column: 1)
  }

  // MARK: Modes and reports

  private mutating func runPrivate(_ parameters: String, final: Character) {
    if parameters.hasSuffix("$") { return }
    guard final == "h" || final == "l" else {
      if final == "n" { reportStatus(Self.numbers(parameters).first ?? 0) }
      return
    }
    for mode in Self.numbers(parameters) { setPrivateMode(mode, isOn: final == "h") }
  }

  private mutating func setPrivateMode(_ mode: Int, isOn: Bool) {
    switch mode {
    case 1: hasApplicationCursorKeys = isOn
    case 6:
      originMode = isOn
      place(row: 1, column: 1)
    case 7: wraps = isOn
    case 25: isCursorVisible = isOn
    case 47, 1047: switchScreen(toAlternate: isOn)
    case 1048: if isOn { saveCursor() } else { restoreCursor() }
    case 1049:
      if isOn { saveCursor() }
      switchScreen(toAlternate: isOn)
      if !isOn { restoreCursor() }
    case 2004: isBracketedPaste = isOn
    default: break
    }
  }

  private mutating func switchScreen(toAlternate isOn: Bool) {
    guard isOn != isAlternate else { return }
    isAlternate = isOn
    if isOn {
      mainScreen = cells
      cells = Self.blankRows(rows, columns: columns)
    } else {
      cells = mainScreen
    }
  }

  private mutating func softReset() {
    style = .plain
    (top, bottom) = (0, rows - 1)
    (wraps, inserts, originMode, isCursorVisible) = (true, false, false, true)
  }

  private mutating func reportStatus(_ kind: Int) {
    if kind == 5 { answers += Array("\u{1B}[0n".utf8) }
    if kind == 6 { answers += Array("\u{1B}[\(cursor.row + 1);\(cursor.column + 1)R".utf8) }
  }

  // MARK: Style

  private mutating func applyStyles(_ numbers: [Int]) {
    var rest = (numbers.isEmpty ? [0] : numbers)[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: style = .plain
      case 1: style.bold = true
      case 4: style.underlined = true
      case 7: style.inverse = true
      case 22: style.bold = false
      case 24: style.underlined = false
      case 27: style.inverse = false
      case 30...37: style.foreground = number - 30
      case 38: style.foreground = Self.palette(&rest)
      case 39: style.foreground = nil
      case 40...47: style.background = number - 40
      case 48: style.background = Self.palette(&rest)
      case 49: style.background = nil
      case 90...97: style.foreground = number - 90 + 8
      case 100...107: style.background = number - 100 + 8
      default: break
      }
    }
  }

  /// `5;n` is a palette number; `2;r;g;b` becomes one number above the palette.
  private static func palette(_ rest: inout ArraySlice<Int>) -> Int? {
    switch rest.popFirst() {
    case 5: return rest.popFirst()
    case 2:
      guard rest.count >= 3 else { return nil }
      return 256 + rest.removeFirst() << 16 + rest.removeFirst() << 8 + rest.removeFirst()
    default: return nil
    }
  }
}

extension String {
  fileprivate func split(whereSeparator isSeparator: (Character) -> Bool, omittingEmpty: Bool) -> [Substring] {
    split(maxSplits: .max, omittingEmptySubsequences: omittingEmpty, whereSeparator: isSeparator)
  }
}
