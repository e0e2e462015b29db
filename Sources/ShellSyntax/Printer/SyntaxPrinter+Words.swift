import ByteStrings

extension SyntaxPrinter {
  mutating func write(_ word: Word) { write(word.units) }

  private mutating func write(_ units: [WordUnit]) {
    for (index, unit) in units.enumerated() {
      if case .parameter(let expansion) = unit {
        write(expansion, before: index + 1 < units.count ? units[index + 1] : nil)
      } else {
        write(unit)
      }
    }
  }

  private mutating func write(_ unit: WordUnit) {
    switch unit {
    case .literal(let text): write(text)
    case .escaped(let text):
      for byte in text {
        write(Byte.backslash)
        write(byte)
      }
    case .singleQuoted(let text):
      write(Byte.singleQuote)
      write(text)
      write(Byte.singleQuote)
    case .dollarSingleQuoted(_, let source):
      write("$'")
      write(source)
      write(Byte.singleQuote)
    case .doubleQuoted(let units):
      write(Byte.doubleQuote)
      write(units)
      write(Byte.doubleQuote)
    case .parameter(let expansion): write(expansion, before: nil)
    case .commandSubstitution(let substitution): write(substitution)
    case .processSubstitution(let substitution):
      write(substitution.direction == .reading ? Byte.less : Byte.greater)
      writeParenthesized(substitution.body, textWithAliases: substitution.textWithAliases)
    case .arithmetic(let word, _):
      write("$((")
      write(word)
      write("))")
    }
  }

  private mutating func write(_ expansion: ParameterExpansion, before next: WordUnit?) {
    guard expansion.needsBraces(before: next) else {
      write(Byte.dollar)
      write(expansion.parameter)
      return
    }
    write("${")
    if case .length? = expansion.operation { write(Byte.numberSign) }
    if expansion.isIndirect { write(Byte.exclamationMark) }
    write(expansion.parameter)
    switch expansion.subscript {
    case .none: break
    case .all: write("[@]")
    case .joined: write("[*]")
    case .index(let word):
      write(Byte.leftBracket)
      write(word)
      write(Byte.rightBracket)
    }
    if let operation = expansion.operation { write(operation) }
    write(Byte.rightBrace)
  }

  private mutating func write(_ parameter: Parameter) {
    switch parameter {
    case .variable(let name): write(name)
    case .positional(let number): write(ByteString(decimal: number))
    case .special(let byte): write(byte)
    }
  }

  private mutating func write(_ operation: ParameterOperation) {
    switch operation {
    case .length: break
    case .useDefault(let colon, let word): write(colon ? ":-" : "-", word)
    case .assignDefault(let colon, let word): write(colon ? ":=" : "=", word)
    case .errorIfUnset(let colon, let word): write(colon ? ":?" : "?", word)
    case .useAlternative(let colon, let word): write(colon ? ":+" : "+", word)
    case .removeSmallestSuffix(let pattern): write("%", pattern)
    case .removeLargestSuffix(let pattern): write("%%", pattern)
    case .removeSmallestPrefix(let pattern): write("#", pattern)
    case .removeLargestPrefix(let pattern): write("##", pattern)
    case .substring(let offset, let length):
      // What would be another operator behind the colon has a blank in front of it, as it is written.
      write(":", offset)
      if let length { write(":", length) }
    case .replace(let part, let pattern, let word):
      write(part.symbol, pattern)
      // In `${x/}` another slash would be part of the operator.
      if !pattern.units.isEmpty || !word.units.isEmpty { write(Byte.slash) }
      write(word)
    case .changeCase(let change, let pattern):
      write(change.symbol)
      if let pattern { write(pattern) }
    case .transform(let letter): write("@" + ByteString([letter]))
    case .names(let areFields): write(areFields ? "@" : "*")
    case .invalid(let rest): write(rest)
    }
  }

  private mutating func write(_ operation: ByteString, _ word: Word) {
    write(operation)
    write(word)
  }
}

extension ReplacedPart {
  fileprivate var symbol: ByteString {
    switch self {
    case .first: "/"
    case .all: "//"
    case .prefix: "/#"
    case .suffix: "/%"
    }
  }
}

extension CaseChange {
  fileprivate var symbol: ByteString {
    let symbol: ByteString =
      switch kind {
      case .upper: "^"
      case .lower: ","
      case .toggled: "~"
      }
    return isOfAll ? symbol + symbol : symbol
  }
}

extension ParameterExpansion {
  /// Whether it must be written `${x}`.
  fileprivate func needsBraces(before next: WordUnit?) -> Bool {
    if isBraced || operation != nil || isIndirect || self.subscript != .none { return true }
    var following: UInt8?
    if case .literal(let text)? = next { following = text.first }
    switch parameter {
    case .variable: return following?.isNameByte ?? false
    case .positional(let number): return number > 9
    case .special: return false
    }
  }
}
