import CPlatform
import SystemPackage

/// The system calls that tests can make fail.
package enum SystemCall: UInt32, Sendable, CaseIterable {
  case open, close, dup, pipe, read, write, spawn, exec, setpgid, tcsetpgrp, waitpid, epoll, chdir, eventfd, socket
  case thread, epollWait, tee, memfd, standIn, successor

  var platformCall: platform_call { platform_call(rawValue) }
}

/// Makes the n-th call of a system call fail. Debug builds only: in release builds nothing is left of it.
///
/// `MEANWHILE_FAULTS=open:3:EMFILE,tcsetpgrp:1+:EIO` in the environment does the same for a whole process.
package enum FaultInjection {
  /// Whether this build can inject faults.
  package static var isAvailable: Bool {
    #if DEBUG
      true
    #else
      false
    #endif
  }

  /// Which calls fail, counted from 1.
  package enum Occurrence: Sendable {
    case only(Int)
    case from(Int)
  }

  /// Makes calls of `call` on this thread fail with `error` while `body` runs.
  @discardableResult
  package static func with<Result, Failure: Error>(
    _ call: SystemCall, _ occurrence: Occurrence = .only(1), failing error: Errno,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch occurrence {
    case .only(let number): platform_arm_fault(call.platformCall, UInt32(number), false, error.rawValue)
    case .from(let number): platform_arm_fault(call.platformCall, UInt32(number), true, error.rawValue)
    }
    defer { platform_arm_fault(call.platformCall, 0, false, 0) }
    return try body()
  }

  /// The error that was injected for this call, if any.
  @inline(__always)
  static func error(of call: SystemCall) -> Errno? {
    #if DEBUG
      let error = platform_fault(call.platformCall)
      return error == 0 ? nil : Errno(rawValue: error)
    #else
      return nil
    #endif
  }
}
