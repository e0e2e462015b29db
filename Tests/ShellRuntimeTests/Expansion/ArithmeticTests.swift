import ByteStrings
import Testing

@testable import ShellRuntime

/// Variables as a shell keeps them: text, in which only constants are numbers.
struct TestVariables: ArithmeticVariables {
  let names: [ByteString]
  var values: [ByteString: ByteString]
  var readOnly: Set<ByteString> = []

  mutating func value(ofName name: Int) throws(ArithmeticError.Reason) -> Int {
    guard let text = values[names[name]] else { throw .unsetVariable }
    guard let value = ArithmeticConstant.value(of: text) else { throw .notANumber }
    return value
  }

  mutating func assign(_ value: Int, toName name: Int) throws(ArithmeticError.Reason) {
    if readOnly.contains(names[name]) { throw .readOnlyVariable }
    values[names[name]] = ByteString(decimal: value)
  }
}

@Suite struct ArithmeticTests {
  /// The expression's value, and the variables afterwards.
  private func evaluate(
    _ expression: ByteString, _ values: [ByteString: ByteString] = [:], readOnly: Set<ByteString> = []
  ) throws(ArithmeticError) -> (Int, [ByteString: ByteString]) {
    let program = try ArithmeticParser.parse(expression)
    var variables = TestVariables(names: program.names, values: values, readOnly: readOnly)
    let value = try program.evaluate(&variables)
    return (value, variables.values)
  }

  @Test(
    arguments: [
      ("", 0), (" \t\n ", 0), ("7", 7), ("017", 15), ("0x1fF", 511), ("0X10", 16), ("00", 0),
      ("1+2*3", 7), ("(1+2)*3", 9), ("10-4-3", 3), ("100/7/2", 7), ("-7/2", -3), ("-7%3", -1), ("7%-3", 1),
      ("1<<4>>2", 4), ("-8>>1", -4), ("1<<2+1", 8), ("6&3", 2), ("6|3", 7), ("6^3", 5), ("1|2^3&4", 3),
      ("1<2", 1), ("2<=1", 0), ("3>2>1", 0), ("2>=2", 1), ("1==1!=0", 1), ("5!=5", 0), ("1&2==2", 1),
      ("!0", 1), ("!5", 0), ("~0", -1), ("- - 3", 3), ("--3", 3), ("++3", 3), ("+-+3", -3), ("5--3", 8), ("!-1", 0),
      ("-(3)", -3), ("-(1,2)", -2), ("-(1?2:3)", -2), ("-(0?2:3)", -3), ("~-1", 0),
      ("1&&2", 1), ("1&&0", 0), ("0||0", 0), ("0||7", 1), ("1||0&&0", 1), ("0&&1||1", 1),
      ("1?2:3", 2), ("0?2:3", 3), ("0?1:0?2:3", 3), ("1?0?4:5:6", 5), ("1?2,3:4", 3), ("1 , 2 , 3", 3),
      ("(1+2)*(3+4)-(5-(6-7))", 15), ("1-(2-(3-(4-(5-6))))", -3), (" ( 1 ) + ( 2 ) ", 3),
      ("9223372036854775807+1", Int.min), ("-9223372036854775808", Int.min), ("18446744073709551615", -1),
      ("-9223372036854775808/-1", Int.min), ("-9223372036854775808%-1", 0),
      ("1<<64", 1), ("1<<65", 2), ("1<<-1", Int.min), ("-1>>70", -1), ("4611686018427387904*4", 0),
    ] as [(ByteString, Int)])
  func valuesOfConstantExpressions(_ expression: ByteString, _ expected: Int) throws {
    #expect(try evaluate(expression).0 == expected)
  }

  @Test(
    arguments: [
      ("x", 5, 5), ("x+1", 6, 5), ("1+x", 6, 5), ("x*x-x", 20, 5), ("x-(x-1)", 1, 5), ("-x", -5, 5), ("!x", 0, 5),
      ("x=7", 7, 7), ("x = x + 1", 6, 6), ("x+=3", 8, 8), ("x -= 3", 2, 2), ("x*=2", 10, 10), ("x/=2", 2, 2),
      ("x%=3", 2, 2), ("x<<=1", 10, 10), ("x>>=1", 2, 2), ("x&=4", 4, 4), ("x|=2", 7, 7), ("x^=1", 4, 4),
      ("x+=x+=1", 11, 11), ("x=x=9", 9, 9), ("(x=3)+x", 6, 3), ("x,x=1", 1, 1), ("x==5", 1, 5), ("x<=5", 1, 5),
      ("x++", 5, 6), ("x--", 5, 4), ("++x", 6, 6), ("--x", 4, 4), ("x++ + ++x", 12, 7), ("x+++x", 11, 6),
      ("x - -x", 10, 5), ("- --x", -4, 4), ("x---x", 1, 4), ("++ x", 6, 6), ("x ++", 5, 6),
      ("0&&(x=9)", 0, 5), ("1||(x=9)", 1, 5), ("1?x:(x=9)", 5, 5), ("0?(x=9):x", 5, 5), ("1&&(x=9)", 1, 9),
      ("x?x=1:2", 1, 1), ("x>3&&x<9", 1, 5), ("x=1,x+1", 2, 1),
    ] as [(ByteString, Int, Int)])
  func variablesAreReadAndWritten(_ expression: ByteString, _ expected: Int, _ x: Int) throws {
    let (value, variables) = try evaluate(expression, ["x": "5"])
    #expect(value == expected)
    #expect(variables["x"] == ByteString(decimal: x))
  }

