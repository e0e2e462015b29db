import ByteStrings
import Glibc
import SystemPackage

/// The number of a process, or of a process group: that of its leader.
package struct ProcessID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }
  package init(_ rawValue: Int32) { self.rawValue = rawValue }

  package static func < (left: ProcessID, right: ProcessID) -> Bool { left.rawValue < right.rawValue }

  package var description: String { String(rawValue) }
}

extension ProcessID {
  /// This process.
  package static var current: ProcessID { ProcessID(getpid()) }
  /// This process's parent.
  package static var parent: ProcessID { ProcessID(getppid()) }
  /// This process's process group.
  package static var currentGroup: ProcessID { ProcessID(getpgrp()) }

  /// The process group of this process.
  package func group() throws(Errno) -> ProcessID {
    ProcessID(try checked { getpgid(rawValue) })
  }

  /// The session of this process.
  package func session() throws(Errno) -> ProcessID {
    ProcessID(try checked { getsid(rawValue) })
  }

  /// Puts this process into `group`; its own ID makes a new group of it.
  package func join(group: ProcessID) throws(Errno) {
    _ = try checked(.setpgid) { setpgid(rawValue, group.rawValue) }
  }

  /// Makes this process the leader of a new session without a terminal.
  @discardableResult
  package static func startSession() throws(Errno) -> ProcessID {
    ProcessID(try checked { setsid() })
  }

  /// The largest process ID that the kernel gives, plus one.
  ///
  /// Numbers from here on can never name a process. A kernel that does not say allows 2²².
  package static var limit: Int {
    guard
      let text = try? Files.contents(of: "/proc/sys/kernel/pid_max"),
      let value = text.prefixBeforeNewline.decimalValue
    else { return 4_194_304 }
    return value
  }
}

extension ByteString {
  /// The bytes before the first newline.
  var prefixBeforeNewline: ByteString { ByteString(prefix { $0 != UInt8(ascii: "\n") }) }
}
