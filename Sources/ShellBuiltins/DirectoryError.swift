import ByteStrings

/// The path of a directory is not known.
enum DirectoryError: WordedError {
  /// The variable that should have the path is not set.
  case notSet(ByteString)
  case emptyPath
  case unknownWorkingDirectory
}

extension BuiltinError {
  static func directory(_ error: DirectoryError) -> Self { Self(error) }
}
