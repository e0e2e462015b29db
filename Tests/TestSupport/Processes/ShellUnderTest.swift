import Foundation

/// The shells that tests start, and the surroundings they get.
package enum ShellUnderTest: String, Sendable, CaseIterable {
  case meanwhile, bash, zsh, dash, yash

  /// The debug executable lies beside the test bundle; `MEANWHILE_EXECUTABLE` names another one.
  package static let meanwhilePath =
    ProcessInfo.processInfo.environment["MEANWHILE_EXECUTABLE"] ?? productPath("meanwhile")

  /// An executable of the package's that was built with the tests.
  package static func productPath(_ name: String) -> String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    for bundle in [own] + CommandLine.arguments where bundle.contains(".xctest") {
      let path = (bundle as NSString).deletingLastPathComponent + "/" + name
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    return (own as NSString).deletingLastPathComponent + "/" + name
  }

  package var path: String { self == .meanwhile ? Self.meanwhilePath : rawValue }

  /// An interactive shell without anybody's startup files.
  package var interactive: [String] {
    switch self {
    case .meanwhile: [path, "-i"]
    case .bash: [path, "--norc", "--noprofile", "-i"]
    case .zsh: [path, "-f", "-i", "-o", "nopromptsp", "-o", "nopromptcr"]
    case .dash, .yash: [path, "-i"]
    }
  }

  /// A clean environment: the same on every machine. The prompts are `% ` and `> `.
  package func environment(home: String) -> [String: String] {
    [
      "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8",
      "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "PS1": self == .zsh ? "%% " : "% ", "PS2": "> ", "PS4": "+ ",
      "HISTFILE": "/dev/null",
      "SHELL": "/bin/sh", "USER": "tester", "LOGNAME": "tester", "TZ": "UTC0",
    ]
  }
}

/// A directory for one test, removed with everything in it.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws {
    var template = Array("/tmp/meanwhile-test.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    StartedProcesses.current?.add(directory: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func write(_ contents: String, to name: String) throws {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(contents.utf8).write(to: url)
  }
}
