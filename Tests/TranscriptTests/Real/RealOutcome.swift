import Foundation
import TestSupport

/// What a script wrote, how it ended, and the files that it left.
struct RealOutcome: Sendable {
  var output: [String]
  var diagnostics: [String]
  var end: ProcessEnd
  var leftovers: [String]
  var files: FileTree

  init(_ result: ScriptResult, files: FileTree) {
    output = Self.lines(result.output)
    diagnostics = Self.lines(result.diagnostics)
    end = result.end
    leftovers = result.leftovers
    self.files = files
  }

  /// The lines without messages of the shell itself, which every shell words in its own way.
  private static func lines(_ bytes: [UInt8]) -> [String] {
    Comparison.lines(bytes).filter { !isMessageOfShell($0) }
  }

  /// `meanwhile: …`, dash's `NAME: 3: …`, bash's `NAME: line 3: …`.
  static func isMessageOfShell(_ line: String) -> Bool {
    if line.hasPrefix("meanwhile: ") { return true }
    guard let colon = line.range(of: ": "), !line[..<colon.lowerBound].contains(" ") else { return false }
    var rest = line[colon.upperBound...]
    if rest.hasPrefix("line ") { rest = rest.dropFirst("line ".count) }
    let digits = rest.prefix { $0.isNumber }
    return !digits.isEmpty && rest.dropFirst(digits.count).hasPrefix(": ")
  }

  /// How this differs from what another shell did; `nil` where it does not.
  func difference(from reference: RealOutcome) -> String? {
    var found: [String] = []
    if end != reference.end { found.append("expected \(reference.end), got \(end)") }
    if !leftovers.isEmpty { found.append("left behind: \(leftovers)") }
    found += Self.difference("standard output", output, reference.output)
    found += Self.difference("standard error", diagnostics, reference.diagnostics)
    found += files.differences(from: reference.files)
    return found.isEmpty ? nil : found.prefix(20).joined(separator: "\n")
  }

  /// The lines around the first one that differs.
  fileprivate static func difference(_ title: String, _ lines: [String], _ expected: [String]) -> [String] {
    guard lines != expected else { return [] }
    let same = zip(lines, expected).prefix { $0 == $1 }.count
    func part(_ lines: [String]) -> String {
      let shown = lines.dropFirst(max(0, same - 3)).prefix(9)
      return shown.map { "  " + $0 }.joined(separator: "\n") + (same >= lines.count ? "\n  (ends here)" : "")
    }
    return ["\(title): line \(same + 1); expected:\n\(part(expected))\nactual:\n\(part(lines))"]
  }
}

/// Everything below a folder: modes, contents, where links lead.
struct FileTree: Sendable {
  private enum Content: Equatable, Sendable {
    case bytes(Data)
    case link(String)
    case other
  }
  private struct Entry: Equatable, Sendable {
    var mode: UInt32
    var content: Content
  }
  private var entries: [String: Entry] = [:]

  init(below folder: String) throws {
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      let path = folder + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0 else { throw SystemError("lstat \(path)") }
      let content: Content =
        switch status.st_mode & S_IFMT {
        case S_IFREG: .bytes(try Data(contentsOf: URL(fileURLWithPath: path)))
        case S_IFLNK: .link(try FileManager.default.destinationOfSymbolicLink(atPath: path))
        default: .other
        }
      entries[name] = Entry(mode: status.st_mode, content: content)
    }
  }

  fileprivate func differences(from reference: FileTree) -> [String] {
    Set(entries.keys).union(reference.entries.keys).sorted().flatMap { name -> [String] in
      switch (entries[name], reference.entries[name]) {
      case (let own?, let other?): Self.differences(name, own, other)
      case (nil, _): ["\(name): is missing"]
      case (_, nil): ["\(name): is new"]
      }
    }
  }

  private static func differences(_ name: String, _ own: Entry, _ other: Entry) -> [String] {
    if own == other { return [] }
    guard own.mode == other.mode else {
      return ["\(name): expected mode \(String(other.mode, radix: 8)), got \(String(own.mode, radix: 8))"]
    }
    switch (own.content, other.content) {
    case (.bytes(let bytes), .bytes(let expected)):
      let found = RealOutcome.difference(name, Comparison.lines(Array(bytes)), Comparison.lines(Array(expected)))
      return found.isEmpty ? ["\(name): differs"] : found
    default: return ["\(name): expected \(other.content), got \(own.content)"]
    }
  }
}
