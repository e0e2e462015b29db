import Foundation
import TestSupport

/// The sessions and cases that lie in files. A part of a title in `MEANWHILE_CASE` chooses among them.
enum Corpus {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let root = folder.deletingLastPathComponent().deletingLastPathComponent()

  static let allSessions: [Session] = read("Sessions", ending: "session") { try Session.read($0, name: $1) }
  static let allCases: [ScriptCase] = read("Scripts", ending: "cases") { try ScriptCase.read($0, name: $1) }
  /// Every session block of `Docs` and the README.
  static let allDocumentSessions: [Session] = pages.flatMap { page in
    contents(root.appendingPathComponent(page), page, Session.read(markdown:name:))
  }

  static let allRealScripts: [RealScript] = files("RealScripts", ending: "sh").flatMap { file in
    contents(folder.appendingPathComponent("RealScripts/" + file), file) { [RealScript(name: $1, text: $0)] }
  }

  static let sessions = chosen(allSessions)
  static let cases = chosen(allCases)
  static let documentSessions = chosen(allDocumentSessions)
  static let realScripts = chosen(allRealScripts)
  /// The cases that other shells are asked too.
  static let references: [(script: ScriptCase, shell: ShellUnderTest)] = cases.flatMap { script in
    witnesses(of: script).map { (script, $0) }
  }

  /// The other shells that are asked.
  static func witnesses(of script: ScriptCase) -> [ShellUnderTest] {
    switch script.language {
    case .posix where script.isOfConformance: [.dash, .bash, .yash]
    case .posix: [.dash, .bash]
    case .bash: [.bash]
    case .own: []
    }
  }

  private static var pages: [String] {
    entries(root.appendingPathComponent("Docs").path, FileManager.default.subpathsOfDirectory).filter {
      $0.hasSuffix(".md")
    }.map { "Docs/" + $0 } + ["README.md"]
  }

  private static func read<Item>(
    _ name: String, ending: String, _ parse: (String, String) throws -> [Item]
  ) -> [Item] {
    files(name, ending: ending).flatMap { contents(folder.appendingPathComponent(name + "/" + $0), $0, parse) }
  }

  private static func files(_ name: String, ending: String) -> [String] {
    entries(folder.appendingPathComponent(name).path, FileManager.default.contentsOfDirectory).filter {
      $0.hasSuffix("." + ending)
    }
  }

  /// What cannot be read is a mistake in the tests: it stops them, with its place.
  private static func entries(_ path: String, _ list: (String) throws -> [String]) -> [String] {
    do { return try list(path).sorted() } catch { fatalError("\(path): \(error)") }
  }

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

// MARK: Counting

extension Corpus {
  /// How many lines of the files of a folder begin a section, whatever the parser makes of them.
  static func sections(_ name: String, ending: String) throws -> Int {
    try files(name, ending: ending).map { file in
      try count("=== ", in: folder.appendingPathComponent(name + "/" + file))
    }.reduce(0, +)
  }

  static func documentBlocks() throws -> Int {
    try pages.map { try count("```session", in: root.appendingPathComponent($0)) }.reduce(0, +)
  }

  private static func count(_ beginning: String, in file: URL) throws -> Int {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").count { $0.hasPrefix(beginning) }
  }
}
