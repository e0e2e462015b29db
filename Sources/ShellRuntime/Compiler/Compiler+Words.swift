import ByteStrings
import ShellSyntax

extension Compiler {
  /// Whether the units of a word become fields, text or a pattern, and whether they are quoted.
  struct WordDestination {
    var flags: Instruction.Flags
    /// Whether literal units are quoted text, as within double quotes.
    var isQuoted = false
    /// Whether literal units are the result of an expansion: `${x:-a b}`.
    var isExpansionResult = false

    static let fields = WordDestination(flags: [])
    static let text = WordDestination(flags: [.text])
    static let pattern = WordDestination(flags: [.text, .pattern])
    static let regularExpression = WordDestination(flags: [.text, .regularExpression])
    static let replacement = WordDestination(flags: [.text, .replacement])

    /// The lines of a here-document: nothing in them is split or a pattern, and quotes have no meaning.
    static let hereDocument = WordDestination(flags: [.text], isQuoted: true)

    /// The same place within double quotes.
    var quoted: WordDestination {
      var context = self
      context.isQuoted = true
      return context
    }

    /// The flags of an expansion here.
    var expansionFlags: Instruction.Flags { isQuoted ? flags.union(.quoted) : flags }

    /// The flags of an unquoted literal here.
    var literalFlags: Instruction.Flags {
      if isQuoted { return flags.union(.quoted) }
      return isExpansionResult ? flags.union(.splittable) : flags
    }
  }

