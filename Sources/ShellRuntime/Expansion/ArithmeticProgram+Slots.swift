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
  package mutating func value(ofName name: Int) throws(ArithmeticError.Reason) -> Int {
    let number = NameNumber(Int32(truncatingIfNeeded: name))
    let variable = variables[number]
    if !variable.isSet {
      if number == .random { return Int.random(in: 0..<32768) }
      if number == .seconds { return shell.secondsSinceStart }
      if options.contains(.noUnset) { throw .unsetVariable }
      return 0
    }
    guard let value = ArithmeticConstant.value(of: variable.value) else { throw .notANumber }
    return value
  }

  package mutating func assign(_ value: Int, toName name: Int) throws(ArithmeticError.Reason) {
    do throws(VariableError) {
      try assign(ByteString(decimal: value), to: NameNumber(Int32(truncatingIfNeeded: name)))
    } catch {
      throw .readOnlyVariable
    }
  }
}
