import ByteStrings

/// Compiles an arithmetic expression: ISO C's operators on signed integers, without `sizeof`, with `++` and `--`.
///
/// Recursive descent, bounded: an expression that nests too deep is an error, not an overflow of the stack.
package struct ArithmeticParser {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var nesting = 0
  private var code = ArithmeticCodeBuilder()

  /// How many operators and parentheses may be open at once.
  private static let nestingLimit = 500

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The program of an expression. An empty one has the value 0.
  package static func parse(_ expression: ByteString) throws(ArithmeticError) -> ArithmeticProgram {
    try expression.withUnsafeBytes { (bytes) throws(ArithmeticError) -> ArithmeticProgram in
      var parser = ArithmeticParser(bytes)
      parser.skipSpace()
      if parser.isAtEnd {
        parser.code.load(constant: 0)
      } else {
        try parser.parseExpression()
        if !parser.isAtEnd { throw parser.error(.expectedOperator, count: 1) }
      }
      var program = parser.code.program
      program.source = expression
      return program
    }
  }
}

// MARK: - Bytes

extension ArithmeticParser {
  private var isAtEnd: Bool { position >= bytes.count }

  /// The byte at `position` plus `offset`; 0 behind the end.
  private func byte(_ offset: Int = 0) -> UInt8 { position + offset < bytes.count ? bytes[position + offset] : 0 }

  private mutating func skipSpace() { while !isAtEnd, ArithmeticConstant.isSpace(bytes[position]) { position += 1 } }

  /// Moves behind `count` bytes and the white space that follows them.
  private mutating func advance(_ count: Int) {
    position += count
    skipSpace()
  }

  private func error(_ reason: ArithmeticError.Reason, count: Int) -> ArithmeticError {
    ArithmeticError(reason, at: position..<min(position + count, bytes.count))
  }

  /// How many bytes at `position` plus `offset` are letters, digits and underscores.
  private func wordCount(_ offset: Int = 0) -> Int {
    var count = 0
    while byte(offset + count).isNameByte { count += 1 }
    return count
  }

  /// How many bytes the name at `position` plus `offset` has; 0 if none begins there.
  /// A subscript belongs to the name.
  private func nameCount(_ offset: Int = 0) -> Int {
    let count = byte(offset).isDigit ? 0 : wordCount(offset)
    return count == 0 ? 0 : count + subscriptCount(offset + count)
  }

  /// How many bytes the subscript at `position` plus `offset` has with its brackets; 0 if none begins there.
  private func subscriptCount(_ offset: Int) -> Int {
    guard byte(offset) == UInt8(ascii: "[") else { return 0 }
    var depth = 0
    var count = 0
    repeat {
      let next = byte(offset + count)
      if next == 0 { return 0 }
      if next == UInt8(ascii: "[") { depth += 1 }
      if next == UInt8(ascii: "]") { depth -= 1 }
      count += 1
    } while depth > 0
    return count
  }

  /// Where the byte stands that follows the white space from `position` plus `offset`.
  private func offset(behindSpaceFrom offset: Int) -> Int {
    var offset = offset
    while ArithmeticConstant.isSpace(byte(offset)) { offset += 1 }
    return offset
  }
}

// MARK: - Grammar

extension ArithmeticParser {
  /// Goes one level deeper; what was begun so ends with `nesting -= 1`.
  private mutating func nest() throws(ArithmeticError) {
    nesting += 1
    if nesting > Self.nestingLimit { throw error(.nestedTooDeep, count: 0) }
  }

  /// `assignment {, assignment}`
  private mutating func parseExpression() throws(ArithmeticError) {
    try parseAssignment()
    while byte() == UInt8(ascii: ",") {
      advance(1)
      try parseAssignment()
    }
  }