  /// Whether `text` may be a pattern for pathname expansion.
  func mayBePattern(_ text: ByteString) -> Bool {
    var isInBrackets = false
    for byte in text {
      if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "(") { return true }
      if byte == UInt8(ascii: "[") { isInBrackets = true }
      if byte == UInt8(ascii: "]"), isInBrackets { return true }
    }
    return false
  }

  /// Compiles a word of a command, whose braces stand for several words. One that looks like an assignment has tildes
  /// where an assignment has them.
  mutating func commandFields(of word: Word) {
    if isPosix || !fieldsOfAssignment(word) { fieldsWithBraces(of: word) }
  }

  /// Compiles a word such as `name=~:~`; `false` if it is none, and then nothing was compiled.
  private mutating func fieldsOfAssignment(_ word: Word) -> Bool {
    guard word.hasLiteral(UInt8(ascii: "~")), let operand = assignmentOperand(word), !hasBraces(word) else {
      return false
    }
    emit(.beginWord)
    for unit in operand.target { self.unit(unit, .fields) }
    value(units: operand.value, .fields)
    emit(.endWord)
    return true
  }

  /// Whether braces in the word stand for several words, or for too many.
  func hasBraces(_ word: Word) -> Bool {
    do { return try BraceExpansion.expand(word) != nil } catch { return true }
  }

  /// Compiles a word whose braces stand for several words.
  mutating func fieldsWithBraces(of word: Word) {
    if isPosix { return fields(of: word) }
    do {
      guard let words = try BraceExpansion.expand(word) else { return fields(of: word) }
      // An empty word is no field.
      for word in words where !word.units.isEmpty { fields(of: word) }
    } catch {
      emit(.tooManyWords, a: constant(SyntaxPrinter.text(of: word)))
    }
  }

  /// Compiles a word of a command: puts its fields on the stack.
  mutating func fields(of word: Word) {
    // The two most common words need no field builder: a literal, and `"$x"`.
    if let text = quotedText(of: word) { return emit(.literalField, a: constant(text)) }
    if word.units.count == 1, case .doubleQuoted(let units) = word.units[0], units.count == 1,
      case .parameter(let expansion) = units[0], expansion.isPlain,
      case .variable(let name) = expansion.parameter, !isDynamic(name)
    {
      return emit(.variableField, a: number(of: name))
    }
    emit(.beginWord)
    units(of: word.units, .fields)
    emit(.endWord)
  }

  /// Puts the word's one text on the stack: no field splitting, no pathname expansion.
  mutating func text(of word: Word) {
    emit(.beginText)
    units(of: word.units, .text)
  }

  /// Puts the word's text on the stack with quoted bytes escaped, to be compiled as a pattern.
  mutating func patternText(of word: Word) {
    emit(.beginText)
    units(of: word.units, .pattern)
  }

  /// Puts the value of an assignment on the stack: as `text`, with tildes after each unquoted `:` too.
  mutating func value(of word: Word) {
    emit(.beginText)
    value(units: word.units, .text)
  }

  mutating func value(units: [WordUnit], _ context: WordDestination) {
    for (index, unit) in units.enumerated() {
      if case .literal(let text) = unit {
        literalWithTildes(text, context, isFirst: index == 0, isLast: index == units.count - 1)
      } else {
        // Only literals of a declaration's value are treated as quoted here; other units have their own quoting.
        self.unit(unit, context)
      }
    }
  }

  /// The parts of an operand of `export` that assigns: `name=` or, but for `posix`, `name+=`, `name[subscript]=` or
  /// `name[subscript]+=`, and the value; `nil` for any other word.
  func assignmentOperand(_ word: Word) -> (target: [WordUnit], value: [WordUnit])? {
    guard case .literal(let first)? = word.units.first, let name = first.lengthOfName else { return nil }
    var depth = 0
    for (index, unit) in word.units.enumerated() {
      guard case .literal(let text) = unit else {
        if depth == 0 { return nil }
        continue
      }
      for place in (index == 0 ? name : 0)..<text.count {
        switch text[place] {
        case UInt8(ascii: "=") where depth == 0:
          let target = Array(word.units[..<index]) + [.literal(text.subrange(0..<place + 1))]
          let rest = text.dropping(first: place + 1)
          return (target, (rest.isEmpty ? [] : [.literal(rest)]) + word.units[(index + 1)...])
        case UInt8(ascii: "[") where !isPosix && (depth > 0 || index == 0 && place == name): depth += 1
        case UInt8(ascii: "]") where depth > 0: depth -= 1
        case UInt8(ascii: "+") where !isPosix && place + 1 < text.count && text[place + 1] == UInt8(ascii: "="):
          continue
        default: if depth == 0 { return nil }
        }
      }
    }
    return nil
  }

  // MARK: Units

  mutating func units(of units: [WordUnit], _ context: WordDestination) {
    for (index, unit) in units.enumerated() {
      if index == 0, !context.isQuoted, case .literal(let text) = unit, text.first == UInt8(ascii: "~") {
        literalWithTildes(text, context, isFirst: true, isLast: units.count == 1, afterColons: false)
      } else {
        self.unit(unit, context)
      }
    }
  }

  mutating func unit(_ unit: WordUnit, _ context: WordDestination) {
    switch unit {
    case .literal(let text): emit(.literal, context.literalFlags, a: constant(text))
    case .escaped(let text), .singleQuoted(let text), .dollarSingleQuoted(let text, _):
      if text.isEmpty { emit(.quotedEmpty, context.flags) }
      emit(.literal, context.flags.union(.quoted), a: constant(text))
    case .doubleQuoted(let units):
      if !isAllParametersOnly(units) { emit(.quotedEmpty, context.flags) }
      for unit in units { self.unit(unit, context.quoted) }
    case .parameter(let expansion): parameter(expansion, context)
    case .commandSubstitution(let substitution):
      mark(substitution.position)
      parts.routines.append(
        routine(of: .substitution(substitution.body)) { compiler in
          if !compiler.isPosix, let file = substitution.onlyInput {
            return compiler.withRedirections([file]) { $0.emit(.copyInput) }
          }
          if let text = substitution.textWithAliases { return compiler.evaluation(of: text, at: substitution.position) }
          // Without a command its status is 0.
          if substitution.body.allSatisfy({ $0.list.items.isEmpty }) { compiler.emit(.setStatus, a: 0) }
          for command in substitution.body { compiler.list(command.list) }
        })
      emit(.substitution, context.expansionFlags, a: parts.routines.count - 1)
    case .processSubstitution(let substitution):
      mark(substitution.position)
      let list = add(substitution.list)
      emit(.processSubstitution, context.flags.union(.quoted), a: list, b: substitution.direction == .reading ? 0 : 1)
    case .arithmetic(let word, let position): arithmetic(word, position, context)
    }
  }

  /// Whether double quotes hold nothing but `$@` and `${a[@]}`, so that they vanish without parameters.
  private func isAllParametersOnly(_ units: [WordUnit]) -> Bool {
    !units.isEmpty
      && units.allSatisfy { unit in
        guard case .parameter(let expansion) = unit else { return false }
        if expansion.subscript == .all { return true }
        return expansion.parameter == .special(UInt8(ascii: "@")) && expansion.operation?.keepsFields ?? true
      }
  }

  private mutating func arithmetic(_ word: Word, _ position: SourcePosition, _ context: WordDestination) {
    // An expression with expansions in it is a text first, and is parsed when the command runs.
    mark(position)
    if let program = arithmeticProgram(word) {
      emit(.arithmetic, context.expansionFlags, a: program)
    } else {
      emit(.beginText)
      for unit in word.units { self.unit(unit, .text.quoted) }
      emit(.arithmeticText, context.expansionFlags)
    }
  }

  /// The program of an expression without expansions in it; what only a machine knows is one.
  mutating func arithmeticProgram(_ word: Word) -> Int? {
    guard let text = quotedText(of: word) ?? word.plainText, let program = try? ArithmeticParser.parse(text)
    else { return nil }
    let namesOwnProcess = program.names.contains("BASHPID")
    if namesOwnProcess { self.namesOwnProcess = true }
    if program.names.contains(where: { Machine.namesOfMachine.contains($0.elementName?.array ?? $0) }) { return nil }
    parts.arithmetic.append(Routine.CompiledArithmetic(program.renumbered { number(of: $0) }))
    return parts.arithmetic.count - 1
  }

  /// The program of a word that is nothing but `$((…))`.
  mutating func arithmeticOnly(_ word: Word) -> Int? {
    guard word.units.count == 1, case .arithmetic(let expression, let position) = word.units[0],
      let program = arithmeticProgram(expression)
    else { return nil }
    mark(position)
    return program
  }

  // MARK: Tildes

  mutating func literalWithTildes(
    _ text: ByteString, _ context: WordDestination, isFirst: Bool, isLast: Bool, afterColons: Bool = true
  ) {
    let slash = UInt8(ascii: "/")
    var rest = text
    var mayBegin = isFirst
    while !rest.isEmpty {
      if mayBegin,
        let prefix = TildePrefix.find(
          in: rest, isAssignment: afterColons, followedBy: isLast ? .endOfWord : .morePieces)
      {
        let isFollowedBySlash = prefix.range.upperBound < rest.count && rest[prefix.range.upperBound] == slash
        emit(.tilde, context.flags, a: constant(prefix.userName), b: isFollowedBySlash ? 1 : 0)
        rest = rest.dropping(first: prefix.range.upperBound)
        mayBegin = false
        continue
      }
      let colon = afterColons ? rest.firstIndex(of: UInt8(ascii: ":")) : nil
      let end = colon.map { $0 + 1 } ?? rest.count
      emit(.literal, context.literalFlags, a: constant(rest.subrange(0..<end)))
      rest = rest.dropping(first: end)
      mayBegin = colon != nil
    }
  }

  // MARK: Constant words

  /// The text of a word that has no expansions and is no pattern.
  private func quotedText(of word: Word) -> ByteString? {
    var text = ByteString()
    var unquoted = ByteString()
    for (index, unit) in word.units.enumerated() {
      switch unit {
      case .literal(let bytes):
        if index == 0, bytes.first == UInt8(ascii: "~") { return nil }
        unquoted.append(bytes)
        text.append(bytes)
      case .escaped(let bytes), .singleQuoted(let bytes), .dollarSingleQuoted(let bytes, _): text.append(bytes)
      case .doubleQuoted(let units):
        for unit in units {
          switch unit {
          case .literal(let bytes), .escaped(let bytes): text.append(bytes)
          default: return nil
          }
        }
      default: return nil
      }
    }
    return mayBePattern(unquoted) ? nil : text
  }

  /// The pattern of a word that has no expansions.
  func staticPattern(_ word: Word, _ syntax: PatternSyntax) -> StaticPattern? {
    staticPatternText(word).map { StaticPattern($0, syntax, decoder: decoder) }
  }

  private func staticPatternText(_ word: Word) -> PatternText? {
    var text = PatternText()
    for (index, unit) in word.units.enumerated() {
      switch unit {
      case .literal(let bytes):
        if index == 0, bytes.first == UInt8(ascii: "~") { return nil }
        text.appendUnquoted(bytes)
      case .escaped(let bytes), .singleQuoted(let bytes), .dollarSingleQuoted(let bytes, _): text.appendQuoted(bytes)
      case .doubleQuoted(let units):
        for unit in units {
          switch unit {
          case .literal(let bytes), .escaped(let bytes): text.appendQuoted(bytes)
          default: return nil
          }
        }
      default: return nil
      }
    }
    return text
  }
}

extension ParameterExpansion {
  /// Whether it is `$x` or `${x}`.
  var isPlain: Bool { operation == nil && !isIndirect && self.subscript == .none }
}

extension CommandSubstitution {
  /// The redirection in `$(<file)`.
  fileprivate var onlyInput: Redirection? {
    guard body.count == 1, body[0].list.items.count == 1, !body[0].list.items[0].isAsynchronous,
      body[0].list.items[0].andOr.rest.isEmpty
    else { return nil }
    let pipeline = body[0].list.items[0].andOr.first
    guard pipeline.elements.count == 1, !pipeline.isNegated, pipeline.timing == nil,
      case .simple(let command) = pipeline.elements[0], command.words.isEmpty, command.assignments.isEmpty,
      command.redirections.count == 1, command.redirections[0].operator == .input,
      (command.redirections[0].descriptor ?? 0) == 0
    else { return nil }
    return command.redirections[0]
  }
}
