import ByteStrings
import ShellRuntime
import Testing

@testable import ShellBuiltins

@Suite struct PrintfTests {
  private func printf(_ format: ByteString, _ arguments: ByteString...) throws -> (text: String, errors: [BuiltinError])
  {
    var printf = Printf(Arguments(arguments), from: 0, decoder: .utf8)
    try printf.print(format: format)
    return (all(printf.output).description, printf.errors)
  }

  private func all(_ text: PaddedText) -> ByteString {
    var rest = text
    var all = ByteString()
    while !rest.isEmpty { all.append(rest.takePiece(limit: 1_000)) }
    return all
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

  @Test func widthsAndPrecisionsAsTheCLibraryHasThem() throws {
    #expect(try printf("%08.3f|%-8.2e|%+8.1f|% .0f|", "-1.5", "1.5", "2", "3").text == "-001.500|1.50e+00|    +2.0| 3|")
    #expect(try printf("%011a|%8g|%#g|%08f|", "1", "0.5", "1", "inf").text == "0x000001p+0|     0.5|1.00000|     inf|")
    #expect(try printf("%#.0o|%#.5o|%#08x|%-#8xe|", "0", "8", "255", "1").text == "0|00010|0x0000ff|0x1     e|")
  }

  @Test func zerosBehindTheLastDigit() throws {
    let zeros = { String(repeating: "0", count: $0) }
    #expect(try printf("%.5000f", "1.5").text == "1.5" + zeros(4_999))
    #expect(try printf("%.5000e", "1.5").text == "1.5" + zeros(4_999) + "e+00")
    #expect(try printf("%.5000a", "1").text == "0x1." + zeros(5_000) + "p+0")
    #expect(try printf("%#.5000g|%.5000g", "1.5", "1.5").text == "1.5" + zeros(4_998) + "|1.5")
    #expect(try printf("%.5000d", "-7").text == "-" + zeros(4_999) + "7")
  }

  @Test func longPaddingIsNotHeldInMemory() throws {
    let limit = PrintfSpecification.limit
    let format: ByteString = "a%2147483647d%0*.3f%-2147483647s%.2147483647x%.*f"
    var printf = Printf(
      Arguments(["1", ByteString(decimal: limit), "2", "s", "3", ByteString(decimal: limit), "4"]), from: 0,
      decoder: .utf8)
    try printf.print(format: format)
    #expect(printf.output.count == 1 + 4 * limit + 2 + limit)
    var output = printf.output
    #expect(output.takePiece(limit: 10) == "a")
    #expect(output.takePiece(limit: 10) == "          ")
    #expect(output.count == 5 * limit + 2 - 10)
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
