import ByteStrings

/// Writes the instructions of an arithmetic program, and joins an operator with a right operand that is one load.
struct ArithmeticCodeBuilder {
  private(set) var program = ArithmeticProgram()
  private var depth = 0
  /// Where the latest jump lands.
  private var lastLanding = 0

  /// The number of a name, the same for the same name.
  mutating func number(ofName name: ByteString) -> Int {
    if let known = program.names.firstIndex(of: name) { return known }
    program.names.append(name)
    return program.names.count - 1
  }

  mutating func load(constant: Int) {
    program.instructions.append(.init(operation: .load, source: .constant, operand: constant))
  }

  mutating func load(name: Int, at place: Range<Int>) { emit(.load, name: name, at: place) }

  mutating func assign(name: Int, at place: Range<Int>) { emit(.assign, name: name, at: place) }

  mutating func emit(_ operation: ArithmeticInstruction.Opcode, name: Int, at place: Range<Int>) {
    program.instructions.append(
      .init(
        operation: operation, source: .name, place: Int32(clamping: place.lowerBound),
        length: UInt16(clamping: place.count), operand: name))
  }

  mutating func emit(_ operation: ArithmeticInstruction.Opcode) {
    program.instructions.append(.init(operation: operation))
  }

  /// A unary operator on the value just computed; a constant's sign is part of the constant.
  mutating func emitUnary(_ operation: ArithmeticInstruction.Opcode) {
    let last = program.instructions.count - 1
    let isConstant = program.instructions[last].operation == .load && program.instructions[last].source == .constant
    if operation == .negate, isConstant, lastLanding != last + 1 {
      program.instructions[last].operand = 0 &- program.instructions[last].operand
    } else {
      emit(operation)
    }
  }
}

// MARK: - Right operands

extension ArithmeticCodeBuilder {
  /// Pushes the left operand; returns the index of the right operand's first instruction.
  mutating func beginRightOperand() -> Int {
    emit(.push)
    depth += 1
    return program.instructions.count
  }

  /// Ends the right operand and applies the operator.
  mutating func endRightOperand(of operation: ArithmeticInstruction.Opcode, from start: Int, at place: Range<Int>) {
    var instruction = ArithmeticInstruction(operation: operation)
    let right = program.instructions[start]
    if program.instructions.count == start + 1, right.operation == .load {
      program.instructions.removeLast(2)
      instruction.source = right.source
      instruction.operand = right.operand
    } else {
      program.stackDepth = max(program.stackDepth, depth)
    }
    depth -= 1
    // An instruction has one range for error messages, but an operator with a name can fail in two ways. The range is
    // the name's, except for division, which fails as an operator.
    let blamesName = instruction.source == .name && operation != .divide && operation != .remainder
    instruction.place = blamesName ? right.place : Int32(clamping: place.lowerBound)
    instruction.length = blamesName ? right.length : UInt16(clamping: place.count)
    program.instructions.append(instruction)
  }
}

// MARK: - Jumps

extension ArithmeticCodeBuilder {
  /// A jump whose target comes later; returns where it stands.
  mutating func jump(_ operation: ArithmeticInstruction.Opcode) -> Int {
    emit(operation)
    return program.instructions.count - 1
  }

  /// Lets the jump at `index` end here.
  mutating func land(_ index: Int) {
    lastLanding = program.instructions.count
    program.instructions[index].operand = lastLanding
  }
}
