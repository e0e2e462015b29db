import ByteStrings
import CPlatform
import Glibc
import SystemPackage

/// How a file is opened: the flags of `open(2)`.
package struct OpenFlags: OptionSet, Sendable, Hashable {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let readOnly = OpenFlags([])
  package static let writeOnly = OpenFlags(rawValue: O_WRONLY)
  package static let readWrite = OpenFlags(rawValue: O_RDWR)
  /// Makes the file where there is none.
  package static let create = OpenFlags(rawValue: O_CREAT)
  /// With `create`: the file must not exist.
  package static let exclusive = OpenFlags(rawValue: O_EXCL)
  /// Empties the file.
  package static let truncate = OpenFlags(rawValue: O_TRUNC)
  /// Writes at the end, wherever that is by then.
  package static let append = OpenFlags(rawValue: O_APPEND)
  /// Neither opening nor reading nor writing waits.
  package static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
  /// Fails for what is no directory.
  package static let directory = OpenFlags(rawValue: O_DIRECTORY)
  /// Fails for a symbolic link.
  package static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
  /// Only names the file, for `…at` calls and `fchdir`; needs no permission to read it.
  package static let pathOnly = OpenFlags(rawValue: platform_open_path_flag())

  /// A new file without a name in the directory that is opened.
  package static let temporary = OpenFlags(rawValue: platform_open_temporary_flag())

  /// Whether reading through it is allowed.
  package var allowsReading: Bool { rawValue & O_ACCMODE != O_WRONLY }
  /// Whether writing through it is allowed.
  package var allowsWriting: Bool { rawValue & O_ACCMODE != O_RDONLY }
}

