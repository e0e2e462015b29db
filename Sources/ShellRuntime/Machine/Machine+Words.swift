import ByteStrings
import Platform
import ShellSyntax

/// Word expansion: POSIX.1-2024 XCU 2.6. Each operation adds to the word that is being expanded or, with the flag
/// `.text`, to the text on top of the stack.
extension Machine {
  // MARK: Adding

  /// Adds the result of an expansion.
  @inline(__always)
  mutating func append(_ value: ByteString, _ flags: Instruction.Flags) {
    if !flags.contains(.text) {
      if flags.contains(.quoted) {
        operands.word.appendQuoted(value)
      } else {
        operands.word.appendSplittable(value)
      }
    } else if flags.contains(.quoted), !flags.isDisjoint(with: [.pattern, .regularExpression, .replacement]) {
      appendEscaped(value, flags)
    } else {
      operands.texts[operands.texts.count - 1].append(value)
    }
  }

  /// Adds bytes of the source.
  @inline(__always)
  mutating func appendLiteral(_ value: ByteString, _ flags: Instruction.Flags) {
    if flags.contains(.text) || flags.contains(.quoted) || flags.contains(.splittable) {
      append(value, flags)
    } else {
      operands.word.appendLiteral(value)
    }
  }

  private mutating func appendEscaped(_ value: ByteString, _ flags: Instruction.Flags) {
    if flags.contains(.regularExpression) {
      operands.texts[operands.texts.count - 1].append(RegularExpression.quoted(value))
      return
    }
    if flags.contains(.replacement) {
      operands.texts[operands.texts.count - 1].append(Replacement.quoted(value))
      return
    }
    var text = PatternText(unquoted: operands.popText())
    text.appendQuoted(value)
    operands.texts.append(text.source)
  }

  /// Ends the word, performs pathname expansion and pushes its fields.
  mutating func endWord() -> ControlFlow {
    operands.word.endWord()
    if !operands.word.patternFields.isEmpty, !environment.options.contains(.noGlob) {
      return expandPathnames()
    }
    operands.word.drain(into: &operands.fields)
    return .next
  }

  @inline(__always)
  mutating func beginWord() {
    if operands.word.separators !== environment.fieldSeparators {
      operands.word.separators = environment.fieldSeparators
    }
  }

  // MARK: Variables and parameters

  mutating func variableField(_ number: NameNumber) -> ControlFlow {
    let variable = environment.variables[number]
    if variable.isSet {
      operands.fields.append(variable.value)
      return .next
    }
    return withValueOfUnset(number, variable) { $0.operands.fields.append($1 ?? ByteString()) }
  }

  @inline(__always)
  mutating func appendVariable(_ number: NameNumber, _ flags: Instruction.Flags) -> ControlFlow {
    let variable = environment.variables[number]
    if variable.isSet {
      append(variable.value, flags)
      return .next
    }
    return withValueOfUnset(number, variable) { if let value = $1 { $0.append(value, flags) } }
  }

  /// Adds what a variable stands for that is unset: nothing, or the value of what a name reference names.
  @inline(never)
  private mutating func withValueOfUnset(
    _ number: NameNumber, _ variable: Variable, _ add: (inout Machine, ByteString?) -> Void
  ) -> ControlFlow {
    let value = variable.isNameReference ? valueThroughReference(number) : nil
    if value == nil, environment.options.contains(.noUnset) { return unsetError(.variable(number)) }
    add(&self, value)
    return .next
  }

  /// The value of what a name reference names; `nil` where that is unset, and in a circle, which is reported.
  private mutating func valueThroughReference(_ number: NameNumber) -> ByteString? {
    do throws(VariableError) {
      let found = try environment.referenced(by: number)
      guard let text = found.subscript else {
        if found.number == number { return nil }
        let line = Int32(truncatingIfNeeded: context.sourcePosition.line)
        return value(of: found.number == .lineNumber ? .lineNumber(line) : .variable(found.number))
      }
      if text == "@" || text == "*" { return joined(values(of: found.number)) }
      return valueOfReferencedElement(text, of: found.number)
    } catch {
      report(.variable(error))
      return nil
    }
  }

  private mutating func valueOfReferencedElement(_ text: ByteString, of number: NameNumber) -> ByteString? {
    do throws(ExecutionEnvironment.SubscriptError) {
      return value(of: try element(text, of: number), in: number)
    } catch {
      switch error {
      case .arithmetic(let error, let expression): report(.arithmetic(error, expression: expression))
      case .bad(let text): report(.badSubscript(text))
      }
      return nil
    }
  }

