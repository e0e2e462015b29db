import ByteStrings
import Platform
import ShellSyntax

/// What bash's parameter expansions make of values: `${x:1}`, `${x/y/z}`, `${x^}`, `${x@Q}`, `${!x*}`.
extension Machine {
  mutating func appendTransformed(
    _ parameter: Routine.CompiledParameter, _ transformation: Routine.Transformation, _ flags: Instruction.Flags
  ) -> ControlFlow {
    if case .substring(let hasLength) = transformation {
      return appendSubstring(of: parameter, hasLength: hasLength, flags)
    }
    if case .operation(let letter) = transformation, ("AaKk" as ByteString).contains(letter) {
      return appendDescription(of: parameter, letter, flags)
    }
    if case .operation(UInt8(ascii: "P")) = transformation { return appendPrompt(parameter, flags) }
    let transform = takeOperands(of: transformation)
    if let list = list(of: parameter) {
      appendList(list.values.map(transform), isJoined: list.isJoined, flags)
      return .next
    }
    guard let value = value(of: parameter) else {
      return environment.options.contains(.noUnset) ? unsetError(parameter) : .next
    }
    append(transform(value), flags)
    return .next
  }

  /// Adds a value as the prompt that it would be. What stands in it is expanded as a substitution, so that it may wait.
  private mutating func appendPrompt(
    _ parameter: Routine.CompiledParameter, _ flags: Instruction.Flags
  ) -> ControlFlow {
    guard let value = value(of: parameter) else {
      return environment.options.contains(.noUnset) ? unsetError(parameter) : .next
    }
    let prompt = environment.promptContext(historyNumber: 0)
    let text = PromptEscapes.replaced(in: value, by: prompt, before: .asWithinDoubleQuotes)
    // What takes no column is marked for the line editor only.
    guard let word = try? Parser.parseText(ByteString(text.filter { $0 != 1 && $0 != 2 })) else {
      return expansionError(.badSubstitution(text))
    }
    enterSubstitution(Compiler.writing(word, in: &context.environment), for: .prompt, flags: flags)
    return .next
  }

  mutating func writeText() -> ControlFlow {
    context.command = CommandFacts()
    context.output.writer = "@P"
    context.write(operands.popText())
    return complete(.status(.success))
  }

  /// Adds how the variable is declared, its attributes, or its values with their subscripts.
  private mutating func appendDescription(
    of parameter: Routine.CompiledParameter, _ letter: UInt8, _ flags: Instruction.Flags
  ) -> ControlFlow {
    if case .indirect(let other) = parameter, let name = value(of: other), let named = self.parameter(named: name) {
      return appendDescription(of: named, letter, flags)
    }
    switch parameter {
    case .elements(let number, let isJoined):
      appendList(environment.description(ofElementsOf: number, letter), isJoined: isJoined, flags)
      return .next
    case .special where parameter.isList:
      guard let list = list(of: parameter) else { return .next }
      let isCommand = letter == UInt8(ascii: "A") && !list.values.isEmpty
      let values = list.values.map { letter == UInt8(ascii: "a") ? ByteString() : $0.alwaysQuoted }
      appendList((isCommand ? ["set", "--"] : []) + values, isJoined: list.isJoined, flags)
      return .next
    default: break
    }
    let number: NameNumber? =
      switch parameter {
      case .variable(let number), .element(let number): number
      case .lineNumber: .lineNumber
      default: nil
      }
    let value = value(of: parameter)
    guard let text = environment.description(of: value, in: number, letter) else {
      // A positional parameter has no attributes, but a value.
      let isUnset = value == nil && environment.options.contains(.noUnset)
      return isUnset ? unsetError(parameter) : .next
    }
    append(text, flags)
    return .next
  }

