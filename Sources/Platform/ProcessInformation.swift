import ByteStrings
import CPlatform
import Glibc
import SystemPackage

/// What this process knows of itself and of the system.
package enum ProcessInformation {
  /// The real user.
  package static var user: UInt32 { getuid() }
  /// The user whose rights count.
  package static var effectiveUser: UInt32 { geteuid() }
  /// The real group.
  package static var group: UInt32 { getgid() }
  /// The group whose rights count.
  package static var effectiveGroup: UInt32 { getegid() }
  /// The groups whose members' rights the process has, the real group first.
  package static var groups: [UInt32] {
    var others = [gid_t](repeating: 0, count: Swift.max(0, Int(getgroups(0, nil))))
    let count = others.withUnsafeMutableBufferPointer { getgroups(Int32(truncatingIfNeeded: $0.count), $0.baseAddress) }
    return [group] + others.prefix(Swift.max(0, Int(count))).filter { $0 != group }
  }

  /// Whether the process runs with rights its user has not: then nothing from the environment is trusted.
  package static var hasForeignRights: Bool { user != effectiveUser || group != effectiveGroup }

  /// The command line of this process, its own name first.
  package static var arguments: [ByteString] {
    guard let start = platform_arguments() else { return [] }
    var words: [ByteString] = []
    for index in 0..<Int(platform_argument_count()) {
      if let word = start[index] { words.append(ByteString(cString: word)) }
    }
    return words
  }

  /// The environment this process was given: `name=value`, and whatever else stood in it.
  package static var environment: [ByteString] {
    guard let start = platform_environment() else { return [] }
    var strings: [ByteString] = []
    var next = start
    while let string = next.pointee {
      strings.append(ByteString(cString: string))
      next += 1
    }
    return strings
  }

  /// Whose use is asked for, with the numbers of `getrusage(2)`.
  package enum Account: Int32, Sendable {
    case thisProcess = 0
    /// The children that were waited for.
    case children = -1
    case thisThread = 1
  }

  /// What was used until now. Throws where the kernel refuses to say, as in a sandbox.
  package static func resourceUsage(of account: Account) throws(Errno) -> ResourceUsage {
    var usage = rusage()
    _ = try checked { getrusage(account.rawValue, &usage) }
    return ResourceUsage(usage)
  }

  /// The kind of processor that the shell was built for.
  package static var machine: ByteString {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "aarch64"
    #else
      "unknown"
    #endif
  }

  /// The machine's name.
  package static var hostName: ByteString {
    var buffer = [CChar](repeating: 0, count: 257)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return buffer.withUnsafeBufferPointer { ByteString(cString: $0.baseAddress!) }
  }

  /// A value of `sysconf`.
  package enum Setting: Sendable {
    case clockTicksPerSecond
    case argumentBytes
    case groupCount
    case openFiles
    case childProcesses
    case processors
    case pageBytes
    case pagesOfMemory
  }

  /// The value; `nil` where there is no limit.
  package static func value(of setting: Setting) -> Int? {
    let name: Int =
      switch setting {
      case .clockTicksPerSecond: Int(_SC_CLK_TCK)
      case .argumentBytes: Int(_SC_ARG_MAX)
      case .groupCount: Int(_SC_NGROUPS_MAX)
      case .openFiles: Int(_SC_OPEN_MAX)
      case .childProcesses: Int(_SC_CHILD_MAX)
      case .processors: Int(_SC_NPROCESSORS_ONLN)
      case .pageBytes: Int(_SC_PAGESIZE)
      case .pagesOfMemory: Int(_SC_PHYS_PAGES)
      }
    let value = sysconf(Int32(name))
    return value < 0 ? nil : value
  }

  /// Ends the process at once: nothing is flushed, no handler runs.
  package static func exitImmediately(_ status: Int32) -> Never { _exit(status) }
}
