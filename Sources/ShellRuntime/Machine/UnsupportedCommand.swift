import ByteStrings

/// A command that people know from other shells: where there is no program of that name, the message says that the
/// language does not have it. POSIX leaves open what these names do (2.9.1.4).
package enum UnsupportedCommand: Equatable {
  /// `x+=y`.
  case appendingAssignment(ByteString)
  /// `x[1]=y`.
  case element(ByteString)
  case utility(ByteString)

  /// `nil` for a name that is simply not found.
  init?(_ name: ByteString) {
    switch name {
    case "compgen", "complete", "compopt", "logout":
      self = .utility(name)
    default:
      guard let assignment = Self.assignment(name) else { return nil }
      self = assignment
    }
  }

  /// What other shells take for an assignment: a name, then `+=` or `[…]=`.
  private static func assignment(_ text: ByteString) -> UnsupportedCommand? {
    let operators = [UInt8(ascii: "+"), UInt8(ascii: "["), UInt8(ascii: "=")]
    guard let end = text.firstIndex(where: operators.contains), text.subrange(0..<end).isName else { return nil }
    let rest = text.dropping(first: end)
    if rest.hasPrefix("+=") { return .appendingAssignment(text) }
    return rest.hasPrefix("[") && rest.contains(UInt8(ascii: "=")) ? .element(text) : nil
  }
}
