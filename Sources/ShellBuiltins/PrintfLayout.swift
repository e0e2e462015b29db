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
    func appendTruncated(_ text: ByteString, to output: inout PaddedText) {
      appendText(truncated(text), to: &output)
    }

    func truncated(_ text: ByteString) -> ByteString {
      precision.map { text.subrange(0..<min($0, text.count)) } ?? text
    }

    func appendText(_ text: ByteString, to output: inout PaddedText) {
      let padding = width - text.count
      if padding <= 0 {
        output.append(text)
      } else if flags.contains(.leftAligned) {
        output.append(text)
        output.append(UInt8(ascii: " "), count: padding)
      } else {
        output.append(UInt8(ascii: " "), count: padding)
        output.append(text)
      }
    }

    func appendSigned(_ value: Int64, to output: inout PaddedText) {
      let sign: ByteString =
        value < 0 ? "-" : flags.contains(.plus) ? "+" : flags.contains(.space) ? " " : ByteString()
      appendInteger(sign, value.magnitude, base: 10, to: &output)
    }

    func appendUnsigned(_ value: UInt64, to output: inout PaddedText) {
      switch Unicode.Scalar(conversion) {
      case "o": appendInteger(ByteString(), value, base: 8, to: &output)
      case "x":
        appendInteger(flags.contains(.alternate) && value != 0 ? "0x" : ByteString(), value, base: 16, to: &output)
      case "X":
        appendInteger(flags.contains(.alternate) && value != 0 ? "0X" : ByteString(), value, base: 16, to: &output)
      default: appendInteger(ByteString(), value, base: 10, to: &output)
      }
    }

    func appendFloatingPoint(_ value: Double, to output: inout PaddedText) {
      var letters = ByteString()
      if flags.contains(.plus) { letters.append(UInt8(ascii: "+")) }
      if flags.contains(.space) { letters.append(UInt8(ascii: " ")) }
      if flags.contains(.alternate) { letters.append(UInt8(ascii: "#")) }
      let shown = precision.map { min($0, Self.mostDigits) }
      let text = FloatingPointText.format(value, conversion: conversion, flags: letters, precision: shown)
      guard value.isFinite else { return appendText(text, to: &output) }
      let isHexadecimal = conversion | 0x20 == UInt8(ascii: "a")
      let exponent = text.firstIndex { $0 | 0x20 == UInt8(ascii: isHexadecimal ? "p" : "e") } ?? text.count
      let signLength = text.first.map { "+- ".utf8.contains($0) } == true ? 1 : 0
      let start = signLength + (isHexadecimal ? 2 : 0)
      var digits = PaddedText()
      digits.append(text.subrange(start..<exponent))
      // `%g` leaves out zeros at the end, but with `#`.
      let keepsZeros = conversion | 0x20 != UInt8(ascii: "g") || flags.contains(.alternate)
      if let precision, let shown, keepsZeros { digits.append(UInt8(ascii: "0"), count: precision - shown) }
      digits.append(text.subrange(exponent..<text.count))
      appendNumber(text.subrange(0..<start), digits, fillsWithZeros: flags.contains(.zeroPadded), to: &output)
    }

    /// No `Double` has more digits that are not 0, whatever the conversion.
    private static let mostDigits = 1_100

    /// The digits of `value`, at least as many as the precision says; none for 0 with a precision of 0.
    private func appendInteger(_ prefix: ByteString, _ value: UInt64, base: UInt64, to output: inout PaddedText) {
      let ten: UInt8 = conversion == UInt8(ascii: "X") ? UInt8(ascii: "A") : UInt8(ascii: "a")
      var reversed: [UInt8] = []
      var rest = value
      while rest > 0 {
        let digit = UInt8(truncatingIfNeeded: rest % base)
        reversed.append(digit < 10 ? UInt8(ascii: "0") + digit : ten + digit - 10)
        rest /= base
      }
      var zeros = max(0, (precision ?? 1) - reversed.count)
      // The octal prefix is a digit.
      if base == 8, flags.contains(.alternate), zeros == 0 { zeros = 1 }
      var digits = PaddedText()
      digits.append(UInt8(ascii: "0"), count: zeros)
      digits.append(ByteString(reversed.reversed()))
      appendNumber(prefix, digits, fillsWithZeros: flags.contains(.zeroPadded) && precision == nil, to: &output)
    }

    /// Zeros that fill the width stand between the sign or prefix and the digits; `-` takes them away.
    private func appendNumber(
      _ prefix: ByteString, _ digits: PaddedText, fillsWithZeros: Bool, to output: inout PaddedText
    ) {
      let padding = max(0, width - prefix.count - digits.count)
      let isLeft = flags.contains(.leftAligned)
      let fillsWithZeros = fillsWithZeros && !isLeft
      if !isLeft, !fillsWithZeros { output.append(UInt8(ascii: " "), count: padding) }
      output.append(prefix)
      if fillsWithZeros { output.append(UInt8(ascii: "0"), count: padding) }
      output.append(digits)
      if isLeft { output.append(UInt8(ascii: " "), count: padding) }
    }
  }
}