  /// `${!x}`, which may name all elements of an array.
  mutating func appendIndirect(_ parameter: Routine.CompiledParameter, _ flags: Instruction.Flags) -> ControlFlow {
    guard case .indirect(let other) = parameter else { return .next }
    // Of a name reference, what it names and not the value of that.
    if case .variable(let number) = other, environment.isNameReference(number) {
      if let name = environment.nameOfReferenced(number) { append(name, flags) }
      return .next
    }
    guard let name = value(of: other) else {
      return environment.options.contains(.noUnset) ? unsetError(parameter) : .next
    }
    if let named = self.parameter(named: name), let list = list(of: named) {
      appendList(list.values, isJoined: list.isJoined, flags)
      return .next
    }
    guard let value = value(named: name) else {
      return environment.options.contains(.noUnset) ? unsetError(parameter) : .next
    }
    append(value, flags)
    return .next
  }

  /// Stops at a `${!x}` where `x` is unset, or holds what names no parameter.
  mutating func checkIndirection(_ parameter: Routine.CompiledParameter) -> ControlFlow {
    guard case .indirect(let other) = parameter else { return .next }
    if case .variable(let number) = other, environment.isNameReference(number) { return .next }
    guard let name = value(of: other) else {
      switch other {
      case .positional: return .next
      case .variable(let number) where environment.isArray(number): return .next
      case .element(let number) where environment.isArray(number): return .next
      default: return expansionError(.noIndirection(self.name(of: other)))
      }
    }
    let isName = self.parameter(named: name) != nil || name.elementName?.array.isName == true
    return isName ? .next : expansionError(.variable(.invalidName(name)))
  }

  mutating func appendParameter(_ parameter: Routine.CompiledParameter, _ flags: Instruction.Flags) -> ControlFlow {
    guard let value = value(of: parameter) else {
      if environment.options.contains(.noUnset) { return unsetError(parameter) }
      return .next
    }
    append(value, flags)
    return .next
  }

  /// The parameter's value, or `nil` if it is unset. `$@` and `$*` are joined.
  mutating func value(of parameter: Routine.CompiledParameter) -> ByteString? {
    switch parameter {
    case .variable(let number) where number.tellsOfCalls: value(of: .index(0), in: number)
    case .variable(let number): value(ofVariable: number)
    case .element(let number): elementValue(of: number)
    case .elements(let number, _):
      switch values(of: number) {
      case let values where values.isEmpty: nil
      case let values: joined(values)
      }
    case .positional(let index):
      environment.positionalParameters[index]
    case .indirect(let parameter): value(of: parameter).flatMap { value(named: $0) }
    case .lineNumber(let line): environment.value(of: .lineNumber) ?? ByteString(decimal: Int(line))
    case .special(let byte): specialValue(byte)
    }
  }

  @inline(__always)
  private mutating func value(ofVariable number: NameNumber) -> ByteString? {
    let variable = environment.variables[number]
    return variable.isSet ? variable.value : valueOfUnset(number, variable)
  }

  /// What a name reference names, or a computed value.
  @inline(never)
  private mutating func valueOfUnset(_ number: NameNumber, _ variable: Variable) -> ByteString? {
    variable.isNameReference ? valueThroughReference(number) : dynamicValue(of: number)
  }

  private mutating func value(named name: ByteString) -> ByteString? {
    if let parameter = parameter(named: name) { return value(of: parameter) }
    guard let (array, text) = name.elementName, array.isName else { return nil }
    let number = environment.number(of: array)
    guard let element = try? element(text, of: number) else { return nil }
    return self.value(of: element, in: number)
  }

  /// The parameter of a name; `nil` where that names none, or an element.
  mutating func parameter(named name: ByteString) -> Routine.CompiledParameter? {
    if let (array, text) = name.elementName, array.isName, text == "@" || text == "*" {
      return .elements(environment.number(of: array), isJoined: text == "*")
    }
    if name.isName { return .variable(environment.number(of: name)) }
    if let number = name.decimalValue, number > 0, name.first?.isDigit == true { return .positional(number) }
    return name.count == 1 && ("@*#?-$!0" as ByteString).contains(name[0]) ? .special(name[0]) : nil
  }

  private mutating func dynamicValue(of number: NameNumber) -> ByteString? {
    guard number.isWellKnown, !environment.variables[number].isSet else { return nil }
    switch number {
    case .bashPID: return processID.map { ByteString(decimal: Int($0.rawValue)) }
    case .bashSubshell where !environment.options.contains(.posix): return ByteString(decimal: Int(subshellLevel))
    case .bashCommand where !environment.options.contains(.posix): return commandText
    default: return environment.computedValue(of: number)
    }
  }

