import ByteStrings

/// A shell variable: its value and its attributes. Of an array, the value is the element with the subscript 0.
package struct Variable: Sendable {
  package struct Attributes: OptionSet, Sendable {
    package let rawValue: UInt8
    @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// It has a value; without this it is unset, though it may have other attributes.
    package static let set = Attributes(rawValue: 1)
    package static let exported = Attributes(rawValue: 2)
    package static let readOnly = Attributes(rawValue: 4)
    /// What is assigned is an arithmetic expression.
    package static let integer = Attributes(rawValue: 8)
    /// What is assigned gets this case.
    package static let lowerCase = Attributes(rawValue: 16)
    package static let upperCase = Attributes(rawValue: 32)

    /// Those by which an assignment is more than to keep the value.
    @inlinable static var ofAssignments: Attributes { Attributes(rawValue: 4 | 8 | 16 | 32) }
  }

  package var value = ByteString()
  package var attributes: Attributes = []
  /// The other elements, if it is an array.
  package var elements: ArrayElements?

  @inlinable package var isSet: Bool { attributes.contains(.set) }
  @inlinable package var isExported: Bool { attributes.contains(.exported) }
  @inlinable package var isReadOnly: Bool { attributes.contains(.readOnly) }
}

extension Variable {
  /// All elements of an array with their subscripts.
  package var allElements: [(key: ByteString, value: ByteString)] {
    let first: [(key: ByteString, value: ByteString)] = isSet ? [(key: "0" as ByteString, value: value)] : []
    return first + (elements?.all ?? [])
  }
}

extension Variable {
  /// What `x+=text` assigns: of an integer the sum.
  package func appending(_ text: ByteString, to before: ByteString? = nil) -> ByteString {
    let before = before ?? value
    return attributes.contains(.integer) ? "(" + (before.isEmpty ? "0" : before) + ")+(" + text + ")" : before + text
  }
}
