import ByteStrings
import ShellSyntax

extension Compiler {
  /// Whether the variable has a computed value while it is unset.
  func isDynamic(_ name: ByteString) -> Bool {
    ExecutionEnvironment.isDynamic(name)
  }

  mutating func parameter(_ expansion: ParameterExpansion, _ context: WordDestination) {
    mark(expansion.position)
    if case .index(let word) = expansion.subscript, case .variable(let name) = expansion.parameter {
      let isAssigned = if case .assignDefault = expansion.operation { true } else { false }
      subscriptText(word, of: name, isOfValue: !isAssigned)
    }
    if expansion.namesAnother {
      copySubscript(of: expansion)
      emit(.checkIndirection, a: add(expansion))
    }
    switch expansion.operation {
    case nil where expansion.isIndirect && expansion.subscript != .none: subscripts(expansion, context)
    case nil: plain(expansion, context)
    case .length: emit(.length, context.expansionFlags, a: add(expansion))
    case .useDefault(let colon, let word): useDefault(expansion, colon, word, context)
    case .assignDefault(let colon, let word): assignDefault(expansion, colon, word, context)
    case .errorIfUnset(let colon, let word): errorIfUnset(expansion, colon, word, context)
    case .useAlternative(let colon, let word):
      let end = label()
      emit(.jumpIfUnset, colon ? .colon : [], a: add(expansion), to: end)
      alternative(word, of: expansion, context)
      place(end)
    case .removeSmallestSuffix(let word): trim(expansion, .smallestSuffix, word, context)
    case .removeLargestSuffix(let word): trim(expansion, .largestSuffix, word, context)
    case .removeSmallestPrefix(let word): trim(expansion, .smallestPrefix, word, context)
    case .removeLargestPrefix(let word): trim(expansion, .largestPrefix, word, context)
    case .substring(let offset, let length):
      number(of: offset)
      if let length { number(of: length) }
      transform(expansion, .substring(hasLength: length != nil), context)
    case .replace(let part, let pattern, let word): replace(expansion, part, pattern, word, context)
    case .changeCase(let change, let word):
      let pattern = word.flatMap { staticPattern($0, .groups) }
      if let word, pattern == nil { patternText(of: word) }
      transform(expansion, .changeCase(change, pattern, hasPattern: word != nil), context)
    case .transform(UInt8(ascii: "P")) where expansion.isList: invalid(expansion)
    case .transform(let letter): transform(expansion, .operation(letter), context)
    case .names(let areFields):
      guard case .variable(let prefix) = expansion.parameter else { return invalid(expansion) }
      emit(.variableNames, context.expansionFlags, a: constant(prefix), b: areFields ? 1 : 0)
    case .invalid: invalid(expansion)
    }
  }

  /// Before the first of two uses of an element: each takes the subscript from the stack.
  private mutating func copySubscript(of expansion: ParameterExpansion) {
    if case .index = expansion.subscript { emit(.copyText) }
  }

  private mutating func dropSubscript(of expansion: ParameterExpansion) {
    if case .index = expansion.subscript { emit(.dropText) }
  }

  /// `${!x[@]}`.
  private mutating func subscripts(_ expansion: ParameterExpansion, _ context: WordDestination) {
    guard case .variable(let name) = expansion.parameter else { return invalid(expansion) }
    if case .index = expansion.subscript { return plain(expansion, context) }
    emit(.subscripts, context.expansionFlags, a: number(of: name), b: expansion.subscript == .joined ? 1 : 0)
  }

  /// Puts an expression on the stack as a text, to be evaluated by what it belongs to.
  private mutating func number(of word: Word) {
    emit(.beginText)
    for unit in word.units { self.unit(unit, .text.quoted) }
  }

  private mutating func replace(
    _ expansion: ParameterExpansion, _ part: ReplacedPart, _ word: Word, _ replacement: Word, _ context: WordDestination
  ) {
    let pattern = staticPattern(word, options.comparingPatterns)
    if pattern == nil { patternText(of: word) }
    emit(.beginText)
    units(of: replacement.units, .replacement)
    transform(expansion, .replace(part, pattern), context)
  }

  private mutating func transform(
    _ expansion: ParameterExpansion, _ transformation: Routine.Transformation, _ context: WordDestination
  ) {
    let parameter = add(expansion)
    parts.transformations.append(transformation)
    emit(.transform, context.expansionFlags, a: parameter, b: parts.transformations.count - 1)
  }

