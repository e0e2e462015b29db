import ByteStrings
import Platform
import Synchronization
import SystemPackage

/// `/dev/null` for reading. Most who get it read nothing, so it is opened only for a program, and closed in the end.
final class EmptyInput: Sendable {
  static let path: ByteString = "/dev/null"

  private let opened = Mutex<FileDescriptor?>(nil)

  deinit { opened.withLock { try? $0?.closeDescriptor() } }

  func descriptor() throws(Errno) -> FileDescriptor {
    try opened.withLock { opened throws(Errno) in
      if let descriptor = opened { return descriptor }
      let descriptor = try Files.open(Self.path, .readOnly)
      opened = descriptor
      return descriptor
    }
  }
}
