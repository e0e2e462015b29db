import ByteStrings
import Platform
import SystemPackage

extension RuntimeError {
  /// Why a program could not be executed. The kernel says "permission denied" of a directory, and "no such file" of a
  /// file whose interpreter is missing.
  static func cannotExecute(
    _ name: ByteString, at path: ByteString, in directory: FileDescriptor?, _ error: SpawnError
  ) -> RuntimeError {
    guard error.stage == .execute, let status = try? FileStatus(of: path, in: directory) else {
      return .cannotExecute(name, error.errno)
    }
    switch error.errno {
    case .permissionDenied where status.kind == .directory: return .cannotExecute(name, .isDirectory)
    case .noSuchFileOrDirectory, .tooManySymbolicLinkLevels:
      return .interpreter(name, interpreter(of: path, in: directory), error.errno)
    default: return .cannotExecute(name, error.errno)
    }
  }

  private static func interpreter(of path: ByteString, in directory: FileDescriptor?) -> ByteString {
    guard let file = try? Files.open(path, in: directory, .readOnly) else { return ByteString() }
    defer { try? file.closeDescriptor() }
    guard let start = try? file.readSome(256), start.starts(with: Array("#!".utf8)) else { return ByteString() }
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    return ByteString(start.dropFirst(2).drop(while: isBlank).prefix { !isBlank($0) && $0 != UInt8(ascii: "\n") })
  }
}
