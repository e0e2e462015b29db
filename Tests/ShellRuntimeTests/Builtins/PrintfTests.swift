import ByteStrings
import ShellRuntime
import Testing

@testable import ShellBuiltins

@Suite struct PrintfTests {
  private func printf(_ format: ByteString, _ arguments: ByteString...) throws -> (text: String, errors: [BuiltinError])
  {
    var printf = Printf(Arguments(arguments), from: 0, decoder: .utf8)
    try printf.print(format: format)
    return (printf.output.description, printf.errors)
  }

  @Test func theFormatIsUsedAgain() throws {
    #expect(try printf("%s-%s ", "a", "b", "c").text == "a-b c- ")
    #expect(try printf("x", "left").text == "x")
    #expect(try printf("%s%%").text == "%")
  }

  @Test func numberedArgumentsCountFromTheFirstOfEachUse() throws {
    #expect(try printf("%2$s%1$s ", "a", "b", "c", "d").text == "ba dc ")
    #expect(try printf("%1$s%1$s", "x", "y").text == "xxyy")
    #expect(try printf("%2$*1$d", "5", "42").text == "   42")
  }

  @Test func signsZerosAndPrecision() throws {
    #expect(try printf("%05d|%+d|% d|%.3d|%-5d|", "-7", "7", "7", "7", "7").text == "-0007|+7| 7|007|7    |")
    #expect(try printf("%#x|%#o|%#X|%.0d|", "255", "8", "255", "0").text == "0xff|010|0XFF||")
    #expect(try printf("%05.2d|", "7").text == "   07|")
  }

  @Test func problemsOfArgumentsAreNotedAndPrintingGoesOn() throws {
    let result = try printf("%d %d %u ", "x", "12y", "99999999999999999999")
    #expect(result.text == "0 12 18446744073709551615 ")
    let number = "99999999999999999999" as ByteString
    #expect(
      result.errors == [.operand(.notANumber("x")), .operand(.incompleteNumber("12y")), .operand(.outOfRange(number))])
  }

  @Test func charactersAsNumbers() throws {
    #expect(try printf("%d %d %x", "'A", "\"é", "'😀").text == "65 233 1f600")
    #expect(try printf("%d", "'").errors == [.operand(.notANumber("'"))])
  }

  @Test func wrongFormatsAreErrors() {
    #expect(throws: BuiltinError.printf(.noSuchConversion("%y"))) { try printf("%y") }
    #expect(throws: BuiltinError.printf(.incompleteConversion("%-5."))) { try printf("a%-5.") }
    #expect(throws: BuiltinError.operand(.outOfRange("2147483648"))) { try printf("%2147483648d") }
  }

  @Test func backslashCInAnArgumentEndsEverything() throws {
    #expect(try printf("%b%s", "a\\cb", "never").text == "a")
  }
}
