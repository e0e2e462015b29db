import ByteStrings

/// Why a variable could not be changed.
package enum VariableError: Error, Equatable {
  case readOnly(ByteString)
  case invalidName(ByteString)
}
