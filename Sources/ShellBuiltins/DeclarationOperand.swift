import ByteStrings

/// An operand of `declare`, `export` and the like: `NAME`, `NAME=value`, `NAME+=value`, or the same of an element.
struct DeclarationOperand {
  /// `NAME`, or `NAME[subscript]`; whether it is one is not tested.
  let name: ByteString
  let value: ByteString?
  let isAppending: Bool

  init(_ operand: ByteString) {
    guard let equals = Self.assignmentOperator(in: operand) else {
      name = operand
      value = nil
      isAppending = false
      return
    }
    isAppending = equals > 0 && operand[equals - 1] == UInt8(ascii: "+")
    name = operand.subrange(0..<(isAppending ? equals - 1 : equals))
    value = operand.dropping(first: equals + 1)
  }

  /// Where the `=` stands: the first one outside of a subscript.
  private static func assignmentOperator(in operand: ByteString) -> Int? {
    var depth = 0
    for (index, byte) in operand.enumerated() {
      switch byte {
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "=") where depth == 0: return index
      default: break
      }
    }
    return operand.firstIndex(of: UInt8(ascii: "="))
  }
}
