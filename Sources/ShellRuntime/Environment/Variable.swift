import ByteStrings

/// A shell variable: its value and its attributes.
package struct Variable: Sendable {
  package struct Attributes: OptionSet, Sendable {
    package let rawValue: UInt8
    @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// It has a value; without this it is unset, though it may have other attributes.
    package static let set = Attributes(rawValue: 1)
    package static let exported = Attributes(rawValue: 2)
    package static let readOnly = Attributes(rawValue: 4)
  }

  package var value = ByteString()
  package var attributes: Attributes = []

  @inlinable package var isSet: Bool { attributes.contains(.set) }
  @inlinable package var isExported: Bool { attributes.contains(.exported) }
  @inlinable package var isReadOnly: Bool { attributes.contains(.readOnly) }
}
