import ByteStrings

/// The soft limit of a resource would be above the hard one.
enum LimitError: WordedError {
  case aboveHard(ByteString)
  case belowSoft(ByteString)
}

extension BuiltinError {
  static func limit(_ error: LimitError) -> Self { Self(error) }
}
