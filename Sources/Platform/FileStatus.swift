import ByteStrings
import CPlatform
import Glibc
import SystemPackage

/// What a file is.
package enum FileKind: Sendable, Hashable {
  case regular, directory, symbolicLink, characterDevice, blockDevice, fifo, socket
  /// The file system does not say.
  case unknown

  init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .unknown
      }
  }
}

/// A point in real time.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Seconds since 1970.
  package var seconds: Int
  /// What is to be added to the seconds, also before 1970; less than a second.
  package var nanoseconds: Int

  /// Makes a point in time from the parts of a `timespec`.
  package init(seconds: Int, nanoseconds: Int) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  init(_ time: timespec) { self.init(seconds: time.tv_sec, nanoseconds: time.tv_nsec) }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}

/// What the kernel knows of a file.
package struct FileStatus: Sendable, Hashable {
  /// Which file it is: the same for two paths exactly when they name one file.
  package struct Identity: Sendable, Hashable {
    /// The number of the file system.
    package let device: UInt64
    /// The number of the file in it.
    package let inode: UInt64
  }

  /// Regular file, directory, and so on.
  package let kind: FileKind
  /// With the set-user-ID, set-group-ID and sticky bits.
  package let permissions: FilePermissions
  /// In bytes.
  package let size: Int
  /// What tells it from other files.
  package let identity: Identity
  /// How many names it has.
  package let linkCount: Int
  /// The number of its owner.
  package let user: UInt32
  /// The number of its group.
  package let group: UInt32
  /// When its content last changed.
  package let modified: Timestamp
  /// When it was last read.
  package let accessed: Timestamp
  /// When its content or its attributes last changed.
  package let changed: Timestamp

  private init(_ status: stat) {
    kind = FileKind(mode: status.st_mode)
    permissions = FilePermissions(rawValue: status.st_mode & 0o7777)
    size = Int(status.st_size)
    identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    linkCount = Int(status.st_nlink)
    user = status.st_uid
    group = status.st_gid
    modified = Timestamp(status.st_mtim)
    accessed = Timestamp(status.st_atim)
    changed = Timestamp(status.st_ctim)
  }

  /// What a path's last symbolic link leads to, or the link itself.
  package enum Links: Sendable {
    case follow, doNotFollow
  }

  /// The status of a file by path.
  package init(of path: ByteString, in directory: FileDescriptor? = nil, links: Links = .follow) throws(Errno) {
    var status = stat()
    let flags = links == .follow ? 0 : AT_SYMLINK_NOFOLLOW
    _ = try path.withCString { (path) throws(Errno) in
      try checked { fstatat(number(of: directory), path, &status, flags) }
    }
    self.init(status)
  }

  /// The status of an open file.
  package init(of descriptor: FileDescriptor) throws(Errno) {
    var status = stat()
    _ = try checked { fstat(descriptor.rawValue, &status) }
    self.init(status)
  }
}

/// What one may do with a file.
package struct FileAccess: OptionSet, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// Reading the file, or listing the directory.
  package static let reading = FileAccess(rawValue: R_OK)
  /// Writing to it.
  package static let writing = FileAccess(rawValue: W_OK)
  /// Executing the file, or going through the directory.
  package static let executing = FileAccess(rawValue: X_OK)
}

extension Files {
  /// Whether this process, with its effective IDs, may do all of `access`; an empty one asks whether the file exists.
  package static func allows(
    _ access: FileAccess, of path: ByteString, in directory: FileDescriptor? = nil
  ) -> Bool {
    path.withCString { platform_access(number(of: directory), $0, access.rawValue) } == 0
  }
}
