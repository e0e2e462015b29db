import ByteStrings

/// A shell variable: its value and its attributes. Of an array, the value is the element with the subscript 0; the others
/// are apart (`VariableStore.arrays`), so that a variable stays small.
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
    /// A name reference: its value names another variable, and it counts as unset itself. So what finds a variable set
    /// need not ask.
    package static let nameReference = Attributes(rawValue: 64)
    /// It was declared when there was no variable of its name; of an array: and nothing was assigned to that.
    package static let declared = Attributes(rawValue: 128)

    /// Those by which an assignment is more than to keep the value.
    @inlinable static var ofAssignments: Attributes { Attributes(rawValue: 4 | 8 | 16 | 32 | 64) }
  }

  /// Of a name reference, what it names: a variable or `name[subscript]`; empty where it names none yet.
  package var value = ByteString()
  package var attributes: Attributes = []

  @inlinable package var isSet: Bool { attributes.contains(.set) }
  @inlinable package var isExported: Bool { attributes.contains(.exported) }
  @inlinable package var isNameReference: Bool { attributes.contains(.nameReference) }
  @inlinable package var isReadOnly: Bool { attributes.contains(.readOnly) }
}

extension Variable {
  /// What `x+=text` assigns: of an integer the sum.
  package func appending(_ text: ByteString, to before: ByteString? = nil) -> ByteString {
    let before = before ?? value
    return attributes.contains(.integer) ? "(" + (before.isEmpty ? "0" : before) + ")+(" + text + ")" : before + text
  }
}
