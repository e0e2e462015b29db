import Foundation
import TestSupport
import Testing

/// `Docs/Conformance.md` names a case for each requirement of the standard, and no case that is not there.
@Suite struct ConformanceTests {
  /// A row of a section's table.
  private struct Row: Hashable, CustomStringConvertible {
    var title: String
    var file: String

    var description: String { "\(file): \(title)" }
  }

  private struct Section {
    var heading: String
    var rows: [Row] = []
  }

  /// The sections of XCU 2 that a script can show something of, and the utilities that are builtins here.
  private static let headings =
    [
      "2.2 Quoting", "2.3 Token Recognition", "2.4 Reserved Words", "2.5 Parameters and Variables",
      "2.6 Word Expansions", "2.6.1 Tilde Expansion", "2.6.2 Parameter Expansion", "2.6.3 Command Substitution",
      "2.6.4 Arithmetic Expansion", "2.6.5 Field Splitting", "2.6.6 Pathname Expansion", "2.6.7 Quote Removal",
      "2.7 Redirection", "2.8 Exit Status and Errors", "2.9.1 Simple Commands", "2.9.2 Pipelines", "2.9.3 Lists",
      "2.9.4 Compound Commands", "2.9.5 Function Definition Command", "2.10 Shell Grammar", "2.11 Job Control",
      "2.12 Signals and Error Handling", "2.13 Shell Execution Environment", "2.14 Pattern Matching Notation",
      "2.15 Special Built-In Utilities",
    ]
    + [
      "alias", "cd", "command", "echo", "false", "fc", "fg", "getopts", "hash", "jobs", "kill", "printf", "pwd", "read",
      "sh", "test", "times", "type", "ulimit", "umask", "unalias", "wait",
    ].map { "Utility: " + $0 }

  private static let cases = Corpus.allCases.filter(\.isOfConformance).map { Row(title: $0.title, file: $0.file) }

  @Test func everySectionHasCases() throws {
    let sections = try Self.sections()
    #expect(sections.map(\.heading) == Self.headings)
    #expect(sections.filter { $0.rows.isEmpty }.map(\.heading) == [])
  }

  @Test func everyCaseThatIsNamedIsThere() throws {
    let named = try Self.sections().flatMap(\.rows)
    #expect(named.count >= 700)
    #expect(Set(named).subtracting(Self.cases).map(\.description).sorted() == [])
  }

  @Test func everyCaseIsNamedOnce() throws {
    let named = try Self.sections().flatMap(\.rows)
    #expect(Set(Self.cases).subtracting(named).map(\.description).sorted() == [])
    #expect(named.count == Set(named).count)
  }

  @Test func theFilesOfMoreCasesAreThere() throws {
    let lines = try Self.lines().filter { $0.hasPrefix("More cases: ") }
    let named = lines.flatMap { $0.matches(of: /`([^`]+)`/).map { String($0.1) } }
    #expect(!named.isEmpty)
    #expect(Set(named).subtracting(Corpus.allCases.map(\.file)) == [])
  }

  private static func lines() throws -> [String] {
    let document = Corpus.root.appendingPathComponent("Docs/Conformance.md")
    return try String(contentsOf: document, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// The sections with a table of cases.
  private static func sections() throws -> [Section] {
    var sections: [Section] = []
    for line in try lines() {
      if line.hasPrefix("## ") {
        sections.append(Section(heading: String(line.dropFirst(3))))
      } else if let row = row(line), !sections.isEmpty {
        sections[sections.count - 1].rows.append(row)
      }
    }
    return sections.filter { $0.heading.first?.isNumber == true || $0.heading.hasPrefix("Utility: ") }
  }

  /// `| what is required | case | file |`, in which a bar is written with a backslash.
  private static func row(_ line: String) -> Row? {
    let bar = "\u{1}"
    let columns = line.replacing("\\|", with: bar).split(separator: "|").map {
      $0.trimmingCharacters(in: .whitespaces).replacing(bar, with: "|")
    }
    guard columns.count == 3, columns[2].hasPrefix("`posix-") else { return nil }
    return Row(title: columns[1], file: columns[2].trimmingCharacters(in: ["`"]))
  }
}
