import ByteStrings
import Platform
import SystemPackage

/// A working directory: an open handle that relative paths are resolved from, and its logical path.
///
/// Closes its handle when the last environment that stands in it is gone.
package final class WorkingDirectory: Sendable {
  /// `nil` where the process's own directory is meant, as before the first `cd`.
  package let descriptor: FileDescriptor?
  /// The absolute path, with symbolic links as `cd -L` keeps them.
  package let path: ByteString

  package init(descriptor: FileDescriptor?, path: ByteString) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { if let descriptor { try? descriptor.close() } }
}
