import ByteStrings
import ShellSyntax

/// `[[ … ]]`. Each part sets the status; patterns and regular expressions are matched here, and all other operators are
/// those of the builtin of this name, which gets its operands as they are.
extension Compiler {
  mutating func test(_ expression: ConditionalExpression) {
    switch expression {
    case .all(let parts): test(parts, skippedBy: .jumpIfFailure)
    case .any(let parts): test(parts, skippedBy: .jumpIfSuccess)
    case .not(let inner):
      test(inner)
      emit(.negate)
    case .unary(let name, let word): call(name == "-a" ? "-e" : name) { $0.field(of: word) }
    case .binary(let left, let name, let right): test(left, name, right)
    }
  }

  private mutating func test(_ parts: [ConditionalExpression], skippedBy jump: Operation) {
    let end = label()
    for (index, part) in parts.enumerated() {
      test(part)
      if index < parts.count - 1 { emit(jump, to: end) }
    }
    place(end)
  }

  private mutating func test(_ left: Word, _ name: ByteString, _ right: Word) {
    switch name {
    case "=", "==", "!=":
      text(of: left)
      if let pattern = staticPattern(right, options.testPatterns) {
        parts.patterns.append(pattern)
        emit(.matchPattern, a: parts.patterns.count - 1)
      } else {
        patternText(of: right)
        emit(.matchPatternText)
      }
      if name == "!=" { emit(.negate) }
    case "=~":
      text(of: left)
      regularExpression(of: right)
      emit(.matchRegularExpression)
    default:
      let isOfNumbers = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"].contains(name)
      emit(.beginCommand)
      emit(.literalField, a: constant("[["))
      if isOfNumbers { number(of: left) } else { field(of: left) }
      emit(.literalField, a: constant(name))
      if isOfNumbers { number(of: right) } else { field(of: right) }
      emitCall()
    }
  }

  private mutating func call(_ name: ByteString, _ operand: (inout Compiler) -> Void) {
    emit(.beginCommand)
    emit(.literalField, a: constant("[["))
    emit(.literalField, a: constant(name))
    operand(&self)
    emitCall()
  }

  private mutating func emitCall() {
    emit(.literalField, a: constant("]]"))
    emit(.executeBuiltin, a: builtins.index(of: "[[") ?? -1)
  }

  /// Puts the word on the stack as one field.
  private mutating func field(of word: Word) {
    text(of: word)
    emit(.textField)
  }

  /// Puts the value of an arithmetic expression on the stack as a field.
  private mutating func number(of word: Word) {
    emit(.beginText)
    emit(.beginText)
    units(of: word.units, .text)
    emit(.arithmeticText, .text)
    emit(.textField)
  }

  /// Puts the text of a regular expression on the stack, in which what is quoted stands for itself.
  private mutating func regularExpression(of word: Word) {
    emit(.beginText)
    for unit in word.units {
      if case .escaped(let text) = unit {
        // With its backslash, which may make another operator of it.
        let escaped = text.reduce(into: ByteString()) { $0.append("\\" + ByteString([$1])) }
        emit(.literal, .text, a: constant(escaped))
      } else {
        self.unit(unit, .regularExpression)
      }
    }
  }
}
