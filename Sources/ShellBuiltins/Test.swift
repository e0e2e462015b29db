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
      Shell:    -t N descriptor N is a terminal, -v NAME is set, -R NAME is a name reference,
                -o OPTION is on
      Joined:   ! EXPRESSION, E1 -a E2, E1 -o E2, ( EXPRESSION )

      How up to four operands are read depends on their number alone, as POSIX says.
      """
  ) { context, arguments in
    evaluateTest(&context, arguments, end: arguments.count)
  }

  static let bracket = Builtin(
    "[", synopsis: "[EXPRESSION] ]", help: "As `test`, with a closing bracket."
  ) { context, arguments in
    let last = arguments.count - 1
    guard last > 0, arguments[last].count == 1, arguments[last][0] == UInt8(ascii: "]") else {
      return context.fail(arguments, .test(.missingBracket))
    }
    return evaluateTest(&context, arguments, end: last)
  }
}

extension Builtin {
  static let doubleBracket = Builtin(
    "[[", synopsis: "EXPRESSION ]]",
    help: """
      Succeeds (status 0) if EXPRESSION is true, fails (1) if it is false; 2 means an error. A reserved word: nothing
      in it is split or a pathname pattern, and `<`, `(` and `&&` need no quoting. Not with `set -o posix`.

      STRING == PATTERN, STRING = PATTERN, STRING != PATTERN
                     what is quoted in PATTERN stands for itself
      STRING =~ REGULAR-EXPRESSION
                     an extended one; what is quoted in it stands for itself
      A -eq B, -ne, -lt, -le, -gt, -ge
                     A and B are arithmetic expressions
      ! EXPRESSION, E1 && E2, E1 || E2, ( EXPRESSION )

      All others are those of `test`.
      """
  ) { context, arguments in
    evaluateTest(&context, arguments, end: arguments.count - 1)
  }
}

/// Evaluates the operands before `end`. Loops of scripts call this often, so the most common forms allocate nothing.
private func evaluateTest(_ context: inout BuiltinContext, _ arguments: Arguments, end: Int) -> BuiltinResult {
  do throws(BuiltinError) {
    var expression = TestExpression(arguments, end: end)
    return .status(.truth(try expression.evaluate(&context)))
  } catch {
    return context.fail(arguments, error)
  }
}

/// The operands of `test`, and the index of the next one to read.
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
  mutating func evaluate(_ context: inout BuiltinContext) throws(BuiltinError) -> Bool {
    try evaluate(&context, from: 1, to: end)
  }

  private mutating func evaluate(_ context: inout BuiltinContext, from start: Int, to end: Int) throws(BuiltinError)
    -> Bool
  {
    switch end - start {
    case 0: return false
    case 1: return !arguments[start].isEmpty
    case 2: return try evaluateTwo(&context, start)
    case 3: return try evaluateThree(&context, start)
    case 4:
      if isBang(start) { return try !evaluate(&context, from: start + 1, to: end) }
      if isOpening(start), isClosing(start + 3) { return try evaluateTwo(&context, start + 1) }
      return try evaluateGrammar(&context, from: start)
    default: return try evaluateGrammar(&context, from: start)
    }
  }

  private func evaluateTwo(_ context: inout BuiltinContext, _ start: Int) throws(BuiltinError) -> Bool {
    if isBang(start) { return arguments[start + 1].isEmpty }
    guard let letter = unaryOperator(start) else { throw .test(.expectedUnaryOperator(arguments[start])) }
    return try context.unaryTest(letter, arguments[start + 1])
  }

  private mutating func evaluateThree(_ context: inout BuiltinContext, _ start: Int) throws(BuiltinError) -> Bool {
    if let binary = BinaryTest(arguments[start + 1]) {
      return try context.binaryTest(arguments[start], binary, arguments[start + 2])
    }
    if isJunction(start + 1, "a") { return !arguments[start].isEmpty && !arguments[start + 2].isEmpty }
    if isJunction(start + 1, "o") { return !arguments[start].isEmpty || !arguments[start + 2].isEmpty }
    if isBang(start) { return try !evaluateTwo(&context, start + 1) }
    if isOpening(start), isClosing(start + 2) { return !arguments[start + 1].isEmpty }
    throw .test(.expectedBinaryOperator(arguments[start + 1]))
  }

  // MARK: - More operands: the grammar

  private mutating func evaluateGrammar(_ context: inout BuiltinContext, from start: Int) throws(BuiltinError) -> Bool {
    position = start
    let result = try disjunction(&context)
    if position < end { throw .usage(.unexpectedOperand(arguments[position])) }
    return result
  }

  private mutating func disjunction(_ context: inout BuiltinContext) throws(BuiltinError) -> Bool {
    var result = try conjunction(&context)
    while position < end, isJunction(position, "o") {
      position += 1
      let right = try conjunction(&context)
      result = result || right
    }
    return result
  }

  private mutating func conjunction(_ context: inout BuiltinContext) throws(BuiltinError) -> Bool {
    var result = try negation(&context)
    while position < end, isJunction(position, "a") {
      position += 1
      let right = try negation(&context)
      result = result && right
    }
    return result
  }

  private mutating func negation(_ context: inout BuiltinContext) throws(BuiltinError) -> Bool {
    var isNegated = false
    while position < end, isBang(position), !isBinary(position + 1) {
      isNegated.toggle()
      position += 1
    }
    return try primary(&context) != isNegated
  }

  private mutating func primary(_ context: inout BuiltinContext) throws(BuiltinError) -> Bool {
    guard position < end else { throw .usage(.missingOperand("an expression")) }
    if position + 2 < end, let binary = BinaryTest(arguments[position + 1]) {
      position += 3
      return try context.binaryTest(arguments[position - 3], binary, arguments[position - 1])
    }
    if isOpening(position) { return try parenthesized(&context) }
    if position + 1 < end, let letter = unaryOperator(position) {
      position += 2
      return try context.unaryTest(letter, arguments[position - 1])
    }
    position += 1
    return !arguments[position - 1].isEmpty
  }

  private mutating func parenthesized(_ context: inout BuiltinContext) throws(BuiltinError) -> Bool {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth { throw .test(.nestedTooDeep) }
    position += 1
    let result = try disjunction(&context)
    guard position < end, isClosing(position) else { throw .test(.missingParenthesis) }
    position += 1
    return result
  }

  // MARK: - Single operands

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
      "O", "R", "S":
      return letter
    default: return nil
    }
  }
}

/// Why an expression cannot be evaluated.
enum TestError: WordedError {
  case expectedUnaryOperator(ByteString)
  case expectedBinaryOperator(ByteString)
  case notAnInteger(ByteString)
  case missingBracket
  case missingParenthesis
  case nestedTooDeep

  var status: ExitStatus { .usageError }
}

extension BuiltinError {
  static func test(_ error: TestError) -> Self { Self(error) }
}