  /// Takes the operands of a transformation from the stack.
  private mutating func takeOperands(of transformation: Routine.Transformation) -> (ByteString) -> ByteString {
    let decoder = environment.decoder
    switch transformation {
    case .substring: preconditionFailure("a substring is no transformation of one value")
    case .replace(let part, let pattern):
      let hasMatches = !environment.options.contains(.plainReplacement)
      let replacement = Replacement(operands.popText(), hasMatches: hasMatches)
      let syntax = environment.options.comparingPatterns
      let pattern = pattern?.under(syntax, decoder) ?? popPattern(syntax)
      return { pattern.replacing(part, in: $0, with: replacement, decoder: decoder) }
    case .changeCase(let change, let pattern, let hasPattern):
      let pattern = pattern?.under(.groups, decoder) ?? (hasPattern ? popPattern(.groups) : nil)
      return { $0.changingCase(change, of: pattern, decoder: decoder) }
    case .operation(let letter):
      return { $0.transformed(by: letter, decoder: decoder) }
    }
  }

  /// Takes the text on top of the stack as a pattern.
  mutating func popPattern(_ syntax: PatternSyntax) -> Pattern {
    Pattern(PatternText(unquoted: operands.popText()), syntax, decoder: environment.decoder)
  }

  func joined(_ values: some Sequence<ByteString>) -> ByteString {
    var result = ByteString()
    for (index, value) in values.enumerated() {
      if index > 0 { result.append(environment.fieldSeparators.joiner) }
      result.append(value)
    }
    return result
  }

  // MARK: Substrings

  private mutating func appendSubstring(
    of parameter: Routine.CompiledParameter, hasLength: Bool, _ flags: Instruction.Flags
  ) -> ControlFlow {
    let lengthText = hasLength ? operands.popText() : nil
    let offsetText = operands.popText()
    let offset: Int
    var length: Int?
    do throws(RuntimeError) {
      offset = try arithmeticValue(of: offsetText)
      if let lengthText { length = try arithmeticValue(of: lengthText) }
    } catch {
      return expansionError(error)
    }
    if let list = list(of: parameter), !isScalar(parameter) {
      guard let part = part(of: list.values, of: parameter, from: offset, length: length) else {
        return expansionError(.negativeLength(lengthText ?? ""))
      }
      appendList(part, isJoined: list.isJoined, flags)
      return .next
    }
    guard let value = value(of: parameter) else {
      return environment.options.contains(.noUnset) ? unsetError(parameter) : .next
    }
    let places = CharacterPlaces(value, decoder: environment.decoder)
    let start = offset < 0 ? places.count + offset : offset
    if start < 0 || start > places.count { return .next }
    guard let range = Self.range(from: start, length: length, count: places.count) else {
      return expansionError(.negativeLength(lengthText ?? ""))
    }
    append(value.subrange(places.offset(of: range.lowerBound)..<places.offset(of: range.upperBound)), flags)
    return .next
  }

  /// Whether it is `${x[@]}` of a variable that is no array: parts of its value are meant.
  private func isScalar(_ parameter: Routine.CompiledParameter) -> Bool {
    if case .elements(let number, _) = parameter { environment.isScalar(number) } else { false }
  }

  /// As many of the values as `length` says: those of an indexed array from the one with the subscript `offset` on. Of
  /// the positional parameters, `$0` is the first where the offset is 0. `nil` if the length is negative, and there is
  /// a value at the offset.
  private func part(
    of values: [ByteString], of parameter: Routine.CompiledParameter, from offset: Int, length: Int?
  ) -> [ByteString]? {
    var all = values
    var start = offset
    if case .special = parameter { all = [environment.name] + values }
    if case .elements(let number, _) = parameter, let last = environment.lastIndex(of: number),
      last >= values.count, !environment.isAssociative(number)
    {
      if start < 0 { start += last + 1 }
      if start < 0 { return [] }
      start = environment.elements(of: number).count { ($0.key.decimalValue ?? 0) < start }
    }
    if start < 0 { start += all.count }
    // Behind the last positional parameter there is still an offset, as behind the last character of a string.
    let last = if case .special = parameter { all.count } else { all.count - 1 }
    if start < 0 || start > last { return [] }
    if let length, length < 0 { return nil }
    return Array(all[start...].prefix(length ?? all.count))
  }

