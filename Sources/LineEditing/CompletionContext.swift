import ByteStrings

/// The word before the cursor: its beginning, its text, its quoting, and its role in the command.
package struct CompletionContext: Sendable, Equatable {
  /// The quoting that is open at the cursor.
  package enum Quoting: Sendable, Equatable {
    case none
    case single
    case double
    /// `$'…'`
    case dollarSingle
  }

  /// The role of the word in the command.
  package enum Role: Sendable, Equatable {
    case command
    /// An operand of the command of that name.
    case argument(of: ByteString)
    /// The file of a redirection, or the value of an assignment.
    case file
    /// The name of a parameter; `word` is the name so far.
    case variable(isBraced: Bool)
  }

  /// A parameter in the word, as `$HOME` or `${HOME}`.
  package struct TypedParameter: Sendable, Equatable {
    package var name: ByteString
    /// The part of `word` that it takes.
    package var range: Range<Int>
  }

  /// Where the word begins in the line; for a variable, where its name begins.
  package var start: Int
  /// The word as far as the cursor, without its quoting.
  package var word: ByteString
  package var quoting: Quoting
  package var role: Role
  /// Whether the word begins with a `~` that is not quoted.
  package var beginsWithTilde: Bool
  /// The parameters that are expanded in it and have been typed whole.
  package var parameters: [TypedParameter]
  /// Where in the word an operand's value begins: after the `=` of `--file=` or `if=`.
  package var valueStart: Int?

  package init(
    start: Int, word: ByteString, quoting: Quoting = .none, role: Role, beginsWithTilde: Bool = false,
    parameters: [TypedParameter] = [], valueStart: Int? = nil
  ) {
    self.start = start
    self.word = word
    self.quoting = quoting
    self.role = role
    self.beginsWithTilde = beginsWithTilde
    self.parameters = parameters
    self.valueStart = valueStart
  }

  /// Finds the word that ends where `text`, the line up to the cursor, ends. `nil` where nothing can be completed: in
  /// a comment, after a backslash, in a here-document's operator.
  package init?(textBeforeCursor text: ByteString) {
    var scanner = CompletionScanner(text: text)
    guard let context = scanner.scan() else { return nil }
    self = context
  }
}

/// Reads the parts of the shell's language that completion needs: quoting, operators, substitutions, assignments. It is
/// not the shell's lexer: it never fails, and guesses where the text is incomplete.
private struct CompletionScanner {
  /// The command that is being typed, at one depth of substitutions.
  struct Level {
    var closing: UInt8
    /// Whether the level began within double quotes.
    var isWithinDoubleQuotes = false
    var command: ByteString?
    var isRedirection = false
  }

  let text: ByteString
  var position = 0
  var levels = [Level(closing: 0)]

  // The word being read.
  var start = 0
  var word = ByteString()
  var isWord = false
  var isQuoted = false
  var beginsWithTilde = false
  var quoting = CompletionContext.Quoting.none
  var isAssignment = false
  /// Where the part begins that is completed on its own: after `=` and `:` of an assignment.
  var valueStart = 0
  /// The parameter whose name is being read: the beginning of the name in the text, and of the parameter in the word.
  var variable: (start: Int, isBraced: Bool, wordStart: Int)?
  var parameters: [CompletionContext.TypedParameter] = []
  var operandStart: Int?

  init(text: ByteString) { self.text = text }

  mutating func scan() -> CompletionContext? {
    while position < text.count {
      let byte = text[position]
      switch quoting {
      case .single: inSingleQuotes(byte)
      case .double: guard inDoubleQuotes(byte) else { return nil }
      case .dollarSingle: guard inDollarSingleQuotes(byte) else { return nil }
      case .none: guard unquoted(byte) else { return nil }
      }
    }
    return result()
  }

