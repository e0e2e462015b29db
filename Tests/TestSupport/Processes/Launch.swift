import CTestSupport
import Foundation

/// A system call that failed in the harness itself.
package struct SystemError: Error, CustomStringConvertible {
  package var call: String
  package var code: Int32

  package init(_ call: String, code: Int32 = errno) {
    self.call = call
    self.code = code
  }

  package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// How a process ended.
package enum ProcessEnd: Sendable, Equatable, CustomStringConvertible {
  case exited(Int32)
  case signaled(Int32)

  init(waitStatus status: Int32) {
    let signal = status & 0x7F
    self = signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal)
  }

  /// The status as a shell shows it.
  package var shellStatus: Int32 {
    switch self {
    case .exited(let status): status
    case .signaled(let signal): 128 + signal
    }
  }

  package var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .signaled(let signal): "signal \(signal)"
    }
  }
}

/// What to start, and with what around it: everything is said, nothing is inherited from the test process.
package struct Launch: Sendable {
  package var arguments: [String]
  package var environment: [String: String]
  package var directory: String?
  /// What becomes descriptor 0, 1, 2 of the new process: a descriptor of ours, `terminal` or `closed`.
  package var descriptors: [Int32]
  /// A terminal that is opened as descriptor 0 becomes the controlling terminal.
  package var terminalPath: String?

  package static let terminal: Int32 = -1
  package static let closed: Int32 = -2

  package init(
    _ arguments: [String], environment: [String: String], directory: String? = nil, descriptors: [Int32],
    terminalPath: String? = nil
  ) {
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.descriptors = descriptors
    self.terminalPath = terminalPath
  }

  /// Starts it as the leader of a new session, with default signal dispositions and no other descriptors.
  package func start() throws -> Int32 {
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    return try Children.start(arguments[0]) { process in
      testSpawn(&process, argv, envp, directory, terminalPath, descriptors, Int32(descriptors.count))
    }
  }
}

extension Duration {
  /// Whole milliseconds, as `poll` wants them; at least one for what is not over yet.
  package var pollTimeout: Int32 {
    let (seconds, attoseconds) = components
    let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    return self <= .zero ? 0 : Int32(clamping: max(1, milliseconds))
  }
}
