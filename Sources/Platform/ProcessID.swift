import CPlatform
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
  /// This process; `nil` where the kernel does not tell, as in a sandbox.
  package static var current: ProcessID? { known(platform_process_id()) }
  /// This process's parent; `nil` where the kernel does not tell.
  package static var parent: ProcessID? { known(platform_parent_id()) }
  /// This process's process group; `nil` where the kernel does not tell. It is 0 for a group outside this process's PID
  /// namespace, which has no number here: `kill` takes 0 for this process's own group, too.
  package static var currentGroup: ProcessID? { known(platform_process_group()) }

  /// A refusal must not become a number: for `kill` -1 is every process.
  private static func known(_ number: Int32) -> ProcessID? { number < 0 ? nil : ProcessID(number) }

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

  /// Makes the calling process the leader of a new process group. Throws `notPermitted` for the leader of a session.
  package static func startGroup() throws(Errno) {
    _ = try checked(.setpgid) { setpgid(0, 0) }
  }

  /// Makes this process the leader of a new session without a terminal.
  @discardableResult
  package static func startSession() throws(Errno) -> ProcessID {
    ProcessID(try checked { setsid() })
  }

  /// Numbers from here on can never name a process: what Linux lets `pid_max` be raised to at most, 2²² (proc(5)).
  package static let limit: Int32 = 4_194_304
}
