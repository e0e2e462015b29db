import ByteStrings
import Platform
import Synchronization
import SystemPackage

/// `/dev/null` for reading. It is opened when a program needs a descriptor of it, which most commands never do. It owns
/// that descriptor.
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
