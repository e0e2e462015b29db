import ByteStrings

/// The soft limit of a resource would be above the hard one.
enum LimitError: WordedError {
  case aboveHard(ByteString)
  /// It cannot be set.
  case fixed(Unicode.Scalar)
  /// Other kernels limit this.
  case notHere(UInt8)
  case belowSoft(ByteString)
}

extension BuiltinError {
  static func limit(_ error: LimitError) -> Self { Self(error) }
}
