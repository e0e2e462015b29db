/// One instruction of an `ArithmeticProgram`.
struct ArithmeticInstruction: Sendable {
  /// Where an instruction's right operand comes from.
  enum Source: UInt8, Sendable {
    /// The accumulator; the left operand is popped from the stack.
    case stack
    case constant
    case name
  }

  enum Opcode: UInt8, Sendable {
    case load, push
    case add, subtract, multiply, divide, remainder, power, shiftLeft, shiftRight
    case bitAnd, bitOr, bitXor
    case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual
    case negate, complement, not, truth
    case assign
    /// Add or subtract 1 and leave the old value in the accumulator.
    case postIncrement, postDecrement
    case jump
    /// Jumps if the accumulator is 0.
    case jumpIfZero
    /// Jumps if the accumulator is not 0, and makes it 1.
    case jumpIfTrue
  }

  var operation: Opcode
  var source = Source.stack
  /// The bytes of the expression to blame for an error.
  var place: Int32 = 0
  var length: UInt16 = 0
  /// A constant, a name's number or a jump's target.
  var operand = 0
}

extension ArithmeticInstruction {
  /// The bytes of the expression to blame for an error.
  var range: Range<Int> { Int(place)..<Int(place) + Int(length) }
}
