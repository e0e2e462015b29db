import ByteStrings

/// The variables that an arithmetic expression reads and writes, by their number in `ArithmeticProgram.names`.
///
/// An evaluation is specialised for its variables, so neither function costs more than its body.
package protocol ArithmeticVariables {
  /// The variable's value; `ArithmeticConstant.value(of:)` reads it.
  mutating func value(ofName name: Int) throws(ArithmeticError.Reason) -> Int
  /// Assigns to the variable.
  mutating func assign(_ value: Int, toName name: Int) throws(ArithmeticError.Reason)
}

/// An arithmetic expression as flat code for an accumulator and a stack.
///
/// Signed 64-bit integers: overflow wraps around, a shift takes its count modulo 64, the smallest number divided by
/// -1 is itself, and division by zero is an error. Nothing traps.
package struct ArithmeticProgram: Sendable {
  /// The expression that the program was made from.
  package internal(set) var source = ByteString()
  /// The variables' names; instructions refer to them by number.
  package internal(set) var names: [ByteString] = []
  var instructions: [ArithmeticInstruction] = []
  var stackDepth = 0

  /// The value, if the expression is one constant.
  package var constant: Int? {
    guard instructions.count == 1, instructions[0].operation == .load, instructions[0].source == .constant else {
      return nil
    }
    return instructions[0].operand
  }
}

// MARK: - Evaluating

extension ArithmeticProgram {
  /// The expression's value. Allocates nothing of its own.
  package func evaluate<Variables: ArithmeticVariables>(
    _ variables: inout Variables
  ) throws(ArithmeticError) -> Int {
    if stackDepth == 0 { return try run(&variables, UnsafeMutableBufferPointer(start: nil, count: 0)) }
    return try withUnsafeTemporaryAllocation(of: Int.self, capacity: stackDepth) {
      stack -> Result<Int, ArithmeticError> in
      do throws(ArithmeticError) {
        return .success(try run(&variables, stack))
      } catch {
        return .failure(error)
      }
    }.get()
  }

  @inline(__always)
  private func run<Variables: ArithmeticVariables>(
    _ variables: inout Variables, _ stack: UnsafeMutableBufferPointer<Int>
  ) throws(ArithmeticError) -> Int {
    var accumulator = 0
    var top = 0
    var position = 0
    while position < instructions.count {
      let instruction = instructions[position]
      position += 1
      switch instruction.operation {
      case .push:
        stack[top] = accumulator
        top += 1
      case .load: accumulator = try operand(of: instruction, &variables)
      case .assign: try assign(accumulator, by: instruction, &variables)
      case .postIncrement:
        accumulator = try operand(of: instruction, &variables)
        try assign(accumulator &+ 1, by: instruction, &variables)
      case .postDecrement:
        accumulator = try operand(of: instruction, &variables)
        try assign(accumulator &- 1, by: instruction, &variables)
      case .negate: accumulator = 0 &- accumulator
      case .complement: accumulator = ~accumulator
      case .not: accumulator = accumulator == 0 ? 1 : 0
      case .truth: accumulator = accumulator == 0 ? 0 : 1
      case .jump: position = instruction.operand
      case .jumpIfZero: if accumulator == 0 { position = instruction.operand }
      case .jumpIfTrue:
        if accumulator != 0 {
          accumulator = 1
          position = instruction.operand
        }
      default:
        if instruction.source == .stack {
          top -= 1
          accumulator = try Self.combine(stack[top], accumulator, by: instruction)
        } else {
          accumulator = try Self.combine(accumulator, try operand(of: instruction, &variables), by: instruction)
        }
      }
    }
    return accumulator
  }

  @inline(__always)
  private func operand<Variables: ArithmeticVariables>(
    of instruction: ArithmeticInstruction, _ variables: inout Variables
  ) throws(ArithmeticError) -> Int {
    if instruction.source == .constant { return instruction.operand }
    do {
      return try variables.value(ofName: instruction.operand)
    } catch {
      throw ArithmeticError(error, at: instruction.range)
    }
  }

  @inline(__always)
  private func assign<Variables: ArithmeticVariables>(
    _ value: Int, by instruction: ArithmeticInstruction, _ variables: inout Variables
  ) throws(ArithmeticError) {
    do {
      try variables.assign(value, toName: instruction.operand)
    } catch {
      throw ArithmeticError(error, at: instruction.range)
    }
  }

  /// The value of a binary operator.
  @inline(__always)
  private static func combine(_ left: Int, _ right: Int, by instruction: ArithmeticInstruction) throws(ArithmeticError)
    -> Int
  {
    switch instruction.operation {
    case .add: return left &+ right
    case .subtract: return left &- right
    case .multiply: return left &* right
    case .power: return try power(left, right, by: instruction)
    case .divide, .remainder: return try divide(left, right, by: instruction)
    case .shiftLeft: return left &<< right
    case .shiftRight: return left &>> right
    case .bitAnd: return left & right
    case .bitOr: return left | right
    case .bitXor: return left ^ right
    case .less: return left < right ? 1 : 0
    case .lessOrEqual: return left <= right ? 1 : 0
    case .greater: return left > right ? 1 : 0
    case .greaterOrEqual: return left >= right ? 1 : 0
    case .equal: return left == right ? 1 : 0
    case .notEqual: return left != right ? 1 : 0
    default: preconditionFailure("the instruction is no binary operator")
    }
  }

  private static func power(_ base: Int, _ exponent: Int, by instruction: ArithmeticInstruction) throws(ArithmeticError)
    -> Int
  {
    if exponent < 0 { throw ArithmeticError(.negativeExponent, at: instruction.range) }
    var (result, factor, rest) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result &* factor }
      factor = factor &* factor
      rest >>= 1
    }
    return result
  }

  private static func divide(_ left: Int, _ right: Int, by instruction: ArithmeticInstruction) throws(ArithmeticError)
    -> Int
  {
    if right == 0 { throw ArithmeticError(.divisionByZero, at: instruction.range) }
    return instruction.operation == .divide
      ? left.dividedReportingOverflow(by: right).partialValue
      : left.remainderReportingOverflow(dividingBy: right).partialValue
  }
}