  private func specialValue(_ byte: UInt8) -> ByteString? {
    switch byte {
    case UInt8(ascii: "?"): ByteString(decimal: Int(environment.status.rawValue))
    case UInt8(ascii: "#"): ByteString(decimal: environment.positionalParameters.count)
    case UInt8(ascii: "$"): environment.shell.processID.map { ByteString(decimal: Int($0.rawValue)) }
    case UInt8(ascii: "!"):
      environment.lastBackgroundJob.map { ByteString(decimal: Int(environment.jobs.processID(of: $0).rawValue)) }
    case UInt8(ascii: "-"): environment.options.letters
    case UInt8(ascii: "0"): environment.name
    default: environment.positionalParameters.isEmpty ? nil : joinedParameters
    }
  }

  private var joinedParameters: ByteString { joined(environment.positionalParameters.all) }

  /// `$@` and `$*`.
  mutating func appendAllParameters(_ byte: UInt8, _ flags: Instruction.Flags) {
    if byte == UInt8(ascii: "*"), flags.contains(.quoted) || flags.contains(.text) {
      if flags.contains(.quoted), !flags.contains(.text) { operands.word.markQuotedEmpty() }
      return append(joinedParameters, flags)
    }
    appendList(environment.positionalParameters.all, flags)
  }

  /// Adds each value as a field of its own or, to a text, joined by blanks.
  mutating func appendList(_ values: some Sequence<ByteString>, _ flags: Instruction.Flags) {
    for (index, value) in values.enumerated() {
      if index > 0 {
        if flags.contains(.text) { append(" ", flags) } else { operands.word.breakField() }
      }
      if flags.contains(.quoted), !flags.contains(.text) { operands.word.markQuotedEmpty() }
      append(value, flags)
    }
  }

  mutating func appendLength(of parameter: Routine.CompiledParameter, _ flags: Instruction.Flags) -> ControlFlow {
    if case .elements(let number, _) = parameter {
      append(ByteString(decimal: elementCount(of: number)), flags)
      return .next
    }
    if let list = list(of: parameter) {
      append(ByteString(decimal: list.values.count), flags)
      return .next
    }
    guard let value = value(of: parameter) else {
      if environment.options.contains(.noUnset) { return unsetError(parameter) }
      append("0", flags)
      return .next
    }
    append(ByteString(decimal: environment.decoder.count(of: value)), flags)
    return .next
  }

  mutating func appendTrimmed(
    _ parameter: Routine.CompiledParameter, _ trim: Routine.Trim, _ instruction: Instruction
  ) -> ControlFlow {
    let syntax = environment.options.patterns
    let pattern = trim.pattern?.under(syntax, environment.decoder) ?? popPattern(syntax)
    if let list = list(of: parameter) {
      let values = list.values.map { pattern.removing(trim.removal, from: $0) }
      appendList(values, isJoined: list.isJoined, instruction.flags)
      return .next
    }
    guard let value = value(of: parameter) else {
      return environment.options.contains(.noUnset) ? unsetError(parameter) : .next
    }
    append(pattern.removing(trim.removal, from: value), instruction.flags)
    return .next
  }

  mutating func isUnset(_ parameter: Routine.CompiledParameter, _ flags: Instruction.Flags) -> Bool {
    guard let value = value(of: parameter) else { return true }
    return flags.contains(.colon) && value.isEmpty
  }

  mutating func assignParameter(_ parameter: Routine.CompiledParameter) -> ControlFlow {
    if case .element(let number) = parameter { return assignElement(of: number, isAppending: false) }
    let value = operands.popText()
    switch parameter {
    case .variable(let number): return store(value, in: number)
    case .lineNumber: return store(value, in: .lineNumber)
    case .indirect(let other):
      guard let named = self.value(of: other), case .variable(let number) = self.parameter(named: named) else {
        return expansionError(.cannotAssign(name(of: parameter)))
      }
      return store(value, in: number)
    case .positional, .special, .element, .elements: return expansionError(.cannotAssign(name(of: parameter)))
    }
  }

  private mutating func store(_ value: ByteString, in number: NameNumber) -> ControlFlow {
    do { try environment.assign(value, to: number) } catch { return expansionError(.variable(error)) }
    // Fields are split as IFS is at the end of the word: `${IFS:=:}` splits itself.
    beginWord()
    return .next
  }

  mutating func parameterError(_ parameter: Routine.CompiledParameter, _ flags: Instruction.Flags) -> ControlFlow {
    let message = operands.popText()
    return expansionError(
      .parameter(name(of: parameter), message: message, isNull: flags.contains(.colon)))
  }

  mutating func unsetError(_ parameter: Routine.CompiledParameter) -> ControlFlow {
    expansionError(.unset(name(of: parameter)))
  }

