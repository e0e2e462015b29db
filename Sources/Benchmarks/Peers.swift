import Foundation

/// The programs to compare with: what is installed, built where it must be built.
struct Peers {
  private let directory: URL
  private let sources: URL
  private let own = CommandLine.arguments[0]

  /// Builds the peers that are programs of ours into a directory of its own, which `remove` takes away.
  init() throws {
    sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Peers")
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("meanwhile-peers-\(getpid())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    _ = try? run(["go", "build", "-o", path("goroutines"), source("goroutines.go")])
    for program in ["epoll_echo", "spawn"] {
      for compiler in ["cc", "clang"] where !isBuilt(program) {
        _ = try? run([compiler, "-O2", "-o", path(program), source(program + ".c")])
      }
    }
  }

  func remove() {
    try? FileManager.default.removeItem(at: directory)
  }

  /// Who can run a command of the library, ours first.
  func library(for command: String) -> [Contestant] {
    var all = [Contestant(name: "Meanwhile", command: [own])]
    if Peers.isInstalled("python3") {
      all.append(Contestant(name: "asyncio", command: ["python3", source("asyncio_loop.py")]))
    }
    if isBuilt("goroutines") { all.append(Contestant(name: "Go", command: [path("goroutines")])) }
    if command == "echo", isBuilt("epoll_echo") { all.append(Contestant(name: "C", command: [path("epoll_echo")])) }
    return all
  }

  /// The program that does nothing but start programs.
  var spawn: String? { isBuilt("spawn") ? path("spawn") : nil }

  /// Whether a program can be found in `PATH`.
  static func isInstalled(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }

  private func source(_ name: String) -> String { sources.appendingPathComponent(name).path }
  private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
  private func isBuilt(_ name: String) -> Bool { FileManager.default.isExecutableFile(atPath: path(name)) }
}
