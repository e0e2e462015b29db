/// Computes the place of text on the screen: the row below the prompt's first, and the column.
///
/// It follows the rules by which libedit draws: a full row goes on in the next one, a wide character that does not fit
/// leaves a blank, a tab goes to the next multiple of eight, a newline begins a row.
struct ScreenLayout {
  let columns: Int
  /// How many columns a code point takes; negative if it cannot be printed.
  let width: (Int32) -> Int
  private(set) var row = 0
  private(set) var column = 0

  init(columns: Int, width: @escaping (Int32) -> Int) {
    self.columns = max(columns, 2)
    self.width = width
  }

  /// Places text of the line being edited.
  mutating func place(_ text: some Sequence<Int32>) {
    for codePoint in text { place(codePoint) }
  }

  /// Places something that takes `count` columns and is never divided, as the prompt's characters.
  mutating func place(columns count: Int) {
    while column + count > columns { advance(by: 1) }
    advance(by: count)
  }

  private mutating func place(_ codePoint: Int32) {
    switch codePoint {
    case 0x09:
      repeat { advance(by: 1) } while column % 8 != 0
    case 0x0A:
      row += 1
      column = 0
    case 0..<0x20, 0x7F..<0xA0:
      for _ in 0..<2 { place(columns: 1) }
    default:
      let columns = width(codePoint)
      if columns >= 0 { place(columns: columns) } else { placeEscaped(codePoint) }
    }
  }

  /// libedit shows what cannot be printed as `\U+1234`, with four digits or five.
  private mutating func placeEscaped(_ codePoint: Int32) {
    for _ in 0..<(codePoint > 0xFFFF ? 8 : 7) { place(columns: 1) }
  }

  private mutating func advance(by count: Int) {
    column += count
    if column >= columns {
      column = 0
      row += 1
    }
  }
}