  /// The indices from `start` on; a negative length counts from the end. `nil` if that would be before the start.
  private static func range(from start: Int, length: Int?, count: Int) -> Range<Int>? {
    let start = min(start, count)
    guard let length else { return start..<count }
    if length >= 0 { return start..<start + min(length, count - start) }
    let end = count + max(length, -count - 1)
    return end < start ? nil : start..<end
  }

  mutating func arithmeticValue(of text: ByteString) throws(RuntimeError) -> Int {
    do throws(ArithmeticError) {
      return try evaluate(arithmetic: text)
    } catch {
      throw .arithmetic(error, expression: text)
    }
  }

  // MARK: Names

  /// Adds the names of the variables that are set and begin with `prefix`.
  mutating func appendVariableNames(_ prefix: ByteString, areFields: Bool, _ flags: Instruction.Flags) {
    let names = environment.sortedVariables.lazy.filter {
      ($0.variable.isSet || $0.variable.isNameReference) && $0.name.hasPrefix(prefix)
    }
    .map(\.name)
    appendList(Array(names), isJoined: !areFields, flags)
  }

  // MARK: Commands

  /// `((…))`: an error is status 1, and the script goes on.
  mutating func arithmeticCommand(_ expression: Routine.CompiledArithmetic) -> ControlFlow {
    do throws(ArithmeticError) {
      environment.status = .truth(try expression.program.evaluate(&context.environment) != 0)
    } catch {
      failArithmetic(error, expression.program.source)
    }
    return .next
  }

  mutating func arithmeticCommand(_ text: ByteString) -> ControlFlow {
    do throws(ArithmeticError) {
      environment.status = .truth(try evaluate(arithmetic: text) != 0)
    } catch {
      failArithmetic(error, text)
    }
    return .next
  }

  private mutating func failArithmetic(_ error: ArithmeticError, _ text: ByteString) {
    report(.arithmetic(error, expression: text))
    environment.status = .failure
  }

  mutating func matchPattern(_ pattern: StaticPattern) {
    environment.status = .truth(
      pattern.matches(operands.popText(), environment.options.testPatterns, environment.decoder))
  }

  mutating func matchPattern(_ pattern: Pattern) {
    environment.status = .truth(pattern.matches(operands.popText()))
  }

  mutating func matchRegularExpression() {
    let expression = operands.popText()
    let text = operands.popText()
    let ignoresCase = environment.options.contains(.noCaseMatch)
    // Where all is ASCII, every encoding says the same, and this one is the quickest.
    let decoder = expression.isASCII && text.isASCII ? .singleByte : environment.decoder
    do throws(RegularExpression.Problem) {
      let match = try RegularExpression(expression, ignoresCase: ignoresCase, decoder).firstMatch(in: text)
      environment.status = .truth(match != nil)
      // A read-only BASH_REMATCH stays as it is.
      try? context.assign((match ?? []).map { $0.map(text.subrange) ?? ByteString() }, toArray: "BASH_REMATCH")
    } catch {
      report(.regularExpression(expression, error))
      environment.status = .usageError
    }
  }

  /// `$(<file)`: writes what standard input has.
  mutating func copyInput() -> ControlFlow {
    context.command = CommandFacts()
    context.output.writer = "<"
    return complete(Self.copyInput(&context))
  }

  private static func copyInput(_ context: inout BuiltinContext) -> BuiltinResult {
    guard let file = context.file(0) else { return .status(.failure) }
    switch context.read(.none, from: file) {
    case .bytes(let bytes):
      context.write(bytes)
      return .writeAndGoOn(then: copyInput)
    case .endOfFile: return .status(.success)
    case .failed(let error):
      context.report(.file("<", error))
      return .status(.failure)
    case .wouldBlock:
      return .wait(context.readability(of: file)) { context, _ in copyInput(&context) }
    }
  }
}
