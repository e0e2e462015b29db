import ByteStrings

/// Why a variable could not be changed.
package enum VariableError: Error, Equatable {
  case readOnly(ByteString)
  /// The function of this name cannot be defined anew or unset.
  case readOnlyFunction(ByteString)
  case invalidName(ByteString)
  /// No name reference can name this.
  case invalidReference(ByteString)
  /// The name reference names itself, maybe through others.
  case circularReference(ByteString)
  /// An array cannot become a name reference.
  case referenceIsArray(ByteString)
  /// The variable is an integer, and this is no expression.
  case notANumber(ByteString, ByteString)
  /// The subscript of an element.
  case badSubscript(ByteString)
}
