/// A few words that stand in the program's text: as cheap as a pointer.
package struct Words: ExpressibleByStringLiteral {
  // Points to a literal, which lives as long as the program and ends with a NUL.
  private let start: UnsafePointer<UInt8>

  /// Makes words from a literal.
  package init(stringLiteral literal: StaticString) {
    start = literal.utf8Start
  }

  /// No words.
  package static var none: Words { "" }

  /// The words as text.
  package var text: String {
    String(cString: start)
  }
}

// The pointer is to constant memory.
extension Words: @unchecked Sendable {}
