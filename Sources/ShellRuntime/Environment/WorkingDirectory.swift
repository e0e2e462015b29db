import ByteStrings
import Platform
import Synchronization
import SystemPackage

/// A working directory: an open handle that relative paths are resolved from, and its logical path.
///
/// It owns the handle, and closes it when the last environment with this directory is gone.
package final class WorkingDirectory: Sendable {
  /// The handle, or `none` while this is the process's own directory, as before the first `cd`.
  private let handle: Atomic<Int32>
  private static let none: Int32 = -1

  /// The absolute path by which it was entered, with symbolic links as `cd -L` keeps them; `nil` where that could not
  /// be found out, as in a directory that had been removed before the shell started there.
  package let path: ByteString?

  package init(descriptor: FileDescriptor?, path: ByteString?) {
    handle = Atomic(descriptor?.rawValue ?? Self.none)
    self.path = path
  }

  /// `nil` where the process's own directory is meant.
  package var descriptor: FileDescriptor? {
    let number = handle.load(ordering: .acquiring)
    return number == Self.none ? nil : FileDescriptor(rawValue: number)
  }

  /// Opens a handle if there is none. Needed before `cd` changes the directory of the process, since copies of the
  /// environment stay in this one, and before another thread uses it. On the main thread only.
  package func hold() throws(Errno) {
    guard descriptor == nil else { return }
    let opened = try Files.openDirectory(".")
    defer { if opened.rawValue < FileDescriptor.lowestOwnNumber { try? opened.closeDescriptor() } }
    let own = opened.rawValue < FileDescriptor.lowestOwnNumber ? try opened.duplicate() : opened
    handle.store(own.rawValue, ordering: .releasing)
  }

  /// `path` if it still names this directory; `nil` if it names nothing or another one, since this one was moved or
  /// removed. If the kernel cannot tell (a parent that may not be searched, a path that is too long), `path`.
  package var currentPath: ByteString? {
    guard let path, let actual = try? status() else { return path }
    do throws(Errno) {
      return try FileStatus(of: path).identity == actual.identity ? path : nil
    } catch {
      return error == .noSuchFileOrDirectory || error == .notDirectory ? nil : path
    }
  }

  private func status() throws(Errno) -> FileStatus {
    if let descriptor { return try FileStatus(of: descriptor) }
    return try FileStatus(of: ".")
  }

  /// The absolute path without symbolic links, as the kernel knows it now; an error where there is none.
  package func physicalPath() throws(Errno) -> ByteString {
    guard let descriptor else { return try Files.workingDirectory() }
    return try Files.path(of: descriptor)
  }

  deinit { if let descriptor { try? descriptor.close() } }
}
