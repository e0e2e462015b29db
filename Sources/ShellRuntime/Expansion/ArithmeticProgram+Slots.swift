import ByteStrings

extension ArithmeticProgram {
  /// The same program with its names' numbers replaced: `number` tells the new one of each name.
  func renumbered(_ number: (ByteString) -> Int) -> ArithmeticProgram {
    let numbers = names.map(number)
    var result = self
    for index in result.instructions.indices where result.instructions[index].namesVariable {
      result.instructions[index].operand = numbers[result.instructions[index].operand]
    }
    return result
  }
}

extension ArithmeticInstruction {
  /// Whether the operand is a name's number.
  fileprivate var namesVariable: Bool {
    switch operation {
    case .assign, .postIncrement, .postDecrement: true
    default: source == .name
    }
  }
}

/// Expressions that the compiler has renumbered read and write the environment's variables by their numbers.
extension ExecutionEnvironment: ArithmeticVariables {
  @inline(__always)
  package mutating func value(ofName name: Int) throws(ArithmeticError.Reason) -> Int {
    let number = NameNumber(Int32(truncatingIfNeeded: name))
    let variable = variables[number]
    if variable.isSet, let value = ArithmeticConstant.value(of: variable.value) { return value }
    return try unusualValue(of: number)
  }

  /// The value of a variable that is unset, or spells no number. What a name reference names is looked up once: its
  /// subscript may need the reference's own value, and a second look at each level would take exponential time.
  @inline(never)
  private mutating func unusualValue(of number: NameNumber) throws(ArithmeticError.Reason) -> Int {
    if variables[number].isNameReference, let found = try? referenced(by: number), let text = found.subscript,
      text != "@", text != "*"
    {
      return try value(ofElement: text, of: names.name(of: found.number))
    }
    guard let value = value(of: number) else {
      if number.isWellKnown, let value = computedValue(of: number) { return ArithmeticConstant.value(of: value) ?? 0 }
      if let (name, subscripted) = elementName(of: number) { return try value(ofElement: subscripted, of: name) }
      if options.contains(.noUnset) { throw .unsetVariable }
      return 0
    }
    return try self.number(in: value)
  }

  /// The number that a value spells or, but for `posix`, that the expression in it has.
  private mutating func number(in text: ByteString) throws(ArithmeticError.Reason) -> Int {
    if let value = ArithmeticConstant.value(of: text) { return value }
    if options.contains(.posix) { throw .notANumber }
    return try value(ofExpression: text)
  }

  /// The array and the subscript of a name such as `a[i + 1]`, for which the parser takes an element; `nil` for the name
  /// of a variable.
  private func elementName(of number: NameNumber) -> (array: ByteString, subscript: ByteString)? {
    names.name(of: number).elementName
  }

  private mutating func value(
    ofElement text: ByteString, of array: ByteString
  ) throws(ArithmeticError.Reason) -> Int {
    let array = number(of: array)
    guard let place = try existingElement(of: array, text), let value = value(of: place, in: array) else {
      if options.contains(.noUnset) { throw .unsetVariable }
      return 0
    }
    return try number(in: value)
  }

  /// The place of an element whose value is asked for; `nil` where it counts back beyond the first one.
  private mutating func existingElement(of array: NameNumber, _ text: ByteString) throws(ArithmeticError.Reason)
    -> ArraySubscript?
  {
    do throws(ArithmeticError.Reason) {
      return try element(of: array, text)
    } catch {
      if case .badSubscript = error { return nil }
      throw error
    }
  }

  private mutating func element(of array: NameNumber, _ text: ByteString) throws(ArithmeticError.Reason)
    -> ArraySubscript
  {
    if cold.value.arithmeticDepth >= Self.expressionLimit { throw .nestedTooDeep }
    cold.value.arithmeticDepth += 1
    defer { cold.value.arithmeticDepth -= 1 }
    do throws(SubscriptError) {
      return try element(text, of: array)
    } catch {
      if case .arithmetic(let error, _) = error { throw error.reason }
      throw .badSubscript
    }
  }

  /// The value of an expression that is known only when it is evaluated.
  mutating func arithmeticValue(of text: ByteString) throws(ArithmeticError) -> Int {
    try ArithmeticParser.parse(text).renumbered { Int(number(of: $0).index) }.evaluate(&self)
  }

  /// How deep expressions may stand in values of each other's variables.
  private static let expressionLimit = 100

  /// The value of an expression that a variable has as its value, as bash has it.
  private mutating func value(ofExpression text: ByteString) throws(ArithmeticError.Reason) -> Int {
    if cold.value.arithmeticDepth >= Self.expressionLimit { throw .nestedTooDeep }
    cold.value.arithmeticDepth += 1
    defer { cold.value.arithmeticDepth -= 1 }
    guard let program = try? ArithmeticParser.parse(text) else { throw .notANumber }
    do throws(ArithmeticError) {
      return try program.renumbered { Int(number(of: $0).index) }.evaluate(&self)
    } catch {
      throw error.reason
    }
  }

  package mutating func assign(_ value: Int, toName name: Int) throws(ArithmeticError.Reason) {
    let number = NameNumber(Int32(truncatingIfNeeded: name))
    let element = elementName(of: number)
    let array = element.map { self.number(of: $0.array) }
    var place: ArraySubscript?
    if let element, let array { place = try self.element(of: array, element.subscript) }
    do throws(VariableError) {
      if let place, let array { return try assign(ByteString(decimal: value), to: place, of: array) }
      try assign(ByteString(decimal: value), to: number)
    } catch {
      throw .readOnlyVariable
    }
  }
}
