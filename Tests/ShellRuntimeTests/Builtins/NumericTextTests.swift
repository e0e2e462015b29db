import ByteStrings
import Platform
import Testing

@testable import ShellBuiltins

@Suite struct NumericTextTests {
  @Test(
    arguments: [
      ("42", 42), ("-42", -42), ("+7", 7), (" \t7", 7), ("0x1F", 31), ("-0x10", -16), ("017", 15), ("0", 0), ("", 0),
      ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
    ] as [(String, Int64)])
  func formsOfC(text: String, value: Int64) {
    let signed = NumericText(ByteString(text)).signed
    #expect(signed.value == value)
    #expect(signed.problem == nil)
  }

  @Test(
    arguments: [
      ("abc", 0, .noNumber), ("-", 0, .noNumber), (" ", 0, .noNumber), ("12abc", 12, .incomplete),
      ("5 ", 5, .incomplete), ("08", 0, .incomplete), ("0x", 0, .incomplete), ("0xg", 0, .incomplete),
      ("9223372036854775808", Int64.max, .outOfRange), ("-9223372036854775809", Int64.min, .outOfRange),
      ("99999999999999999999999", Int64.max, .outOfRange), ("-99999999999999999999999", Int64.min, .outOfRange),
    ] as [(String, Int64, NumericText.Problem)])
  func problems(text: String, value: Int64, problem: NumericText.Problem) {
    let signed = NumericText(ByteString(text)).signed
    #expect(signed.value == value)
    #expect(signed.problem == problem)
  }

  @Test func negativeNumbersWrapWhereTheyAreUnsigned() {
    #expect(NumericText("-1").unsigned.value == .max)
    #expect(NumericText("18446744073709551615").unsigned.value == .max)
    #expect(NumericText("18446744073709551615").unsigned.problem == nil)
    #expect(NumericText("18446744073709551616").unsigned.problem == .outOfRange)
  }
}

@Suite struct FloatingPointTextTests {
  private func format(_ value: Double, _ conversion: Character, _ precision: Int? = nil) -> String {
    FloatingPointText.format(value, conversion: conversion.asciiValue!, flags: "", precision: precision).description
  }

  @Test func conversions() {
    #expect(format(1.5, "f") == "1.500000")
    #expect(format(1.5, "e", 2) == "1.50e+00")
    #expect(format(1e20, "G") == "1E+20")
    #expect(format(2.5, "f", 1) == "2.5")
    #expect(format(1, "a") == "0x1p+0")
    #expect(format(.infinity, "f") == "inf")
  }

  @Test func parsing() {
    let parsed = FloatingPointText.parse("1.5e3x")
    #expect(parsed.value == 1500)
    #expect(parsed.count == 5)
    #expect(!parsed.isOutOfRange)
    #expect(FloatingPointText.parse("0x1p4").value == 16)
    #expect(FloatingPointText.parse("x").count == 0)
    #expect(FloatingPointText.parse("1e999").isOutOfRange)
  }
}
