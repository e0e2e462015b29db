import ByteStrings
import ShellRuntime

extension Builtin {
  static let history = Builtin(
    "history", synopsis: "[N] | -c | -d NUMBER",
    help: """
      Lists the commands that were typed, or the last N of them.

        -c  forgets all of them
        -d  forgets one
      """
  ) { machine, arguments throws(BuiltinError) in
    guard let editor = machine.shell.lineEditing else { throw .notInteractive }
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
      machine.write(ByteString(repeating: UInt8(ascii: " "), count: max(0, 5 - digits.count)) + digits + "  ")
      machine.write(text + "\n")
    }
    return .status(.success)
  }
}

private func remove(_ operand: ByteString, _ editor: any LineEditingServices) throws(BuiltinError) {
  guard let number = operand.decimalValue else { throw .notANumber(operand) }
  if !editor.deleteHistory(number: number) { throw .noSuchHistoryEntry(operand) }
}