  func name(of parameter: Routine.CompiledParameter) -> ByteString {
    switch parameter {
    case .variable(let number): environment.names.name(of: number)
    case .element(let number): environment.names.name(of: number) + "[…]"
    case .elements(let number, let isJoined): environment.names.name(of: number) + (isJoined ? "[*]" : "[@]")
    case .positional(let index): ByteString(decimal: index)
    case .special(let byte): ByteString([byte])
    case .lineNumber: "LINENO"
    case .indirect(let parameter): "!" + name(of: parameter)
    }
  }

  // MARK: Tilde

  /// The home directory of `user`; empty means `HOME`. `+`, `-` and a number, with a sign or not, mean the working
  /// directory, the previous one, and one on the stack of `pushd`.
  private func homeDirectory(of user: ByteString) -> ByteString? {
    if let first = user.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || first.isDigit,
      !environment.options.contains(.posix)
    {
      return directory(named: user)
    }
    if user.isEmpty { return environment.value(of: .home) ?? UserAccount.withID(ProcessInformation.user)?.home }
    return UserAccount.named(user)?.home
  }

  private func directory(named text: ByteString) -> ByteString? {
    if text == "+" { return environment.value(of: .pwd) }
    if text == "-" { return environment.value(of: .oldPwd) }
    let digits = text.first?.isDigit == true ? text : text.dropping(first: 1)
    let stack = [environment.workingDirectory.path ?? ByteString()] + environment.directoryStack
    guard digits.first?.isDigit == true, let number = digits.decimalValue, number < stack.count else { return nil }
    return text.first == UInt8(ascii: "-") ? stack[stack.count - 1 - number] : stack[number]
  }

  mutating func appendHome(of user: ByteString, isFollowedBySlash: Bool, _ flags: Instruction.Flags) {
    guard var home = homeDirectory(of: user) else { return appendLiteral("~" + user, flags) }
    if isFollowedBySlash, home.hasSuffix("/") { home = home.subrange(0..<home.count - 1) }
    append(home, flags.union(.quoted))
  }

  // MARK: Arithmetic

  mutating func appendArithmetic(
    _ expression: Routine.CompiledArithmetic, _ flags: Instruction.Flags
  ) -> ControlFlow {
    do throws(ArithmeticError) {
      append(ByteString(decimal: try expression.program.evaluate(&context.environment)), flags)
      return .next
    } catch {
      return expansionError(.arithmetic(error, expression: expression.program.source))
    }
  }

  mutating func appendArithmeticText(_ flags: Instruction.Flags) -> ControlFlow {
    let text = operands.popText()
    do throws(ArithmeticError) {
      append(ByteString(decimal: try evaluate(arithmetic: text)), flags)
      return .next
    } catch {
      return expansionError(.arithmetic(error, expression: text))
    }
  }

  mutating func evaluate(arithmetic text: ByteString) throws(ArithmeticError) -> Int {
    try evaluate(try ArithmeticParser.parse(text).renumbered { Int(environment.names.number(of: $0).index) })
  }

  /// The names of the variables whose value only the machine knows, so far as they may be numbers.
  static let namesOfMachine: [ByteString] = ["LINENO", "BASHPID", "BASH_SUBSHELL", "BASH_LINENO"]

  /// Evaluates an expression in which variables may occur whose value only the machine knows: while one is unset, it is
  /// set for the evaluation.
  private mutating func evaluate(_ program: ArithmeticProgram) throws(ArithmeticError) -> Int {
    var before: [SavedVariable] = []
    for name in program.names {
      let variable = name.elementName?.array ?? name
      guard Self.namesOfMachine.contains(variable) else { continue }
      let number = environment.number(of: variable)
      guard let saved = setForEvaluation(number) else { continue }
      before.append(saved)
    }
    let values = before.map { environment.variables[$0.number].value }
    defer {
      for (value, before) in zip(values, before) where environment.variables[before.number].value == value {
        environment.restore(before)
      }
    }
    return try program.evaluate(&context.environment)
  }
  /// Gives a variable the value that the machine knows; what it was, or `nil` where the value is a script's own.
  private mutating func setForEvaluation(_ number: NameNumber) -> SavedVariable? {
    let before = environment.variables.saved(number)
    if let elements = elements(ofCalls: number) {
      try? context.assign(elements, toArray: environment.names.name(of: number))
      return before
    }
    if before.variable.isSet { return nil }
    let line = ByteString(decimal: Int(context.sourcePosition.line))
    guard let value = number == .lineNumber ? line : dynamicValue(of: number) else { return nil }
    environment.variables[number].value = value
    environment.variables[number].attributes.insert(.set)
    return before
  }
}