  private mutating func invalid(_ expansion: ParameterExpansion) {
    emit(.invalidExpansion, a: constant(SyntaxPrinter.text(of: Word([.parameter(expansion)]))))
  }

  private mutating func add(_ expansion: ParameterExpansion) -> Int {
    var parameter: Routine.CompiledParameter =
      switch expansion.parameter {
      case .variable(let name) where expansion.subscript != .none:
        if case .index = expansion.subscript {
          .element(names.number(of: name))
        } else {
          .elements(names.number(of: name), isJoined: expansion.subscript == .joined)
        }
      case .variable(let name) where name == "LINENO": .lineNumber(expansion.position.line)
      case .variable(let name): .variable(names.number(of: name))
      case .positional(let index): .positional(index)
      case .special(let byte): .special(byte)
      }
    if parameter == .variable(.bashPID) { namesOwnProcess = true }
    if expansion.isIndirect { parameter = .indirect(parameter) }
    parts.parameters.append(parameter)
    return parts.parameters.count - 1
  }

  private mutating func plain(_ expansion: ParameterExpansion, _ context: WordDestination) {
    switch expansion.parameter {
    case .variable where expansion.subscript == .all || expansion.subscript == .joined:
      emit(.allElements, context.expansionFlags, a: add(expansion))
    case _ where expansion.isIndirect: emit(.indirect, context.expansionFlags, a: add(expansion))
    case _ where expansion.subscript != .none:
      emit(.parameter, context.expansionFlags, a: add(expansion))
    case .variable(let name) where !isDynamic(name):
      emit(.variable, context.expansionFlags, a: number(of: name))
    case .special(let byte) where byte == UInt8(ascii: "@") || byte == UInt8(ascii: "*"):
      emit(.allParameters, context.expansionFlags, a: Int(byte))
    default: emit(.parameter, context.expansionFlags, a: add(expansion))
    }
  }

  /// Puts a subscript on the stack, to be taken by the expansion or assignment of the element.
  mutating func subscriptText(_ word: Word, of name: ByteString, isOfValue: Bool = false) {
    text(of: word)
    emit(.subscriptText, a: number(of: name), b: isOfValue ? 1 : 0)
  }

  /// A word that stands in place of the values of a parameter. In quotes it is a field, also where it is empty and the
  /// quotes around it would vanish without values.
  private mutating func alternative(_ word: Word, of expansion: ParameterExpansion, _ context: WordDestination) {
    if context.isQuoted, expansion.subscript == .all { emit(.quotedEmpty, context.flags) }
    alternative(word, context)
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
    copySubscript(of: expansion)
    emit(.jumpIfUnset, colon ? .colon : [], a: add(expansion), to: otherwise)
    plain(expansion, context)
    emit(.jump, to: end)
    place(otherwise)
    dropSubscript(of: expansion)
    alternative(word, of: expansion, context)
    place(end)
  }

  private mutating func assignDefault(
    _ expansion: ParameterExpansion, _ colon: Bool, _ word: Word, _ context: WordDestination
  ) {
    // The word is expanded to a text and not to fields, since it is assigned; then the parameter is expanded as usual.
    let end = label()
    let parameter = add(expansion)
    copySubscript(of: expansion)
    emit(.jumpIfSet, colon ? .colon : [], a: parameter, to: end)
    copySubscript(of: expansion)
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
    copySubscript(of: expansion)
    emit(.jumpIfSet, colon ? .colon : [], a: parameter, to: end)
    dropSubscript(of: expansion)
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
    let pattern = staticPattern(word, options.patterns)
    parts.trims.append(Routine.Trim(removal: removal, pattern: pattern))
    let trim = parts.trims.count - 1
    if pattern == nil { patternText(of: word) }
    emit(pattern == nil ? .trimText : .trim, context.expansionFlags, a: parameter, b: trim)
  }
}

extension ParameterExpansion {
  /// Whether its value has the name of the parameter that is meant.
  fileprivate var namesAnother: Bool {
    guard isIndirect, self.subscript != .all, self.subscript != .joined else { return false }
    switch operation {
    case .names, .invalid: return false
    default: return true
    }
  }

  /// Whether it stands for several values.
  fileprivate var isList: Bool {
    if `subscript` == .all || `subscript` == .joined { return true }
    return parameter == .special(UInt8(ascii: "@")) || parameter == .special(UInt8(ascii: "*"))
  }
}
