import ByteStrings

/// The bytes that mean something to the shell.
enum Byte {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let exclamationMark = UInt8(ascii: "!")
  static let doubleQuote = UInt8(ascii: "\"")
  static let numberSign = UInt8(ascii: "#")
  static let dollar = UInt8(ascii: "$")
  static let percent = UInt8(ascii: "%")
  static let ampersand = UInt8(ascii: "&")
  static let singleQuote = UInt8(ascii: "'")
  static let leftParenthesis = UInt8(ascii: "(")
  static let rightParenthesis = UInt8(ascii: ")")
  static let asterisk = UInt8(ascii: "*")
  static let plus = UInt8(ascii: "+")
  static let minus = UInt8(ascii: "-")
  static let slash = UInt8(ascii: "/")
  static let colon = UInt8(ascii: ":")
  static let semicolon = UInt8(ascii: ";")
  static let less = UInt8(ascii: "<")
  static let comma = UInt8(ascii: ",")
  static let caret = UInt8(ascii: "^")
  static let tilde = UInt8(ascii: "~")
  static let equals = UInt8(ascii: "=")
  static let greater = UInt8(ascii: ">")
  static let questionMark = UInt8(ascii: "?")
  static let at = UInt8(ascii: "@")
  static let leftBracket = UInt8(ascii: "[")
  static let backslash = UInt8(ascii: "\\")
  static let rightBracket = UInt8(ascii: "]")
  static let backquote = UInt8(ascii: "`")
  static let leftBrace = UInt8(ascii: "{")
  static let verticalLine = UInt8(ascii: "|")
  static let rightBrace = UInt8(ascii: "}")
}

extension UInt8 {
  /// `@ * # ? - $ !`
  var isSpecialParameter: Bool {
    switch self {
    case Byte.at, Byte.asterisk, Byte.numberSign, Byte.questionMark, Byte.minus, Byte.dollar,
      Byte.exclamationMark:
      true
    default: false
    }
  }

  /// The value of a hexadecimal digit.
  var hexadecimalValue: UInt8? {
    if isDigit { return self &- UInt8(ascii: "0") }
    let letter = (self | 0x20) &- UInt8(ascii: "a")
    return letter <= 5 ? letter + 10 : nil
  }

  var isBlank: Bool { self == Byte.space || self == Byte.tab }
}