  @Test(
    arguments: [
      ("1+", .expectedOperand, 2..<2), ("*2", .expectedOperand, 0..<1), ("1+)", .expectedOperand, 2..<3),
      ("1 2", .expectedOperator, 2..<3), ("x y", .expectedOperator, 2..<3), ("(1 2)", .expectedOperator, 3..<4),
      ("1)", .expectedOperator, 1..<2), ("(1", .expectedClosingParenthesis, 2..<2), ("()", .expectedOperand, 1..<2),
      ("1?2", .expectedColon, 3..<3), ("1=2", .notAssignable, 1..<2), ("1+=2", .notAssignable, 1..<3),
      ("(x)=1", .notAssignable, 3..<4), ("1?x:x=2", .notAssignable, 5..<6), ("x+1=2", .notAssignable, 3..<4),
      ("-x=2", .notAssignable, 2..<3), ("1<<=2", .notAssignable, 1..<4),
      ("08", .invalidConstant, 0..<2), ("1+12a", .invalidConstant, 2..<5), ("0x", .invalidConstant, 0..<2),
      ("0xg", .invalidConstant, 0..<3), ("1.5", .expectedOperator, 1..<2), ("$", .expectedOperand, 0..<1),
      ("1/0", .divisionByZero, 1..<2), ("4 % (1-1)", .divisionByZero, 2..<3), ("1/zero", .divisionByZero, 1..<2),
      ("five /= 0", .divisionByZero, 5..<7),
      ("1+word", .notANumber, 2..<6), ("word++", .notANumber, 0..<4), ("unset*2", .unsetVariable, 0..<5),
      ("fixed=1", .readOnlyVariable, 0..<5), ("++fixed", .readOnlyVariable, 2..<7),
    ] as [(ByteString, ArithmeticError.Reason, Range<Int>)])
  func errorsNameTheirPlace(_ expression: ByteString, _ reason: ArithmeticError.Reason, _ range: Range<Int>) {
    #expect(throws: ArithmeticError(reason, at: range)) {
      _ = try evaluate(
        expression, ["word": "a+b", "fixed": "1", "five": "5", "zero": "0"], readOnly: ["fixed"])
    }
  }

  @Test(
    arguments: [
      ("", 0), ("  ", 0), ("12", 12), (" 12\n", 12), ("-12", -12), ("+3", 3), ("010", 8), ("-010", -8), ("-0x10", -16),
      ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ] as [(ByteString, Int)])
  func constantsOfVariables(_ text: ByteString, _ expected: Int) {
    #expect(ArithmeticConstant.value(of: text) == expected)
  }

  @Test(arguments: ["-", "+", "1 2", "x", "1+1", "--1", "- 1", "08", "0x", "1\u{a0}"] as [ByteString])
  func otherTextIsNoConstant(_ text: ByteString) { #expect(ArithmeticConstant.value(of: text) == nil) }

  @Test func deepNestingIsAnError() {
    func expression(_ count: Int, _ opening: ByteString, _ closing: ByteString) -> ByteString {
      var text = ByteString()
      for _ in 0..<count { text.append(opening) }
      text.append("1")
      for _ in 0..<count { text.append(closing) }
      return text
    }
    #expect(throws: Never.self) { try ArithmeticParser.parse(expression(300, "(", ")")) }
    for opening: ByteString in ["(", "-", "x=", "1?", "1?1:", "1+(", "1||1&&1|1^1&1==1<1<<1+1*("] {
      #expect(throws: ArithmeticError.self) { try ArithmeticParser.parse(expression(100_000, opening, "")) }
    }
  }

  @Test func longChainsNeedNoNesting() throws {
    var sum = ByteString("0")
    for _ in 0..<50_000 { sum.append("+1") }
    #expect(try evaluate(sum).0 == 50_000)
  }

  @Test func aLoneConstantIsKnownWithoutEvaluating() throws {
    #expect(try ArithmeticParser.parse(" -0x10 ").constant == -16)
    #expect(try ArithmeticParser.parse("1+1").constant == nil)
    #expect(try ArithmeticParser.parse("x").constant == nil)
  }

  @Test func equalNamesShareANumber() throws {
    #expect(try ArithmeticParser.parse("a+b+a*_c1").names == ["a", "b", "_c1"])
  }
}
