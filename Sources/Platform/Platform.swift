// Platform: the only shell target that calls the C library.
//
// Processes (Spawn, ChildProcesses, Signals), descriptors and files (Descriptors, Files, Directories), the terminal,
// users, clocks and the locale. Everything is thin and typed: bytes are `ByteString`, descriptors `FileDescriptor`,
// errors `Errno` or `SpawnError`. No policy, no text for people, and no state but what the kernel and the signal
// core in CPlatform keep. Interrupted calls are repeated unless the caller asks to be told.
// Start reading in Spawn.swift.

import CPlatform
import Glibc
import SystemPackage

/// What a system call does when a signal handler interrupts it.
package enum Interruption: Sendable {
  /// The call is made again.
  case retry
  /// The call throws `Errno.interrupted`.
  case report
}

/// The result of a system call that says -1 for failure; throws `errno`.
@inline(__always)
func checked<Result: FixedWidthInteger>(
  _ call: SystemCall? = nil, _ interruption: Interruption = .retry, _ body: () -> Result
) throws(Errno) -> Result {
  while true {
    let injected = call.flatMap { FaultInjection.error(of: $0) }
    if injected == nil {
      let result = body()
      if result != -1 { return result }
    }
    let error = injected ?? Errno(rawValue: errno)
    if error != .interrupted || interruption == .report { throw error }
  }
}

/// The number that names `directory` to the `…at` system calls; `nil` is the process's working directory.
@inline(__always)
func number(of directory: FileDescriptor?) -> Int32 {
  directory?.rawValue ?? platform_working_directory()
}

extension Errno {
  /// What the error means, in the C library's words and never translated: `No such file or directory`.
  package var reason: String {
    guard let text = platform_error_text(rawValue) else { return "Unknown error \(rawValue)" }
    return String(cString: text)
  }
}
