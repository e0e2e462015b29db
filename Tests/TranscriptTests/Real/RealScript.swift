import Foundation
import TestSupport

/// A script of `RealScripts`, which runs programs of the distribution that are shell scripts themselves.
///
/// Its first line says in which language it is. Comments behind it may say with which shells it is compared, in place of
/// dash or bash, and what it needs: programs, or files.
struct RealScript: Sendable, CustomStringConvertible {
  var name: String
  var text: String

  var description: String { name }

  /// The name under which the shells run it.
  var interpreter: String { text.hasPrefix("#!/bin/bash\n") ? "bash" : "sh" }

  var references: [ShellUnderTest] {
    let named = header("compared with").compactMap { ShellUnderTest(rawValue: $0) }
    return named.isEmpty ? [interpreter == "bash" ? .bash : .dash] : named
  }

  /// What it needs and the system does not have.
  var missing: [String] {
    header("needs").filter { need in
      let places = need.hasPrefix("/") ? [""] : ["/usr/bin/", "/bin/", "/usr/sbin/"]
      return !places.contains { FileManager.default.fileExists(atPath: $0 + need) }
    }
  }

  private func header(_ key: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("# \(key): ") }.flatMap { line in
      line.dropFirst(key.count + 4).split(separator: " ").map(String.init)
    }
  }
}

// MARK: - Running

extension RealScript {
  /// Whether the scripts do all that they can: `MEANWHILE_REAL=all`.
  static let doesAll = ProcessInfo.processInfo.environment["MEANWHILE_REAL"] == "all"

  /// Runs it in a home of its own, which has the same path for every shell.
  ///
  /// `$BIN` is in front of `PATH`. There the shell is `sh` or `bash`, and runs the scripts of `/usr/bin` and `/usr/sbin`
  /// that are written for that name. `adopt` makes it run those of another folder.
  func run(in shell: ShellUnderTest, below directory: TemporaryDirectory) throws -> RealOutcome {
    let (bin, home) = (directory.path + "/bin", directory.path + "/home")
    let files = FileManager.default
    for path in [bin, home] {
      if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    let executable = shell == .meanwhile ? shell.path : "/bin/" + shell.path
    try files.createSymbolicLink(atPath: "\(bin)/\(interpreter)", withDestinationPath: executable)
    try files.copyItem(atPath: Corpus.folder.path + "/RealScripts/adopt", toPath: "\(bin)/adopt")
    try directory.write(text, to: "script")

    var environment = shell.environment(home: home)
    for name in ["PS1", "PS2", "PS4", "HISTFILE"] { environment[name] = nil }
    environment["ALL"] = Self.doesAll ? "1" : ""
    environment["BIN"] = bin
    environment["PATH"] = bin + ":" + environment["PATH", default: ""]
    environment["SHELL"] = "\(bin)/\(interpreter)"
    for folder in ["/usr/sbin", "/usr/bin"] {
      let adopt = ["/bin/sh", "\(bin)/adopt", folder, bin, interpreter]
      let result = try Captured.run(adopt, environment: environment, directory: home)
      guard result.end == .exited(0) else { throw SystemError("adopt \(folder)") }
    }
    let result = try Captured.run(
      ["\(bin)/\(interpreter)", "../script"], environment: environment, directory: home,
      limit: .seconds(Self.doesAll ? 3_600 : 600))
    return RealOutcome(result, files: try FileTree(below: home))
  }
}
