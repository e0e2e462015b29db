import CPlatform
import Glibc
import SystemPackage

/// What a process and the children it waited for have used.
package struct ResourceUsage: Sendable, Hashable {
  /// The processor time spent in programs.
  package var user: Duration
  /// The processor time that the kernel spent for them.
  package var system: Duration
  /// The largest resident set, in KiB.
  package var maximumResidentKilobytes: Int

  init(user: Duration, system: Duration, maximumResidentKilobytes: Int) {
    self.user = user
    self.system = system
    self.maximumResidentKilobytes = maximumResidentKilobytes
  }

  init(_ usage: rusage) {
    user = Duration(usage.ru_utime)
    system = Duration(usage.ru_stime)
    maximumResidentKilobytes = usage.ru_maxrss
  }
}

extension Duration {
  init(_ value: timeval) {
    self = .seconds(Int64(value.tv_sec)) + .microseconds(Int64(value.tv_usec))
  }
}

/// A change of state of a child.
package struct ChildChange: Sendable, Hashable {
  /// Which child it is.
  package let process: ProcessID
  /// What became of it.
  package let status: ProcessStatus
  /// What it had used until then.
  package let usage: ResourceUsage
}

extension ChildChange {
  /// What a stand-in tells of a child of its own.
  init(_ change: platform_child_change) {
    process = ProcessID(change.process)
    status = ProcessStatus(waitStatus: change.status)
    usage = ResourceUsage(
      user: Duration(change.user), system: Duration(change.system),
      maximumResidentKilobytes: change.maximum_resident_kilobytes)
  }
}

/// Waiting for children of this process.
package enum ChildProcesses {
  /// The next change of any child, without waiting; `nil` when nothing changed or there is no child.
  ///
  /// A child that ended is gone afterwards. Only the one reaper of the process calls this.
  package static func reapAny() throws(Errno) -> ChildChange? {
    do {
      return try change(of: -1, WNOHANG | WUNTRACED | WCONTINUED, .retry)
    } catch .noChildProcess {
      return nil
    }
  }

  /// The next change of one child, without waiting; `nil` when nothing changed.
  package static func poll(_ process: ProcessID) throws(Errno) -> ChildChange? {
    try change(of: process.rawValue, WNOHANG | WUNTRACED | WCONTINUED, .retry)
  }

  /// Blocks the thread until `process` changes state.
  package static func wait(
    for process: ProcessID, interruption: Interruption = .retry
  ) throws(Errno) -> ChildChange {
    guard let change = try change(of: process.rawValue, WUNTRACED | WCONTINUED, interruption) else {
      throw Errno.noChildProcess
    }
    return change
  }

  /// Blocks the thread until `process` has ended.
  package static func waitUntilEnd(of process: ProcessID) throws(Errno) -> ChildChange {
    while true {
      let change = try wait(for: process)
      if change.status.isFinal { return change }
    }
  }

  /// Takes the report that `process` goes on after a stop, and no other one; `false` where there is none. It is there
  /// as soon as SIGCONT was sent. Also for threads that do not reap.
  package static func takeContinuation(of process: ProcessID) -> Bool {
    platform_take_continuation(process.rawValue)
  }

  private static func change(
    of process: Int32, _ options: Int32, _ interruption: Interruption
  ) throws(Errno) -> ChildChange? {
    var status: Int32 = 0
    var usage = rusage()
    let found = try checked(.waitpid, interruption) { platform_wait(process, options, &status, &usage) }
    if found == 0 { return nil }
    return ChildChange(
      process: ProcessID(found), status: ProcessStatus(waitStatus: status), usage: ResourceUsage(usage))
  }
}
