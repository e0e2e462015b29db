import ByteStrings

/// A directory cannot be named.
enum DirectoryError: WordedError {
  /// The variable that has its path.
  case notSet(ByteString)
  case emptyPath
  case unknownWorkingDirectory
}

extension BuiltinError {
  static func directory(_ error: DirectoryError) -> Self { Self(error) }
}
