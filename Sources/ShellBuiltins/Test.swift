import ByteStrings
import ShellRuntime

extension Builtin {
  static let test = Builtin(
    "test", synopsis: "[EXPRESSION]",
    help: """
      Succeeds (status 0) if EXPRESSION is true, fails (1) if it is false; 2 means an error.

      Files:    -e exists, -f regular, -d directory, -h -L symbolic link, -p FIFO, -S socket, -b -c device,
                -s not empty, -r -w -x permitted to this process, -u -g -k mode bits, -O -G owner and group are ours,
                -N changed since it was read; A -nt B newer, A -ot B older, A -ef B the same file
      Strings:  STRING or -n STRING not empty, -z STRING empty, A = B, A != B, A < B, A > B (by bytes)
      Integers: A -eq B, -ne, -lt, -le, -gt, -ge
      Shell:    -t N descriptor N is a terminal, -v NAME is set, -o OPTION is on
      Joined:   ! EXPRESSION, E1 -a E2, E1 -o E2, ( EXPRESSION )

      How up to four operands are read depends on their number alone, as POSIX says.
      """
  ) { machine, arguments in
    evaluateTest(&machine, arguments, end: arguments.count)
  }

  static let bracket = Builtin(
    "[", synopsis: "[EXPRESSION] ]", help: "As `test`, with a closing bracket."
  ) { machine, arguments in
    let last = arguments.count - 1
    guard last > 0, arguments[last].count == 1, arguments[last][0] == UInt8(ascii: "]") else {
      return machine.fail(arguments, .missingBracket)
    }
    return evaluateTest(&machine, arguments, end: last)
  }
}

/// Evaluates the operands before `end`. The counting loop of every script comes through here, so the most common
/// forms allocate nothing.
private func evaluateTest(_ machine: inout Machine, _ arguments: Arguments, end: Int) -> BuiltinResult {
  do throws(BuiltinError) {
    var expression = TestExpression(arguments, end: end)
    return .status(.truth(try expression.evaluate(&machine)))
  } catch {
    return machine.fail(arguments, error)
  }
}

/// The operands of `test`, and how far they were read.
struct TestExpression {
  let arguments: Arguments
  let end: Int
  private var position = 1
  private var depth = 0

  /// How deep parentheses may nest.
  private static let maximumDepth = 1000

  init(_ arguments: Arguments, end: Int) {
    self.arguments = arguments
    self.end = end
  }

  /// POSIX.1-2024 `test`: what up to four operands mean depends on their number.
  mutating func evaluate(_ machine: inout Machine) throws(BuiltinError) -> Bool {
    try evaluate(&machine, from: 1, to: end)
  }

  private mutating func evaluate(_ machine: inout Machine, from start: Int, to end: Int) throws(BuiltinError) -> Bool {
    switch end - start {
    case 0: return false
    case 1: return !arguments[start].isEmpty
    case 2: return try evaluateTwo(&machine, start)
    case 3: return try evaluateThree(&machine, start)
    case 4:
      if isBang(start) { return try !evaluate(&machine, from: start + 1, to: end) }
      if isOpening(start), isClosing(start + 3) { return try evaluateTwo(&machine, start + 1) }
      return try evaluateGrammar(&machine, from: start)
    default: return try evaluateGrammar(&machine, from: start)
    }
  }

  private func evaluateTwo(_ machine: inout Machine, _ start: Int) throws(BuiltinError) -> Bool {
    if isBang(start) { return arguments[start + 1].isEmpty }
    guard let letter = unaryOperator(start) else { throw .expectedUnaryOperator(arguments[start]) }
    return try machine.unaryTest(letter, arguments[start + 1])
  }