  private func result() -> CompletionContext {
    if let variable {
      return CompletionContext(
        start: variable.start, word: text.dropping(first: variable.start), quoting: quoting,
        role: .variable(isBraced: variable.isBraced))
    }
    let level = levels[levels.count - 1]
    let role: CompletionContext.Role =
      if level.isRedirection || isAssignment {
        .file
      } else if let command = level.command {
        .argument(of: command)
      } else {
        .command
      }
    return CompletionContext(
      start: isWord ? start : text.count, word: word, quoting: quoting, role: role, beginsWithTilde: beginsWithTilde,
      parameters: parameters, valueStart: operandStart)
  }

  /// The name of a parameter has ended, before what follows in the text.
  private mutating func endVariable() {
    guard let variable = variable.take(), !variable.isBraced else { return }
    addParameter(variable.start, variable.wordStart, to: position)
  }

  private mutating func addParameter(_ nameStart: Int, _ wordStart: Int, to end: Int) {
    parameters.append(.init(name: text.subrange(nameStart..<end), range: wordStart..<word.count))
  }
}

// MARK: - Within quotes

extension CompletionScanner {
  private mutating func inSingleQuotes(_ byte: UInt8) {
    position += 1
    if byte == UInt8(ascii: "'") { quoting = .none } else { word.append(byte) }
  }

  private mutating func inDollarSingleQuotes(_ byte: UInt8) -> Bool {
    position += 1
    if byte == UInt8(ascii: "'") {
      quoting = .none
    } else if byte == UInt8(ascii: "\\") {
      guard position < text.count else { return false }
      word.append(text[position])
      position += 1
    } else {
      word.append(byte)
    }
    return true
  }

  private mutating func inDoubleQuotes(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""):
      endVariable()
      position += 1
      quoting = .none
    case UInt8(ascii: "\\"):
      guard position + 1 < text.count else { return false }
      endVariable()
      let next = text[position + 1]
      if !"$`\"\\\n".utf8.contains(next) { word.append(byte) }
      word.append(next)
      position += 2
    case UInt8(ascii: "$"), UInt8(ascii: "`"):
      dollarOrBackquote(byte)
    default:
      ordinary(byte)
    }
    return true
  }
}

// MARK: - Outside quotes

extension CompletionScanner {
  private mutating func unquoted(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"):
      guard position + 1 < text.count else { return false }
      beginWord()
      endVariable()
      if text[position + 1] != UInt8(ascii: "\n") { word.append(text[position + 1]) }
      isQuoted = true
      position += 2
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      beginWord()
      endVariable()
      isQuoted = true
      quoting = byte == UInt8(ascii: "'") ? .single : .double
      position += 1
    case UInt8(ascii: "$"), UInt8(ascii: "`"):
      dollarOrBackquote(byte)
    case UInt8(ascii: " "), UInt8(ascii: "\t"):
      endWord()
      position += 1
    case UInt8(ascii: "#") where !isWord:
      guard let newline = text[position...].firstIndex(of: UInt8(ascii: "\n")) else { return false }
      position = newline
    case UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "("):
      operators(byte)
    case UInt8(ascii: ")"):
      closeParenthesis()
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      return redirection(byte)
    default:
      ordinary(byte)
    }
    return true
  }

  private mutating func ordinary(_ byte: UInt8) {
    beginWord()
    if byte == UInt8(ascii: "~"), quoting == .none, position == valueStart { beginsWithTilde = true }
    let endsName = !byte.isNameByte
    if endsName, variable?.isBraced == false { endVariable() }
    word.append(byte)
    if endsName, let braced = variable.take(), byte == UInt8(ascii: "}") {
      addParameter(braced.start, braced.wordStart, to: position)
    }
    position += 1
    guard quoting == .none else { return }
    if levels[levels.count - 1].command != nil {
      if byte == UInt8(ascii: "=") { operandStart = word.count }
      return
    }
    if byte == UInt8(ascii: "="), !isAssignment, word.dropLast().isName, !isQuoted {
      isAssignment = true
      beginValue()
    } else if byte == UInt8(ascii: ":"), isAssignment {
      beginValue()
    }
  }

  private mutating func beginWord() {
    guard !isWord else { return }
    isWord = true
    start = position
    valueStart = position
  }

  private mutating func beginValue() {
    valueStart = position
    start = position
    word = ByteString()
    beginsWithTilde = false
    parameters = []
  }

  private mutating func operators(_ byte: UInt8) {
    endWord()
    position += 1
    if byte == UInt8(ascii: "(") {
      levels.append(Level(closing: UInt8(ascii: ")")))
    } else {
      beginCommand()
    }
  }

  private mutating func redirection(_ byte: UInt8) -> Bool {
    // A word of digits before the operator is the descriptor's number.
    if isWord, !isQuoted, word.allSatisfy(\.isDigit) { clearWord() }
    endWord()
    position += 1
    while position < text.count, "<>&|-".utf8.contains(text[position]) {
      if text[position] == UInt8(ascii: "<"), byte == UInt8(ascii: "<") {
        // A here-document's delimiter is nothing that could be completed.
        let blank = text[position...].firstIndex { " \t\n;&|".utf8.contains($0) }
        guard let blank, let newline = text[blank...].firstIndex(of: UInt8(ascii: "\n")) else { return false }
        position = newline
        return true
      }
      position += 1
    }
    levels[levels.count - 1].isRedirection = true
    return true
  }
}

