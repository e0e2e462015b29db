/// What a person sees: the screen of an xterm-like terminal, as a value.
///
/// Feed it the bytes that a program writes (`receive`), then look at `lines` and `cursor`. What the terminal would
/// send back to the program (status reports) collects in `answers`. Pure: no descriptors, no time.
package struct Screen: Sendable {
  package struct Position: Sendable, Equatable {
    package var row: Int
    package var column: Int

    package init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// How a character is drawn. Colours are palette numbers; `nil` is the default colour.
  package struct Style: Sendable, Equatable {
    package var bold = false
    package var underlined = false
    package var inverse = false
    package var foreground: Int?
    package var background: Int?

    package init(
      bold: Bool = false, underlined: Bool = false, inverse: Bool = false, foreground: Int? = nil,
      background: Int? = nil
    ) {
      self.bold = bold
      self.underlined = underlined
      self.inverse = inverse
      self.foreground = foreground
      self.background = background
    }

    package static let plain = Style()
  }

  package struct Cell: Sendable, Equatable {
    /// One character with its combining marks; empty in the second cell of a wide character.
    package var text: String
    package var style: Style
    static let blank = Cell(text: " ", style: .plain)
  }

  /// What the escape sequences save and restore together.
  struct SavedCursor: Sendable {
    var position = Position(row: 0, column: 0)
    var style = Style.plain
    var originMode = false
    var lineDrawing = false
  }

  package private(set) var columns: Int
  package private(set) var rows: Int
  package internal(set) var cells: [[Cell]]
  package internal(set) var cursor = Position(row: 0, column: 0)
  package internal(set) var isCursorVisible = true
  /// Lines that left the main screen at the top, oldest first.
  package internal(set) var scrollback: [String] = []
  package internal(set) var isAlternate = false
  package internal(set) var isBracketedPaste = false
  package internal(set) var hasApplicationCursorKeys = false
  package internal(set) var bells = 0
  package internal(set) var title = ""
  /// Bytes that the terminal owes the program: reports of its state and of the cursor's position.
  package internal(set) var answers: [UInt8] = []
  /// Sequences that this emulator does not know, for finding out why a screen looks wrong.
  package internal(set) var unknown: [String] = []

  var style = Style.plain
  var saved = SavedCursor()
  var mainScreen: [[Cell]] = []
  var top = 0
  var bottom: Int
  /// A character was put in the last column: the next one wraps first.
  var isWrapPending = false
  var wraps = true
  var inserts = false
  var originMode = false
  var lineDrawing = false
  var tabStops: Set<Int>
  var parser = Parser()

  package init(columns: Int = 80, rows: Int = 24) {
    self.columns = columns
    self.rows = rows
    bottom = rows - 1
    cells = Self.blankRows(rows, columns: columns)
    tabStops = Set(stride(from: 8, to: max(columns, 9), by: 8))
  }

  static func blankRows(_ count: Int, columns: Int) -> [[Cell]] {
    Array(repeating: Array(repeating: .blank, count: columns), count: count)
  }

  /// The rows as text, without spaces at their ends.
  package var lines: [String] { cells.map(Self.text) }

  /// All rows down to the last one that is not blank, joined by newlines.
  package var text: String {
    var lines = lines
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// As `text`, with what has scrolled off the top before it.
  package var history: String { (scrollback + [text]).joined(separator: "\n") }

  /// The row that the cursor is in.
  package var cursorLine: String { Self.text(cells[cursor.row]) }

  /// The cursor's row, counted from the first that there was, also of those that have left at the top.
  package var rowFromTheBeginning: Int { scrollback.count + cursor.row }

  package func style(row: Int, column: Int) -> Style { cells[row][column].style }

  /// Takes the bytes owed to the program.
  package mutating func takeAnswers() -> [UInt8] {
    defer { answers = [] }
    return answers
  }

  /// As xterm does it: rows leave at the top when the cursor would fall off the bottom; nothing is wrapped anew.
  package mutating func resize(columns newColumns: Int, rows newRows: Int) {
    while cells.count > newRows {
      if cells.count - 1 > cursor.row {
        cells.removeLast()
      } else {
        if !isAlternate { scrollback.append(Self.text(cells[0])) }
        cells.removeFirst()
        cursor.row -= 1
      }
    }
    cells += Self.blankRows(newRows - cells.count, columns: newColumns)
    cells = cells.map { Self.fit($0, to: newColumns) }
    if isAlternate {
      mainScreen = (Array(mainScreen.suffix(newRows)) + Self.blankRows(newRows, columns: newColumns))
        .prefix(newRows).map { Self.fit($0, to: newColumns) }
    }
    columns = newColumns
    rows = newRows
    top = 0
    bottom = rows - 1
    cursor.column = min(cursor.column, columns - 1)
    tabStops = Set(stride(from: 8, to: max(columns, 9), by: 8))
    isWrapPending = false
  }

  private static func fit(_ row: [Cell], to columns: Int) -> [Cell] {
    row.prefix(columns) + Array(repeating: .blank, count: max(0, columns - row.count))
  }

  static func text(_ row: [Cell]) -> String {
    var text = row.map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }
}
