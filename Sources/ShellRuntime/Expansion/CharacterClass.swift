import ByteStrings

/// The character classes of a bracket expression, `[:alpha:]` and so on.
///
/// ASCII characters belong to what the POSIX locale says; other Unicode scalars to what Unicode says; a byte that is
/// no character to none.
struct CharacterClass: OptionSet, Sendable, Hashable {
  let rawValue: UInt16

  static let upper = CharacterClass(rawValue: 1 << 0)
  static let lower = CharacterClass(rawValue: 1 << 1)
  static let otherAlphabetic = CharacterClass(rawValue: 1 << 2)
  static let digit = CharacterClass(rawValue: 1 << 3)
  static let xdigit = CharacterClass(rawValue: 1 << 4)
  static let space = CharacterClass(rawValue: 1 << 5)
  static let blank = CharacterClass(rawValue: 1 << 6)
  static let punct = CharacterClass(rawValue: 1 << 7)
  static let cntrl = CharacterClass(rawValue: 1 << 8)
  static let printableSpace = CharacterClass(rawValue: 1 << 9)

  static let alpha: CharacterClass = [.upper, .lower, .otherAlphabetic]
  static let alnum: CharacterClass = [.alpha, .digit]
  static let graph: CharacterClass = [.alnum, .punct]
  static let print: CharacterClass = [.graph, .printableSpace]

  /// The class of that name; `nil` if there is none.
  init?(named name: [UInt8]) {
    switch String(decoding: name, as: UTF8.self) {
    case "alnum": self = .alnum
    case "alpha": self = .alpha
    case "blank": self = .blank
    case "cntrl": self = .cntrl
    case "digit": self = .digit
    case "graph": self = .graph
    case "lower": self = .lower
    case "print": self = .print
    case "punct": self = .punct
    case "space": self = .space
    case "upper": self = .upper
    case "xdigit": self = .xdigit
    default: return nil
    }
  }

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The classes that a character belongs to.
  init(of value: UInt32) {
    if value < 0x80 {
      self = Self.classes(ofASCII: UInt8(value))
    } else if let scalar = Unicode.Scalar(value) {
      self = Self.classes(of: scalar)
    } else {
      self = []
    }
  }

  private static func classes(ofASCII byte: UInt8) -> CharacterClass {
    switch byte {
    case UInt8(ascii: " "): [.space, .blank, .printableSpace]
    case UInt8(ascii: "\t"): [.space, .blank, .cntrl]
    case 0x0a...0x0d: [.space, .cntrl]
    case 0..<0x20, 0x7f: .cntrl
    case UInt8(ascii: "0")...UInt8(ascii: "9"): [.digit, .xdigit]
    case UInt8(ascii: "A")...UInt8(ascii: "F"): [.upper, .xdigit]
    case UInt8(ascii: "G")...UInt8(ascii: "Z"): .upper
    case UInt8(ascii: "a")...UInt8(ascii: "f"): [.lower, .xdigit]
    case UInt8(ascii: "g")...UInt8(ascii: "z"): .lower
    default: .punct
    }
  }

  private static func classes(of scalar: Unicode.Scalar) -> CharacterClass {
    let properties = scalar.properties
    if properties.isUppercase { return .upper }
    if properties.isLowercase { return .lower }
    if properties.isAlphabetic { return .otherAlphabetic }
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return properties.isWhitespace ? [.space, .cntrl] : .cntrl
    case .spaceSeparator: return [.space, .blank, .printableSpace]
    case .unassigned, .surrogate, .privateUse: return []
    case .decimalNumber, .letterNumber, .otherNumber: return .otherAlphabetic
    default: return .punct
    }
  }
}