// MARK: - Substitutions

extension CompletionScanner {
  private mutating func dollarOrBackquote(_ byte: UInt8) {
    beginWord()
    endVariable()
    let next = position + 1 < text.count ? text[position + 1] : 0
    if byte == UInt8(ascii: "`") {
      position += 1
      if levels[levels.count - 1].closing == byte { closeLevel() } else { openLevel(closing: byte) }
    } else if next == UInt8(ascii: "(") {
      position += 2
      openLevel(closing: UInt8(ascii: ")"))
    } else if next == UInt8(ascii: "'"), quoting == .none {
      position += 2
      isQuoted = true
      quoting = .dollarSingle
    } else {
      let isBraced = next == UInt8(ascii: "{")
      let wordStart = word.count
      word.append(byte)
      if isBraced { word.append(next) }
      position += isBraced ? 2 : 1
      variable = (position, isBraced, wordStart)
    }
  }

  private mutating func openLevel(closing: UInt8) {
    levels.append(Level(closing: closing, isWithinDoubleQuotes: quoting == .double))
    quoting = .none
    clearWord()
  }

  private mutating func closeParenthesis() {
    endWord()
    position += 1
    if levels.count > 1, levels[levels.count - 1].closing == UInt8(ascii: ")") { closeLevel() }
  }

  /// Goes on in the word that has the substitution in it. The value of the substitution is not known.
  private mutating func closeLevel() {
    let level = levels.count > 1 ? levels.removeLast() : levels[0]
    clearWord()
    isWord = true
    start = position
    valueStart = position
    isQuoted = true
    if level.isWithinDoubleQuotes { quoting = .double }
  }
}

// MARK: - Commands

extension CompletionScanner {
  /// Words after which a command follows.
  private static let wordsBeforeCommands: Set<ByteString> = [
    "!", "{", "if", "then", "else", "elif", "while", "until", "do", "time", "command", "exec", "nohup", "env", "sudo",
    "call", "collect", "builtin",
  ]

  private mutating func endWord() {
    defer { clearWord() }
    guard isWord, !isAssignment else { return }
    let depth = levels.count - 1
    if levels[depth].isRedirection {
      levels[depth].isRedirection = false
    } else if levels[depth].command == nil, isQuoted || !Self.wordsBeforeCommands.contains(word) {
      levels[depth].command = word
    }
  }

  private mutating func clearWord() {
    word = ByteString()
    isWord = false
    isQuoted = false
    isAssignment = false
    beginsWithTilde = false
    variable = nil
    parameters = []
    operandStart = nil
  }

  private mutating func beginCommand() {
    levels[levels.count - 1].command = nil
    levels[levels.count - 1].isRedirection = false
  }
}
