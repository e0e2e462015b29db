import ByteStrings
import CPlatform
import Glibc
import SystemPackage

/// One name in a directory.
package struct DirectoryEntry: Sendable, Hashable {
  /// Its name, without the directory.
  package let name: ByteString
  /// As far as the directory itself says; `unknown` on some file systems.
  package let kind: FileKind
}

extension Files {
  /// The names in a directory without `.` and `..`, in the file system's order.
  package static func entries(
    of path: ByteString, in directory: FileDescriptor? = nil
  ) throws(Errno) -> [DirectoryEntry] {
    let descriptor = try open(path, in: directory, [.readOnly, .directory])
    guard let stream = fdopendir(descriptor.rawValue) else {
      let error = Errno(rawValue: errno)
      try? descriptor.closeDescriptor()
      throw error
    }
    defer { closedir(stream) }
    var entries: [DirectoryEntry] = []
    while true {
      errno = 0
      guard let found = readdir(stream) else {
        if errno != 0 { throw Errno(rawValue: errno) }
        return entries
      }
      let name = ByteString(cString: platform_entry_name(found))
      if name == "." || name == ".." { continue }
      entries.append(DirectoryEntry(name: name, kind: FileKind(mode: mode_t(found.pointee.d_type) << 12)))
    }
  }
}