  /// `name = assignment`, `name += assignment` and so on, or a conditional expression.
  private mutating func parseAssignment() throws(ArithmeticError) {
    let count = nameCount()
    guard count > 0, let kind = assignmentOperator(at: offset(behindSpaceFrom: count)) else {
      try parseConditional()
      return
    }
    let name = code.number(ofName: ByteString(UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])))
    let place = position..<position + count
    advance(count)
    switch kind {
    case .plain:
      advance(1)
      try nest()
      try parseAssignment()
      nesting -= 1
    case .combining(let operation, let operatorCount):
      code.load(name: name, at: place)
      let operatorPlace = position..<position + operatorCount
      advance(operatorCount)
      let start = code.beginRightOperand()
      try nest()
      try parseAssignment()
      nesting -= 1
      code.endRightOperand(of: operation, from: start, at: operatorPlace)
    }
    code.assign(name: name, at: place)
  }

  private enum AssignmentOperator {
    case plain
    /// The operation, and how many bytes the operator takes with its `=`.
    case combining(ArithmeticInstruction.Opcode, Int)
  }

  private func assignmentOperator(at offset: Int) -> AssignmentOperator? {
    if byte(offset) == UInt8(ascii: "="), byte(offset + 1) != UInt8(ascii: "=") { return .plain }
    guard let found = ArithmeticOperator(in: bytes, at: position + offset), found.isAssignment,
      case .value(let operation) = found.kind
    else { return nil }
    return .combining(operation, found.count + 1)
  }

  /// `condition`, or `condition ? expression : conditional`
  private mutating func parseConditional() throws(ArithmeticError) {
    try parseBinary(ArithmeticOperator.lowest)
    guard byte() == UInt8(ascii: "?") else { return }
    advance(1)
    let toElse = code.jump(.jumpIfZero)
    try nest()
    try parseExpression()
    nesting -= 1
    guard byte() == UInt8(ascii: ":") else { throw error(.expectedColon, count: 0) }
    advance(1)
    let toEnd = code.jump(.jump)
    code.land(toElse)
    try nest()
    try parseConditional()
    nesting -= 1
    code.land(toEnd)
    if byte() == UInt8(ascii: "=") { throw error(.notAssignable, count: 1) }
  }

  /// Operands joined by binary operators that bind at least as tightly as `precedence`.
  private mutating func parseBinary(_ precedence: Int) throws(ArithmeticError) {
    try parseUnary()
    while let found = ArithmeticOperator(in: bytes, at: position), found.precedence >= precedence {
      if found.isAssignment { throw error(.notAssignable, count: found.count + 1) }
      let place = position..<position + found.count
      advance(found.count)
      try parseRightOperand(of: found, at: place)
    }
    if byte() == UInt8(ascii: "="), byte(1) != UInt8(ascii: "=") { throw error(.notAssignable, count: 1) }
  }

  private mutating func parseRightOperand(
    of found: ArithmeticOperator, at place: Range<Int>
  ) throws(ArithmeticError) {
    try nest()
    switch found.kind {
    case .value(let operation):
      let start = code.beginRightOperand()
      try parseBinary(found.precedenceOfRightOperand)
      code.endRightOperand(of: operation, from: start, at: place)
    case .logicalAnd:
      let toEnd = code.jump(.jumpIfZero)
      try parseBinary(found.precedence + 1)
      code.emit(.truth)
      code.land(toEnd)
    case .logicalOr:
      let toEnd = code.jump(.jumpIfTrue)
      try parseBinary(found.precedence + 1)
      code.emit(.truth)
      code.land(toEnd)
    }
    nesting -= 1
  }
}

// MARK: - Operands

extension ArithmeticParser {
  /// An operand with the unary operators in front of it and behind it.
  private mutating func parseUnary() throws(ArithmeticError) {
    switch byte() {
    case UInt8(ascii: "+") where byte(1) == byte(), UInt8(ascii: "-") where byte(1) == byte():
      try parseDoubledSign()
    case UInt8(ascii: "+"): try parseOperand(behind: nil)
    case UInt8(ascii: "-"): try parseOperand(behind: .negate)
    case UInt8(ascii: "~"): try parseOperand(behind: .complement)
    case UInt8(ascii: "!"): try parseOperand(behind: .not)
    default: try parsePrimary()
    }
  }

  private mutating func parseOperand(behind operation: ArithmeticInstruction.Opcode?) throws(ArithmeticError) {
    advance(1)
    try nest()
    try parseUnary()
    nesting -= 1
    if let operation { code.emitUnary(operation) }
  }

  /// `++name` and `--name`; before anything else they are two signs.
  private mutating func parseDoubledSign() throws(ArithmeticError) {
    let isPlus = byte() == UInt8(ascii: "+")
    let nameOffset = offset(behindSpaceFrom: 2)
    let count = nameCount(nameOffset)
    if count == 0 {
      try parseOperand(behind: isPlus ? nil : .negate)
      return
    }
    advance(2)
    let place = position..<position + count
    let name = code.number(ofName: ByteString(UnsafeRawBufferPointer(rebasing: bytes[place])))
    advance(count)
    code.load(name: name, at: place)
    let start = code.beginRightOperand()
    code.load(constant: 1)
    code.endRightOperand(of: isPlus ? .add : .subtract, from: start, at: place)
    code.assign(name: name, at: place)
  }

  /// A constant, a name or an expression in parentheses.
  private mutating func parsePrimary() throws(ArithmeticError) {
    if byte() == UInt8(ascii: "(") {
      advance(1)
      try nest()
      try parseExpression()
      nesting -= 1
      guard byte() == UInt8(ascii: ")") else {
        throw error(isAtEnd ? .expectedClosingParenthesis : .expectedOperator, count: 1)
      }
      advance(1)
      return
    }
    let count = wordCount()
    if count == 0 { throw error(.expectedOperand, count: 1) }
    if byte().isDigit, byte(count) == UInt8(ascii: "#") { return try parseBasedConstant(count) }
    if byte().isDigit {
      guard let value = ArithmeticConstant.unsigned(bytes[position..<position + count]) else {
        throw error(.invalidConstant, count: count)
      }
      code.load(constant: value)
      advance(count)
    } else {
      parseName(nameCount())
    }
  }

  /// `base#digits`, as bash has it.
  private mutating func parseBasedConstant(_ count: Int) throws(ArithmeticError) {
    var end = count + 1
    while byte(end).isNameByte || byte(end) == UInt8(ascii: "@") { end += 1 }
    guard let base = ByteString(UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])).decimalValue,
      let value = ArithmeticConstant.value(bytes[position + count + 1..<position + end], base: base)
    else { throw error(.invalidConstant, count: end) }
    code.load(constant: value)
    advance(end)
  }

  private mutating func parseName(_ count: Int) {
    let place = position..<position + count
    let name = code.number(ofName: ByteString(UnsafeRawBufferPointer(rebasing: bytes[place])))
    advance(count)
    let sign = byte()
    if sign == byte(1), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      code.emit(sign == UInt8(ascii: "+") ? .postIncrement : .postDecrement, name: name, at: place)
      advance(2)
    } else {
      code.load(name: name, at: place)
    }
  }
}
