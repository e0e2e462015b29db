import ByteStrings
import Platform

extension Printf {
  /// How one converted argument is laid out: flags, width and precision with the `*` filled in.
  struct Layout {
    var flags: PrintfSpecification.Flags
    var width = 0
    var precision: Int?
    let conversion: UInt8

    init(_ specification: PrintfSpecification) {
      flags = specification.flags
      conversion = specification.conversion
    }

    /// `%s` and its like: at most as many bytes as the precision says.
    func appendTruncated(_ text: ByteString, to output: inout ByteString) {
      appendText(precision.map { text.subrange(0..<min($0, text.count)) } ?? text, to: &output)
    }

    func appendText(_ text: ByteString, to output: inout ByteString) {
      let padding = width - text.count
      if padding <= 0 {
        output.append(text)
      } else if flags.contains(.leftAligned) {
        output.append(text)
        output.append(ByteString(repeating: UInt8(ascii: " "), count: padding))
      } else {
        output.append(ByteString(repeating: UInt8(ascii: " "), count: padding))
        output.append(text)
      }
    }

    func appendSigned(_ value: Int64, to output: inout ByteString) {
      let sign: ByteString =
        value < 0 ? "-" : flags.contains(.plus) ? "+" : flags.contains(.space) ? " " : ByteString()
      appendNumber(sign: sign, digits: digits(value.magnitude, base: 10), to: &output)
    }

    func appendUnsigned(_ value: UInt64, to output: inout ByteString) {
      switch Unicode.Scalar(conversion) {
      case "o":
        var digits = digits(value, base: 8)
        if flags.contains(.alternate), digits.first != UInt8(ascii: "0") { digits = "0" + digits }
        appendNumber(sign: ByteString(), digits: digits, to: &output)
      case "x":
        let prefix: ByteString = flags.contains(.alternate) && value != 0 ? "0x" : ByteString()
        appendNumber(sign: prefix, digits: digits(value, base: 16), to: &output)
      case "X":
        let prefix: ByteString = flags.contains(.alternate) && value != 0 ? "0X" : ByteString()
        appendNumber(sign: prefix, digits: digits(value, base: 16), to: &output)
      default:
        appendNumber(sign: ByteString(), digits: digits(value, base: 10), to: &output)
      }
    }

    func appendFloatingPoint(_ value: Double, to output: inout ByteString) {
      var letters = ByteString()
      if flags.contains(.leftAligned) { letters.append(UInt8(ascii: "-")) }
      if flags.contains(.plus) { letters.append(UInt8(ascii: "+")) }
      if flags.contains(.space) { letters.append(UInt8(ascii: " ")) }
      if flags.contains(.alternate) { letters.append(UInt8(ascii: "#")) }
      if flags.contains(.zeroPadded) { letters.append(UInt8(ascii: "0")) }
      output.append(
        FloatingPointText.format(value, conversion: conversion, flags: letters, width: width, precision: precision))
    }

    /// The digits of `value`, at least as many as the precision says; none for 0 with a precision of 0.
    private func digits(_ value: UInt64, base: UInt64) -> ByteString {
      let ten: UInt8 = conversion == UInt8(ascii: "X") ? UInt8(ascii: "A") : UInt8(ascii: "a")
      var reversed: [UInt8] = []
      var rest = value
      while rest > 0 {
        let digit = UInt8(truncatingIfNeeded: rest % base)
        reversed.append(digit < 10 ? UInt8(ascii: "0") + digit : ten + digit - 10)
        rest /= base
      }
      let missing = (precision ?? 1) - reversed.count
      if missing > 0 { reversed.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: missing)) }
      return ByteString(reversed.reversed())
    }

    /// Zeros stand between the sign and the digits; not with a precision or `-`.
    private func appendNumber(sign: ByteString, digits: ByteString, to output: inout ByteString) {
      let padding = width - sign.count - digits.count
      if padding > 0, flags.contains(.zeroPadded), !flags.contains(.leftAligned), precision == nil {
        output.append(sign)
        output.append(ByteString(repeating: UInt8(ascii: "0"), count: padding))
        output.append(digits)
      } else {
        appendText(sign + digits, to: &output)
      }
    }
  }
}
