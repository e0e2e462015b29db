import ByteStrings
import Platform
import SystemPackage

/// A name in a directory.
package struct ListedName: Sendable, Hashable {
  package var name: ByteString
  /// Whether it is a directory; `nil` if the directory does not say: for a symbolic link, and on some file systems.
  package var isDirectory: Bool?

  package init(name: ByteString, isDirectory: Bool?) {
    self.name = name
    self.isDirectory = isDirectory
  }
}

/// The directories that pathname expansion reads; paths are relative to where it begins, the empty one is that place.
package protocol DirectoryReading {
  /// The names in a directory without `.` and `..`, in any order; `nil` if it cannot be read.
  func names(in directory: ByteString) -> [ListedName]?
  /// Whether there is such a file; a symbolic link that leads nowhere is one.
  func exists(_ path: ByteString) -> Bool
  /// Whether the path leads to a directory.
  func isDirectory(_ path: ByteString) -> Bool
  /// Whether the path is a directory, not a symbolic link to one.
  func isRealDirectory(_ path: ByteString) -> Bool
}

/// The directories of the file system.
package struct FileSystemDirectories: DirectoryReading {
  /// The working directory; `nil` is the process's own.
  let workingDirectory: FileDescriptor?

  package init(workingDirectory: FileDescriptor? = nil) { self.workingDirectory = workingDirectory }

  package func names(in directory: ByteString) -> [ListedName]? {
    let path = directory.isEmpty ? "." : directory
    guard let entries = try? Files.entries(of: path, in: workingDirectory) else { return nil }
    return entries.map { entry in
      let isUndecided = entry.kind == .symbolicLink || entry.kind == .unknown
      return ListedName(name: entry.name, isDirectory: isUndecided ? nil : entry.kind == .directory)
    }
  }

  package func exists(_ path: ByteString) -> Bool {
    (try? FileStatus(of: path, in: workingDirectory, links: .doNotFollow)) != nil
  }

  package func isDirectory(_ path: ByteString) -> Bool {
    (try? FileStatus(of: path, in: workingDirectory))?.kind == .directory
  }

  package func isRealDirectory(_ path: ByteString) -> Bool {
    (try? FileStatus(of: path, in: workingDirectory, links: .doNotFollow))?.kind == .directory
  }
}