/// Files by path. Paths are relative to `directory`, and to the process's working directory where that is `nil`.
package enum Files {
  /// Opens a file close-on-exec; never makes it the controlling terminal. May block for a FIFO.
  ///
  /// A created file gets `mode` without the bits of `umask`, and of the thread's own where that is `nil`. The mask is
  /// handed to the kernel as the calling thread's own (only the kernel knows where an access control list replaces it),
  /// and stays so: the process's umask is whatever was used last. A spawned program therefore gets its umask from its
  /// request.
  package static func open(
    _ path: ByteString, in directory: FileDescriptor? = nil, _ flags: OpenFlags,
    mode: FilePermissions = FilePermissions(rawValue: 0o666), umask: FilePermissions? = Umask.atEntry,
    interruption: Interruption = .retry
  ) throws(Errno) -> FileDescriptor {
    let opened = try path.withCString { (path) throws(Errno) in
      try checked(.open, interruption) {
        platform_open(number(of: directory), path, flags.rawValue, mode.rawValue, Umask.number(of: umask))
      }
    }
    return FileDescriptor(rawValue: opened)
  }

  /// Opens a directory as something to be relative to; needs no permission to read it.
  package static func openDirectory(
    _ path: ByteString, in directory: FileDescriptor? = nil
  ) throws(Errno) -> FileDescriptor {
    try open(path, in: directory, [.pathOnly, .directory])
  }

  /// A file without a name in `directory`, for what is too large for memory.
  package static func makeTemporaryFile(in directory: ByteString = "/tmp") throws(Errno) -> FileDescriptor {
    try open(directory, [.readWrite, .temporary], mode: .ownerReadWrite, umask: FilePermissions(rawValue: 0o077))
  }

  /// The bytes of a whole file.
  package static func contents(of path: ByteString, in directory: FileDescriptor? = nil) throws(Errno) -> ByteString {
    let file = try open(path, in: directory, .readOnly)
    defer { try? file.closeDescriptor() }
    return try file.readAll()
  }

  // MARK: Names

  /// What a symbolic link says.
  package static func target(ofLink path: ByteString, in directory: FileDescriptor? = nil) throws(Errno) -> ByteString {
    var capacity = 256
    while true {
      let bytes = try [UInt8](unsafeUninitializedCapacity: capacity) { (buffer, count) throws(Errno) in
        count = try path.withCString { (path) throws(Errno) in
          try checked { readlinkat(number(of: directory), path, buffer.baseAddress!, capacity) }
        }
      }
      if bytes.count < capacity { return ByteString(bytes) }
      capacity *= 4
    }
  }

  /// The absolute path of an open file or directory, without symbolic links; `noSuchFileOrDirectory` where it has none,
  /// since it was removed or lies outside this process's root directory.
  package static func path(of descriptor: FileDescriptor) throws(Errno) -> ByteString {
    let path = try target(ofLink: "/proc/self/fd/" + ByteString(decimal: Int(descriptor.rawValue)))
    // The kernel says `pipe:[1]`, puts ` (deleted)` after the path of what was removed, and names what lies on an
    // unmounted file system from that one's root on. So the path must lead to the file; where the kernel does not let
    // it be followed, as through a directory that may not be searched, a path without that mark is right.
    guard path.first == UInt8(ascii: "/") else { throw .noSuchFileOrDirectory }
    do throws(Errno) {
      if try FileStatus(of: path).identity == FileStatus(of: descriptor).identity { return path }
    } catch {
      let isKnown = error != .noSuchFileOrDirectory && error != .notDirectory
      if isKnown, !path.hasSuffix(" (deleted)") { return path }
    }
    throw .noSuchFileOrDirectory
  }

  /// The absolute path without symbolic links, `.` and `..`; every part must exist.
  package static func resolvedPath(_ path: ByteString, in directory: FileDescriptor? = nil) throws(Errno) -> ByteString
  {
    let file = try open(path, in: directory, .pathOnly)
    defer { try? file.closeDescriptor() }
    return try self.path(of: file)
  }

  /// The process's working directory; `noSuchFileOrDirectory` where it has no path, since it was removed or lies outside
  /// this process's root directory.
  package static func workingDirectory() throws(Errno) -> ByteString {
    guard let path = getcwd(nil, 0) else {
      let error = Errno(rawValue: errno)
      guard error == .notPermitted || error == .noFunction else { throw error }
      // A sandbox that refuses `getcwd` need not refuse this.
      let directory = try openDirectory(".")
      defer { try? directory.closeDescriptor() }
      return try self.path(of: directory)
    }
    defer { free(path) }
    // Some C libraries hand on the kernel's `(unreachable)/a`.
    guard path[0] == CChar(bitPattern: UInt8(ascii: "/")) else { throw .noSuchFileOrDirectory }
    return ByteString(cString: path)
  }

  /// Changes the process's working directory.
  package static func changeWorkingDirectory(to path: ByteString) throws(Errno) {
    _ = try path.withCString { (path) throws(Errno) in try checked(.chdir) { chdir(path) } }
  }

  /// Changes the process's working directory.
  package static func changeWorkingDirectory(to directory: FileDescriptor) throws(Errno) {
    _ = try checked(.chdir) { fchdir(directory.rawValue) }
  }

  // MARK: Changing the tree

  /// Removes a name that is no directory's.
  package static func remove(_ path: ByteString, in directory: FileDescriptor? = nil) throws(Errno) {
    _ = try path.withCString { (path) throws(Errno) in try checked { unlinkat(number(of: directory), path, 0) } }
  }

  /// Removes an empty directory.
  package static func removeDirectory(_ path: ByteString, in directory: FileDescriptor? = nil) throws(Errno) {
    _ = try path.withCString { (path) throws(Errno) in
      try checked { unlinkat(number(of: directory), path, AT_REMOVEDIR) }
    }
  }

  package static func makeDirectory(
    _ path: ByteString, in directory: FileDescriptor? = nil, mode: FilePermissions = FilePermissions(rawValue: 0o777)
  ) throws(Errno) {
    _ = try path.withCString { (path) throws(Errno) in
      try checked { mkdirat(number(of: directory), path, mode.rawValue) }
    }
  }

  package static func makeFIFO(
    _ path: ByteString, in directory: FileDescriptor? = nil, mode: FilePermissions = FilePermissions(rawValue: 0o666),
    umask: FilePermissions? = Umask.atEntry
  ) throws(Errno) {
    _ = try path.withCString { (path) throws(Errno) in
      try checked { platform_make_fifo(number(of: directory), path, mode.rawValue, Umask.number(of: umask)) }
    }
  }

  /// Makes `path` a symbolic link that says `target`.
  package static func makeLink(
    _ path: ByteString, to target: ByteString, in directory: FileDescriptor? = nil
  ) throws(Errno) {
    _ = try path.withCString { (path) throws(Errno) in
      try target.withCString { (target) throws(Errno) in
        try checked { symlinkat(target, number(of: directory), path) }
      }
    }
  }

  /// Gives `old` the name `new`, replacing what had it in one step.
  package static func rename(
    _ old: ByteString, to new: ByteString, in directory: FileDescriptor? = nil
  ) throws(Errno) {
    _ = try old.withCString { (old) throws(Errno) in
      try new.withCString { (new) throws(Errno) in
        try checked { renameat(number(of: directory), old, number(of: directory), new) }
      }
    }
  }
}

/// The file mode creation mask of this process.
package enum Umask {
  /// What it was when first asked for: a shell reads it once and keeps its own as a value. `nil` where the kernel does
  /// not tell, as in a sandbox that refuses `umask`: then it is left as it is.
  package static let atEntry: FilePermissions? = {
    let mask = platform_umask()
    return mask < 0 ? nil : FilePermissions(rawValue: CModeT(mask))
  }()

  /// Makes it the calling thread's, as opening a file with it does; throws where the kernel refuses that.
  package static func set(_ mask: FilePermissions) throws(Errno) {
    if platform_set_umask(mask.rawValue) != 0 { throw Errno(rawValue: errno) }
  }

  /// As the C code takes it: -1 leaves the umask as it is.
  static func number(of mask: FilePermissions?) -> Int32 { mask.map { Int32($0.rawValue & 0o777) } ?? -1 }
}