  private mutating func evaluateThree(_ machine: inout Machine, _ start: Int) throws(BuiltinError) -> Bool {
    if let binary = BinaryTest(arguments[start + 1]) {
      return try machine.binaryTest(arguments[start], binary, arguments[start + 2])
    }
    if isJunction(start + 1, "a") { return !arguments[start].isEmpty && !arguments[start + 2].isEmpty }
    if isJunction(start + 1, "o") { return !arguments[start].isEmpty || !arguments[start + 2].isEmpty }
    if isBang(start) { return try !evaluateTwo(&machine, start + 1) }
    if isOpening(start), isClosing(start + 2) { return !arguments[start + 1].isEmpty }
    throw .expectedBinaryOperator(arguments[start + 1])
  }

  // MARK: - More operands: the grammar

  private mutating func evaluateGrammar(_ machine: inout Machine, from start: Int) throws(BuiltinError) -> Bool {
    position = start
    let result = try disjunction(&machine)
    if position < end { throw .unexpectedOperand(arguments[position]) }
    return result
  }

  private mutating func disjunction(_ machine: inout Machine) throws(BuiltinError) -> Bool {
    var result = try conjunction(&machine)
    while position < end, isJunction(position, "o") {
      position += 1
      let right = try conjunction(&machine)
      result = result || right
    }
    return result
  }

  private mutating func conjunction(_ machine: inout Machine) throws(BuiltinError) -> Bool {
    var result = try negation(&machine)
    while position < end, isJunction(position, "a") {
      position += 1
      let right = try negation(&machine)
      result = result && right
    }
    return result
  }

  private mutating func negation(_ machine: inout Machine) throws(BuiltinError) -> Bool {
    var isNegated = false
    while position < end, isBang(position), !isBinary(position + 1) {
      isNegated.toggle()
      position += 1
    }
    return try primary(&machine) != isNegated
  }

  private mutating func primary(_ machine: inout Machine) throws(BuiltinError) -> Bool {
    guard position < end else { throw .missingOperand("an expression") }
    if position + 2 < end, let binary = BinaryTest(arguments[position + 1]) {
      position += 3
      return try machine.binaryTest(arguments[position - 3], binary, arguments[position - 1])
    }
    if isOpening(position) { return try parenthesized(&machine) }
    if position + 1 < end, let letter = unaryOperator(position) {
      position += 2
      return try machine.unaryTest(letter, arguments[position - 1])
    }
    position += 1
    return !arguments[position - 1].isEmpty
  }

  private mutating func parenthesized(_ machine: inout Machine) throws(BuiltinError) -> Bool {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth { throw .nestedTooDeep }
    position += 1
    let result = try disjunction(&machine)
    guard position < end, isClosing(position) else { throw .missingParenthesis }
    position += 1
    return result
  }

  // MARK: - Looking at one operand

  private func isByte(_ index: Int, _ byte: UInt8) -> Bool {
    arguments[index].count == 1 && arguments[index][0] == byte
  }

  private func isBang(_ index: Int) -> Bool { isByte(index, UInt8(ascii: "!")) }
  private func isOpening(_ index: Int) -> Bool { isByte(index, UInt8(ascii: "(")) }
  private func isClosing(_ index: Int) -> Bool { isByte(index, UInt8(ascii: ")")) }

  /// Whether a binary operator stands here, with its right operand.
  private func isBinary(_ index: Int) -> Bool { index + 1 < end && BinaryTest(arguments[index]) != nil }

  private func isJunction(_ index: Int, _ letter: Unicode.Scalar) -> Bool {
    let operand = arguments[index]
    return operand.count == 2 && operand[0] == UInt8(ascii: "-") && Unicode.Scalar(operand[1]) == letter
  }

  private func unaryOperator(_ index: Int) -> Unicode.Scalar? {
    let operand = arguments[index]
    guard operand.count == 2, operand[0] == UInt8(ascii: "-") else { return nil }
    let letter = Unicode.Scalar(operand[1])
    switch letter {
    case "b", "c", "d", "e", "f", "g", "h", "k", "n", "o", "p", "r", "s", "t", "u", "v", "w", "x", "z", "G", "L", "N",
      "O", "S":
      return letter
    default: return nil
    }
  }
}
