import Foundation
import TestSupport

/// The sessions and cases that lie in files. A part of a title in `MEANWHILE_CASE` chooses among them.
enum Corpus {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let root = folder.deletingLastPathComponent().deletingLastPathComponent()

  static let sessions: [Session] = read("Sessions", ending: "session") { try Session.read($0, name: $1) }
  static let cases: [ScriptCase] = read("Scripts", ending: "cases") { try ScriptCase.read($0, name: $1) }
  /// The cases of the files that only use what every POSIX shell has.
  static let posixCases = cases.filter { $0.place.hasPrefix("posix-") }

  /// Every session block of `Docs` and the README.
  static let documentSessions: [Session] = {
    let folder = root.appendingPathComponent("Docs")
    let names = ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []).sorted()
    let pages = names.filter { $0.hasSuffix(".md") }.map { "Docs/" + $0 } + ["README.md"]
    return chosen(
      pages.flatMap { page in contents(root.appendingPathComponent(page), page, Session.read(markdown:name:)) })
  }()

  private static func read<Item: CustomStringConvertible>(
    _ name: String, ending: String, _ parse: (String, String) throws -> [Item]
  ) -> [Item] {
    let directory = folder.appendingPathComponent(name)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    let names = files.filter { $0.hasSuffix("." + ending) }.sorted()
    return chosen(names.flatMap { contents(directory.appendingPathComponent($0), $0, parse) })
  }

  /// A file that cannot be read is a mistake in the tests: it stops them, with its place.
  private static func contents<Item>(
    _ file: URL, _ name: String, _ parse: (String, String) throws -> [Item]
  ) -> [Item] {
    do { return try parse(String(contentsOf: file, encoding: .utf8), name) } catch { fatalError("\(name): \(error)") }
  }

  private static func chosen<Item: CustomStringConvertible>(_ items: [Item]) -> [Item] {
    guard let part = ProcessInfo.processInfo.environment["MEANWHILE_CASE"] else { return items }
    return items.filter { $0.description.contains(part) }
  }
}

/// Whether the executable has every builtin that the cases use; choosing cases by name asks no questions.
enum Meanwhile {
  static let runsCommands = answers([])
  static let runsSessions = answers(["-i", "--virtual-time"])

  private static func answers(_ arguments: [String]) -> Bool {
    if ProcessInfo.processInfo.environment["MEANWHILE_CASE"] != nil { return true }
    let builtins = "alias cd command eval exec exit export getopts hash jobs kill read set shift test tick trap wait"
    let script = builtins.split(separator: " ").map { "command -v \($0) >/dev/null && " }.joined() + "echo yes"
    let result = try? Captured.run(
      [ShellUnderTest.meanwhilePath] + arguments + ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
      directory: "/")
    return result.map { String(decoding: $0.output, as: UTF8.self).contains("yes") } ?? false
  }
}
