import ByteStrings
import ShellSyntax

extension Compiler {
  /// Whether the variable has a computed value while it is unset.
  func isDynamic(_ name: ByteString) -> Bool {
    name == "LINENO" || name == "RANDOM" || name == "SECONDS" || name == "BASHPID"
  }

  mutating func parameter(_ expansion: ParameterExpansion, _ context: WordDestination) {
    mark(expansion.position)
    if case .none = expansion.subscript {} else { return element(expansion, context) }
    switch expansion.operation {
    case nil: plain(expansion, context)
    case .length: emit(.length, context.expansionFlags, a: add(expansion))
    case .useDefault(let colon, let word): useDefault(expansion, colon, word, context)
    case .assignDefault(let colon, let word): assignDefault(expansion, colon, word, context)
    case .errorIfUnset(let colon, let word): errorIfUnset(expansion, colon, word, context)
    case .useAlternative(let colon, let word):
      let end = label()
      emit(.jumpIfUnset, colon ? .colon : [], a: add(expansion), to: end)
      alternative(word, context)
      place(end)
    case .removeSmallestSuffix(let word): trim(expansion, .smallestSuffix, word, context)
    case .removeLargestSuffix(let word): trim(expansion, .largestSuffix, word, context)
    case .removeSmallestPrefix(let word): trim(expansion, .smallestPrefix, word, context)
    case .removeLargestPrefix(let word): trim(expansion, .largestPrefix, word, context)
    case .invalid: invalid(expansion)
    }
  }

  private mutating func invalid(_ expansion: ParameterExpansion) {
    emit(.invalidExpansion, a: constant(SyntaxPrinter.text(of: Word([.parameter(expansion)]))))
  }

  private mutating func add(_ expansion: ParameterExpansion) -> Int {
    let parameter: Routine.CompiledParameter =
      switch expansion.parameter {
      case .variable(let name) where name == "LINENO": .lineNumber(expansion.position.line)
      case .variable(let name): .variable(names.number(of: name))
      case .positional(let index): .positional(index)
      case .special(let byte): .special(byte)
      }
    if parameter == .variable(.bashPID) { namesOwnProcess = true }
    parts.parameters.append(parameter)
    return parts.parameters.count - 1
  }

  private mutating func plain(_ expansion: ParameterExpansion, _ context: WordDestination) {
    switch expansion.parameter {
    case .variable(let name) where !isDynamic(name) && name != "PIPESTATUS":
      emit(.variable, context.expansionFlags, a: number(of: name))
    case .special(let byte) where byte == UInt8(ascii: "@") || byte == UInt8(ascii: "*"):
      emit(.allParameters, context.expansionFlags, a: Int(byte))
    default: emit(.parameter, context.expansionFlags, a: add(expansion))
    }
  }

  /// `${NAME[…]}`: only `PIPESTATUS` has elements.
  private mutating func element(_ expansion: ParameterExpansion, _ context: WordDestination) {
    guard expansion.parameter == .variable("PIPESTATUS"), expansion.operation == nil else { return invalid(expansion) }
    switch expansion.subscript {
    case .all: emit(.allPipelineStatuses, context.expansionFlags)
    case .index(let word):
      text(of: word)
      emit(.pipelineStatus, context.expansionFlags)
    case .none: break
    }
  }

  /// The word of `${x:-word}` and `${x:+word}`, which is quoted if the expansion is.
  private mutating func alternative(_ word: Word, _ context: WordDestination) {
    var inner = context
    inner.isExpansionResult = true
    for (index, unit) in word.units.enumerated() {
      if index == 0, !context.isQuoted, case .literal(let text) = unit, text.first == UInt8(ascii: "~") {
        literalWithTildes(text, inner, isFirst: true, isLast: word.units.count == 1, afterColons: false)
      } else if case .doubleQuoted(let units) = unit, context.isQuoted {
        for unit in units { self.unit(unit, inner) }
      } else {
        self.unit(unit, inner)
      }
    }
  }

  private mutating func useDefault(
    _ expansion: ParameterExpansion, _ colon: Bool, _ word: Word, _ context: WordDestination
  ) {
    let otherwise = label()
    let end = label()
    emit(.jumpIfUnset, colon ? .colon : [], a: add(expansion), to: otherwise)
    plain(expansion, context)
    emit(.jump, to: end)
    place(otherwise)
    alternative(word, context)
    place(end)
  }

  private mutating func assignDefault(
    _ expansion: ParameterExpansion, _ colon: Bool, _ word: Word, _ context: WordDestination
  ) {
    // The word is expanded to a text and not to fields, since it is assigned; then the parameter is expanded as usual.
    let end = label()
    let parameter = add(expansion)
    emit(.jumpIfSet, colon ? .colon : [], a: parameter, to: end)
    emit(.beginText)
    alternative(word, WordDestination(flags: [.text], isQuoted: context.isQuoted))
    emit(.assignParameter, a: parameter)
    place(end)
    plain(expansion, context)
  }

  private mutating func errorIfUnset(
    _ expansion: ParameterExpansion, _ colon: Bool, _ word: Word, _ context: WordDestination
  ) {
    let end = label()
    let parameter = add(expansion)
    emit(.jumpIfSet, colon ? .colon : [], a: parameter, to: end)
    emit(.beginText)
    alternative(word, WordDestination(flags: [.text], isQuoted: context.isQuoted))
    emit(.parameterError, colon ? .colon : [], a: parameter)
    place(end)
    plain(expansion, context)
  }

  private mutating func trim(
    _ expansion: ParameterExpansion, _ removal: PatternRemoval, _ word: Word, _ context: WordDestination
  ) {
    // A pattern without expansions is compiled once. Another one is pushed as a text and compiled when the command
    // runs.
    let parameter = add(expansion)
    let pattern = staticPattern(word)
    parts.trims.append(Routine.Trim(removal: removal, pattern: pattern.map { Pattern($0) }))
    let trim = parts.trims.count - 1
    if pattern == nil { patternText(of: word) }
    emit(pattern == nil ? .trimText : .trim, context.expansionFlags, a: parameter, b: trim)
  }
}
