/// The binary operators of arithmetic expressions, and how tightly they bind.
struct ArithmeticOperator: Sendable {
  enum Kind: Sendable {
    case logicalOr
    case logicalAnd
    case value(ArithmeticInstruction.Opcode)
  }

  var kind: Kind
  /// Higher numbers bind tighter. All of them associate to the left, but for `**`.
  var precedence: Int
  /// How many bytes it takes, without the `=` of an assignment.
  var count: Int
  /// Whether it ends in `=` and so assigns: `+=`.
  var isAssignment: Bool

  /// The lowest precedence.
  static let lowest = 1

  /// The operator that begins at `position`; `nil` if none does.
  init?(in bytes: UnsafeRawBufferPointer, at position: Int) {
    func byte(_ offset: Int) -> UInt8 { position + offset < bytes.count ? bytes[position + offset] : 0 }
    let isDoubled = byte(1) == byte(0)
    let hasEqualsSign = byte(1) == UInt8(ascii: "=")
    switch byte(0) {
    case UInt8(ascii: "|") where isDoubled: self.init(.logicalOr, 1, 2)
    case UInt8(ascii: "&") where isDoubled: self.init(.logicalAnd, 2, 2)
    case UInt8(ascii: "|"): self.init(.value(.bitOr), 3, 1, hasEqualsSign)
    case UInt8(ascii: "^"): self.init(.value(.bitXor), 4, 1, hasEqualsSign)
    case UInt8(ascii: "&"): self.init(.value(.bitAnd), 5, 1, hasEqualsSign)
    case UInt8(ascii: "=") where isDoubled: self.init(.value(.equal), 6, 2)
    case UInt8(ascii: "!") where hasEqualsSign: self.init(.value(.notEqual), 6, 2)
    case UInt8(ascii: "<") where isDoubled: self.init(.value(.shiftLeft), 8, 2, byte(2) == UInt8(ascii: "="))
    case UInt8(ascii: ">") where isDoubled: self.init(.value(.shiftRight), 8, 2, byte(2) == UInt8(ascii: "="))
    case UInt8(ascii: "<"): self.init(.value(hasEqualsSign ? .lessOrEqual : .less), 7, hasEqualsSign ? 2 : 1)
    case UInt8(ascii: ">"): self.init(.value(hasEqualsSign ? .greaterOrEqual : .greater), 7, hasEqualsSign ? 2 : 1)
    case UInt8(ascii: "+"): self.init(.value(.add), 9, 1, hasEqualsSign)
    case UInt8(ascii: "-"): self.init(.value(.subtract), 9, 1, hasEqualsSign)
    case UInt8(ascii: "*") where isDoubled: self.init(.value(.power), 11, 2)
    case UInt8(ascii: "*"): self.init(.value(.multiply), 10, 1, hasEqualsSign)
    case UInt8(ascii: "/"): self.init(.value(.divide), 10, 1, hasEqualsSign)
    case UInt8(ascii: "%"): self.init(.value(.remainder), 10, 1, hasEqualsSign)
    default: return nil
    }
  }

  /// The lowest precedence of the operators in its right operand.
  var precedenceOfRightOperand: Int { if case .value(.power) = kind { precedence } else { precedence + 1 } }

  private init(_ kind: Kind, _ precedence: Int, _ count: Int, _ isAssignment: Bool = false) {
    self.kind = kind
    self.precedence = precedence
    self.count = count
    self.isAssignment = isAssignment
  }
}
