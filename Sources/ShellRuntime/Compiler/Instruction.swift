/// One instruction of compiled shell code: an operation and two operands, without references.
struct Instruction: Sendable {
  let operation: Operation
  let flags: Flags
  var a: Int32
  var b: Int32

  init(_ operation: Operation, _ flags: Flags = [], a: Int = 0, b: Int = 0) {
    self.operation = operation
    self.flags = flags
    self.a = Int32(truncatingIfNeeded: a)
    self.b = Int32(truncatingIfNeeded: b)
  }

  /// How an operation of word expansion contributes to its word.
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8
    /// The result is quoted: neither split nor a pattern.
    static let quoted = Flags(rawValue: 1)
    /// The result goes to the text on top of the stack, not to the field being built.
    static let text = Flags(rawValue: 2)
    /// With `.text`: that text is a pattern, in which quoted bytes are escaped.
    static let pattern = Flags(rawValue: 4)
    /// An unquoted literal that is the result of an expansion, so that it is split: `${x:-a b}`.
    static let splittable = Flags(rawValue: 8)
    /// `:` in `${x:-word}`: an empty value counts as unset.
    static let colon = Flags(rawValue: 16)
    /// With `.text`: that text is a regular expression, in which quoted bytes are escaped.
    static let regularExpression = Flags(rawValue: 32)
    /// With `.text`: that text is the replacement of `${x/y/text}`, in which a quoted `&` is escaped.
    static let replacement = Flags(rawValue: 64)
  }
}
