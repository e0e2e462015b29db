import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let fc = Builtin(
    "fc", .intrinsic, synopsis: "[-r] [-e EDITOR] [FIRST [LAST]] | -l [-nr] [FIRST [LAST]] | -s [OLD=NEW] [FIRST]",
    help: """
      Edits commands of the history and runs them again, the previous one without FIRST. FIRST and LAST are numbers
      as `history` shows them, negative ones that count from the end, or what a command begins with.

        -e  edits with EDITOR; otherwise with $FCEDIT, $EDITOR or `ed`
        -l  lists the commands instead, the last 16 without FIRST
        -n  lists them without numbers
        -r  the newest first
        -s  runs one again without editing; NEW takes the place of the first OLD in it
      """
  ) { context, arguments throws(BuiltinError) in
    let request = try HistoryRequest(arguments)
    let editor = try context.lineEditing
    // The line that runs now is none of them.
    let own = editor.numberOfTypedLine
    let entries = editor.history.filter { $0.number != own }
    switch request.action {
    case .list(let isNumbered):
      for entry in try request.range(in: entries, isListing: true) {
        context.write(isNumbered ? ByteString(decimal: entry.number) : "")
        for line in entry.text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
          context.write("\t" + ByteString(line) + "\n")
        }
      }
      return .status(.success)
    case .repeat(let old, let new):
      guard let entry = try request.range(in: entries, isListing: false).first else {
        throw .lineEditing(.noSuchHistoryEntry("-1"))
      }
      let text = old.isEmpty ? entry.text : entry.text.replacingFirst(old, by: new)
      return .evaluate(Evaluation(runAgain(text, &context), .eval))
    case .edit(let editorName):
      let commands = try request.range(in: entries, isListing: false)
      if commands.isEmpty { throw .lineEditing(.noSuchHistoryEntry("-1")) }
      var text = ByteString()
      for command in commands { text.append(command.text + "\n") }
      return .evaluate(try editing(text, with: editorName ?? context.historyEditor, context))
    }
  }
}

/// What a call of `fc` asks for.
private enum HistoryAction {
  case list(isNumbered: Bool)
  case `repeat`(old: ByteString, new: ByteString)
  /// With this editor, or the usual one.
  case edit(ByteString?)
}

/// The options and operands of `fc`.
private struct HistoryRequest {
  private(set) var action = HistoryAction.edit(nil)
  private var isReversed = false
  private var operands: [ByteString] = []

  init(_ arguments: Arguments) throws(BuiltinError) {
    var options = OptionReader(arguments, "e:lnrs")
    var isNumbered = true
    var lists = false
    var repeats = false
    // A negative number is an operand.
    while options.index >= arguments.count || arguments[options.index].decimalValue == nil,
      let option = try options.next()
    {
      switch option.letter {
      case "e": if option.argument == "-" { repeats = true } else { action = .edit(option.argument) }
      case "l": lists = true
      case "n": isNumbered = false
      case "r": isReversed = true
      default: repeats = true
      }
    }
    operands = Array(options.operands)
    if lists {
      action = .list(isNumbered: isNumbered)
    } else if repeats {
      action = .repeat(old: "", new: "")
      if let first = operands.first, let equals = first.firstIndex(of: UInt8(ascii: "=")), equals > 0 {
        action = .repeat(old: first.subrange(0..<equals), new: first.dropping(first: equals + 1))
        operands.removeFirst()
      }
    }
    let limit = if case .repeat = action { 1 } else { 2 }
    if operands.count > limit { throw .usage(.unexpectedOperand(operands[limit])) }
  }

  /// The entries that are asked for, in the order that is asked for. Those to be listed may lie outside of the history.
  func range(
    in entries: [(number: Int, text: ByteString)], isListing: Bool
  ) throws(BuiltinError) -> [(number: Int, text: ByteString)] {
    if entries.isEmpty { return [] }
    let newest = entries.count - 1
    var first = isListing ? max(0, newest - 15) : newest
    if let operand = operands.first { first = try place(of: operand, in: entries, isListing) }
    var last = isListing ? newest : first
    if operands.count > 1 { last = try place(of: operands[1], in: entries, isListing) }
    let chosen = entries[min(first, last)...max(first, last)]
    return isReversed || last < first ? chosen.reversed() : Array(chosen)
  }

  private func place(
    of operand: ByteString, in entries: [(number: Int, text: ByteString)], _ isListing: Bool
  ) throws(BuiltinError) -> Int {
    let newest = entries.count - 1
    var found: Int?
    if let number = operand.decimalValue {
      found = number > 0 ? entries.firstIndex { $0.number == number } : max(-1, min(newest, entries.count + number))
      if found == -1 { found = nil }
      if found == nil, isListing {
        found = number > 0 ? entries.firstIndex { $0.number > number } ?? newest : 0
      }
    } else {
      found = entries.lastIndex { $0.text.hasPrefix(operand) }
    }
    guard let found else { throw .lineEditing(.noSuchHistoryEntry(operand)) }
    return found
  }
}

/// Shows a command that is run again, and puts it into the history in place of the line with `fc`.
private func runAgain(_ text: ByteString, _ context: inout BuiltinContext) -> ByteString {
  let command = text.last == UInt8(ascii: "\n") ? text.subrange(0..<text.count - 1) : text
  context.writeDirectly(command + "\n")
  if let editor = context.shell.lineEditing(context.environment) {
    if let own = editor.numberOfTypedLine { _ = editor.deleteHistory(number: own) }
    editor.addHistory(command)
  }
  return command
}

/// Runs the editor on a file with `text`, and then what the file has become if the editor succeeds.
private func editing(
  _ text: ByteString, with editor: ByteString, _ context: BuiltinContext
) throws(BuiltinError) -> Evaluation {
  let path = try temporaryFile(with: text, context)
  var evaluation = Evaluation(editor + " " + path.shellQuoted, .eval)
  evaluation.continuation = { context in
    defer { try? Files.remove(path) }
    guard context.environment.status.isSuccess, let edited = try? Files.contents(of: path) else { return .source("") }
    return .source(runAgain(edited, &context))
  }
  return evaluation
}

/// Makes a file with `text` that nobody else can read; returns its path.
private func temporaryFile(with text: ByteString, _ context: BuiltinContext) throws(BuiltinError) -> ByteString {
  let directory = context.environment.value(of: "TMPDIR") ?? "/tmp"
  var attempt = 0
  while true {
    let name = "/meanwhile-fc-\(context.shell.processID?.rawValue ?? 0)-\(attempt)"
    let path = directory + ByteString(name)
    do throws(Errno) {
      let file = try Files.open(path, [.writeOnly, .create, .exclusive], umask: FilePermissions(rawValue: 0o077))
      defer { try? file.closeDescriptor() }
      try file.writeAll(text)
      return path
    } catch {
      guard error == .fileExists, attempt < 10_000 else { throw .system(path, error) }
      attempt += 1
    }
  }
}

extension BuiltinContext {
  /// The editor that `fc` starts.
  fileprivate var historyEditor: ByteString {
    for name: ByteString in ["FCEDIT", "EDITOR"] {
      if let editor = environment.value(of: name), !editor.isEmpty { return editor }
    }
    return "ed"
  }
}

extension ByteString {
  /// The text with the first occurrence of `old` replaced.
  fileprivate func replacingFirst(_ old: ByteString, by new: ByteString) -> ByteString {
    guard let start = firstOccurrence(of: old) else { return self }
    return subrange(0..<start) + new + dropping(first: start + old.count)
  }
}
