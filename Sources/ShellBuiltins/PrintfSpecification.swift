import ByteStrings

/// One conversion specification of a `printf` format: `%-5.2f`, `%2$s`.
struct PrintfSpecification: Equatable {
  struct Flags: OptionSet {
    let rawValue: UInt8
    static let leftAligned = Flags(rawValue: 1)
    static let plus = Flags(rawValue: 2)
    static let space = Flags(rawValue: 4)
    static let alternate = Flags(rawValue: 8)
    static let zeroPadded = Flags(rawValue: 16)
  }

  /// A field width or a precision.
  enum Amount: Equatable {
    case none
    case number(Int)
    /// `*`, or `*n$` with a number.
    case argument(Int?)
  }

  var flags: Flags = []
  var width = Amount.none
  var precision = Amount.none
  var conversion: UInt8 = 0
  /// The `n` of `%n$`.
  var argumentNumber: Int?
  /// The format between the parentheses of `%(…)T`.
  var timeFormat = ByteString()

  /// The largest width, precision or argument number.
  static let limit = Int(Int32.max)

  /// Reads the specification whose `%` stands at `position`, and moves behind it.
  init(in bytes: UnsafeRawBufferPointer, at position: inout Int) throws(BuiltinError) {
    let start = position
    position += 1
    argumentNumber = try Self.argumentNumber(in: bytes, at: &position)
    readFlags(in: bytes, at: &position)
    width = try Self.amount(in: bytes, at: &position)
    if Self.byte(in: bytes, at: position) == UInt8(ascii: ".") {
      position += 1
      precision = try Self.amount(in: bytes, at: &position)
      if precision == .none { precision = .number(0) }
    }
    while let letter = Self.byte(in: bytes, at: position), Self.isLengthModifier(letter) { position += 1 }
    let parenthesis = position
    if Self.byte(in: bytes, at: position) == UInt8(ascii: "(") {
      timeFormat = Self.timeFormat(in: bytes, at: &position)
    }
    let hasTimeFormat = position > parenthesis
    guard let letter = Self.byte(in: bytes, at: position) else {
      throw .printf(.incompleteConversion(ByteString(UnsafeRawBufferPointer(rebasing: bytes[start...]))))
    }
    position += 1
    conversion = letter
    guard hasTimeFormat ? letter == UInt8(ascii: "T") : Self.isConversion(letter) else {
      throw .printf(.noSuchConversion(ByteString(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))))
    }
  }

  private static func byte(in bytes: UnsafeRawBufferPointer, at position: Int) -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  private static func isConversion(_ letter: UInt8) -> Bool {
    switch Unicode.Scalar(letter) {
    case "d", "i", "o", "u", "x", "X", "a", "A", "e", "E", "f", "F", "g", "G", "c", "s", "b", "q", "Q", "n": true
    default: false
    }
  }

  /// What stands between parentheses, which may have others inside; moves behind it.
  private static func timeFormat(in bytes: UnsafeRawBufferPointer, at position: inout Int) -> ByteString {
    let start = position + 1
    var depth = 0
    while let letter = byte(in: bytes, at: position) {
      position += 1
      if letter == UInt8(ascii: "(") { depth += 1 }
      if letter == UInt8(ascii: ")") { depth -= 1 }
      if depth == 0 { return ByteString(UnsafeRawBufferPointer(rebasing: bytes[start..<position - 1])) }
    }
    return ByteString()
  }

  /// C programmers write `%ld`; every number is as wide as it can be here.
  private static func isLengthModifier(_ letter: UInt8) -> Bool {
    switch Unicode.Scalar(letter) {
    case "h", "l", "L", "j", "t", "z": true
    default: false
    }
  }

  private mutating func readFlags(in bytes: UnsafeRawBufferPointer, at position: inout Int) {
    while let letter = Self.byte(in: bytes, at: position) {
      switch Unicode.Scalar(letter) {
      case "-": flags.insert(.leftAligned)
      case "+": flags.insert(.plus)
      case " ": flags.insert(.space)
      case "#": flags.insert(.alternate)
      case "0": flags.insert(.zeroPadded)
      default: return
      }
      position += 1
    }
  }

  /// A decimal number, if one stands here.
  private static func number(in bytes: UnsafeRawBufferPointer, at position: inout Int) throws(BuiltinError) -> Int? {
    let start = position
    var value = 0
    while let digit = byte(in: bytes, at: position), digit & 0xf0 == 0x30, digit <= 0x39 {
      value = min(value * 10 + Int(digit & 0xf), limit + 1)
      position += 1
    }
    if value > limit {
      throw .operand(.outOfRange(ByteString(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))))
    }
    return position == start ? nil : value
  }

  /// `n$`; where the digits are not followed by `$`, they are flags and width, and nothing is read.
  private static func argumentNumber(
    in bytes: UnsafeRawBufferPointer, at position: inout Int
  ) throws(BuiltinError) -> Int? {
    var next = position
    guard let number = try number(in: bytes, at: &next), byte(in: bytes, at: next) == UInt8(ascii: "$"), number > 0
    else { return nil }
    position = next + 1
    return number
  }

  private static func amount(in bytes: UnsafeRawBufferPointer, at position: inout Int) throws(BuiltinError) -> Amount {
    if byte(in: bytes, at: position) == UInt8(ascii: "*") {
      position += 1
      return .argument(try argumentNumber(in: bytes, at: &position))
    }
    return try number(in: bytes, at: &position).map { .number($0) } ?? .none
  }
}

/// What is wrong with a format.
enum PrintfError: WordedError {
  case incompleteConversion(ByteString)
  case noSuchConversion(ByteString)
}

extension BuiltinError {
  static func printf(_ error: PrintfError) -> Self { Self(error) }
}
