import ByteStrings
import ShellRuntime

extension Builtin {
  static let history = Builtin(
    "history", synopsis: "[N] | -c | -d NUMBER | -d FIRST-LAST",
    help: """
      Lists the commands that were typed, or the last N of them.

        -c  forgets all of them
        -d  forgets one, or those from FIRST to LAST; -1 is the last one
      """
  ) { context, arguments throws(BuiltinError) in
    let editor = try context.lineEditing
    var options = OptionReader(arguments, "cd:")
    var isChange = false
    while let option = try options.next() {
      if option.letter == "c" { editor.clearHistory() } else { try remove(option.argument, editor) }
      isChange = true
    }
    let operand = try arguments.optionalOperand(from: options.index)
    if isChange, operand == nil { return .status(.success) }
    let count = operand == nil ? Int.max : try arguments.number(at: options.index, atLeast: 0)
    for (number, text) in editor.history.suffix(count) {
      let digits = ByteString(decimal: number)
      context.write(ByteString(repeating: UInt8(ascii: " "), count: max(0, 5 - digits.count)) + digits + "  ")
      context.write(text + "\n")
    }
    return .status(.success)
  }
}

/// Deletes the entries that `5`, `5-8`, `-1` or `-3--1` names; at least one must exist.
private func remove(_ operand: ByteString, _ editor: any LineEditingServices) throws(BuiltinError) {
  let numbers = editor.history.map(\.number)
  func number(_ text: ByteString) throws(BuiltinError) -> Int {
    guard let number = text.decimalValue else { throw .operand(.notANumber(operand)) }
    if number >= 0 { return number }
    guard number >= -numbers.count else { throw .lineEditing(.noSuchHistoryEntry(operand)) }
    return numbers[numbers.count + number]
  }
  let first: Int
  let last: Int
  if let dash = operand.dropFirst().firstIndex(of: UInt8(ascii: "-")) {
    first = try number(operand.subrange(0..<dash))
    last = try number(operand.dropping(first: dash + 1))
  } else {
    first = try number(operand)
    last = first
  }
  let chosen = numbers.filter { $0 >= first && $0 <= last }
  if chosen.isEmpty { throw .lineEditing(.noSuchHistoryEntry(operand)) }
  for number in chosen { _ = editor.deleteHistory(number: number) }
}
