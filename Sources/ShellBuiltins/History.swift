import ByteStrings
import ShellRuntime

extension Builtin {
  static let history = Builtin(
    "history", synopsis: "[N] | -c | -d NUMBER | -d FIRST-LAST | -anrw [FILE] | -s WORD... | -p WORD...",
    help: """
      Lists the commands that were typed, or the last N of them.

        -c  forgets all of them
        -d  forgets one, or those from FIRST to LAST; -1 is the last one
        -a  adds what this session has typed to FILE     -w  makes the list the content of FILE
        -r  adds the content of FILE to the list         -n  adds what of it is not in the list
        -s  makes the words the last command, in place of the line with `history`
        -p  writes each word; history expansion is not there, so none may have a !

      Without FILE, $HISTFILE is meant, to which each command is added when it is typed.
      """
  ) { context, arguments throws(BuiltinError) in
    let editor = try context.lineEditing
    var options = OptionReader(arguments, "cd:anrwsp")
    var transfer: HistoryTransfer?
    var isChange = false
    while let option = try options.next() {
      switch option.letter {
      case "c": editor.clearHistory()
      case "d": try remove(option.argument, editor)
      case "s": return remember(options.operands, editor)
      case "p": return try writeWords(options.operands, &context)
      case "a": transfer = .append
      case "n": transfer = .readNew
      case "r": transfer = .read
      default: transfer = .write
      }
      isChange = true
    }
    let operand = try arguments.optionalOperand(from: options.index)
    if let transfer {
      if let problem = editor.transferHistory(transfer, file: operand) { throw .lineEditing(.history(problem)) }
      return .status(.success)
    }
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

/// Makes the words a command of the history, in place of the one that was typed for that.
private func remember(_ words: Slice<Arguments>, _ editor: any LineEditingServices) -> BuiltinResult {
  if words.isEmpty { return .status(.success) }
  if let own = editor.numberOfTypedLine { _ = editor.deleteHistory(number: own) }
  editor.addHistory(words.dropFirst().reduce(words[words.startIndex]) { $0 + " " + $1 })
  return .status(.success)
}

/// Writes words that need no history expansion.
private func writeWords(
  _ words: Slice<Arguments>, _ context: inout BuiltinContext
) throws(BuiltinError) -> BuiltinResult {
  for word in words where word.contains(UInt8(ascii: "!")) { throw .lineEditing(.noHistoryExpansion(word)) }
  for word in words { context.write(word + "\n") }
  return .status(.success)
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
