import ByteStrings
import Platform
import SystemPackage

/// `select`: a loop that asks which of its words is meant.
extension Machine {
  /// Writes the menu, where it is due, and `PS3`, then reads an answer as `read` does. The menu is due at first, and
  /// again whenever `REPLY` is empty.
  mutating func readSelection(end: Int) -> ControlFlow {
    let top = frames.count - 1
    guard case .loop(var loop) = frames[top], let choices = loop.choices, !choices.isEmpty,
      let read = context.shell.builtins["read"]
    else {
      position = end
      return .next
    }
    if !loop.hasShownMenu || environment.value(of: .reply)?.isEmpty == true {
      let menu = SelectionMenu(Array(operands.fields[choices]), decoder: environment.decoder)
      context.writeError(menu.text(columns: columnsOfScreen))
      loop.hasShownMenu = true
      frames[top] = .loop(loop)
    }
    context.writeError(environment.value(of: "PS3") ?? "#? ")
    context.output.writer = "select"
    return complete(.writeAndGoOn { context in read.run(&context, Arguments(["read"])) })
  }

  /// Assigns the word that the answer in `REPLY` names by its number, or nothing where it names none.
  mutating func takeSelection(for number: NameNumber, end: Int) -> ControlFlow {
    let top = frames.count - 1
    guard case .loop(var loop) = frames[top], let choices = loop.choices else {
      preconditionFailure("a select has the frame of a loop with words")
    }
    if !environment.status.isSuccess {
      // At the end of the input the cursor stands behind the prompt.
      loop.status = .failure
      frames[top] = .loop(loop)
      position = end
      context.output.writer = "select"
      context.write("\n")
      return complete(.status(.failure))
    }
    let answer = environment.value(of: .reply) ?? ByteString()
    if answer.isEmpty {
      position = Int(loop.continuePosition)
      return .next
    }
    let parts = answer.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let index = parts.count == 1 ? ByteString(parts[0]).decimalValue ?? 0 : 0
    let isChoice = index >= 1 && index <= choices.count
    do throws(VariableError) {
      let value = isChoice ? operands.fields[choices.lowerBound + index - 1] : ByteString()
      try environment.assign(value, to: number)
    } catch {
      return expansionError(.variable(error))
    }
    return .next
  }

  /// `COLUMNS`, else the width of the terminal, else 80.
  private var columnsOfScreen: Int {
    if let columns = environment.value(of: "COLUMNS")?.decimalValue, columns > 0 { return columns }
    let terminals = [2, 0].lazy.compactMap { environment.descriptors[$0]?.descriptor.flatMap { Terminal($0) } }
    return terminals.first?.size()?.columns ?? 80
  }
}

extension Frame.Loop {
  /// Where the words of a `for` or `select` stand in `operands.fields`.
  fileprivate var choices: Range<Int>? { nextField.map { Int($0)..<Int(savedState.operands.fields) } }
}

/// The numbered words of a `select`, laid out as bash does it: down the columns, which are filled up with tabs.
struct SelectionMenu {
  private let words: [ByteString]
  private let widths: [Int]
  private let numberWidth: Int
  private let columnWidth: Int

  /// What stands between a number and its word.
  private static let separator: ByteString = ") "
  private static let tabWidth = 8

  init(_ words: [ByteString], decoder: CharacterDecoder) {
    self.words = words
    widths = words.map { Self.width(of: $0, decoder) }
    numberWidth = ByteString(decimal: words.count).count
    columnWidth = (widths.max() ?? 0) + numberWidth + Self.separator.count + 2
  }

  private static func width(of word: ByteString, _ decoder: CharacterDecoder) -> Int {
    word.withUnsafeBytes { bytes in
      var width = 0
      var position = 0
      while position < bytes.count {
        let character = decoder.character(at: position, in: bytes)
        width += max(0, Unicode.Scalar(character.value).flatMap { LocaleSettings.width(of: $0) } ?? 1)
        position += character.count
      }
      return width
    }
  }

  func text(columns screenWidth: Int) -> ByteString {
    let fitting = max(1, screenWidth / columnWidth)
    var rows = (words.count + fitting - 1) / fitting
    // What fits into one row is written as one column.
    if rows == 1 { rows = words.count }
    let firstNumberWidth = ByteString(decimal: rows).count
    var text = ByteString()
    for row in 0..<rows {
      var position = 0
      for index in stride(from: row, to: words.count, by: rows) {
        let width = index == row ? firstNumberWidth : numberWidth
        let number = ByteString(decimal: index + 1)
        text.append(ByteString(repeating: UInt8(ascii: " "), count: max(0, width - number.count)) + number)
        text.append(Self.separator + words[index])
        if index + rows < words.count {
          let end = position + widths[index] + width + Self.separator.count
          text.append(Self.gap(from: end, to: position + columnWidth))
        }
        position += columnWidth
      }
      text.append("\n")
    }
    return text
  }

  /// Tabs and spaces that move from one column to another.
  private static func gap(from start: Int, to end: Int) -> ByteString {
    var gap = ByteString()
    var column = start
    while column < end {
      let isTab = end / tabWidth > column / tabWidth
      gap.append(isTab ? UInt8(ascii: "\t") : UInt8(ascii: " "))
      column += isTab ? tabWidth - column % tabWidth : 1
    }
    return gap
  }
}
