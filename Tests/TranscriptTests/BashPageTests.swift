import Foundation
import TestSupport
import Testing

/// `Docs/Bash.md` has a row for each builtin, option and section of bash, and each row says what is so.
@Suite struct BashPageTests {
  /// A row of a table, without the marks of code.
  private struct Row {
    /// The heading of its table's columns.
    var columns: [String]
    var cells: [String]

    subscript(_ column: String) -> String {
      columns.firstIndex(of: column).map { cells[$0] } ?? ""
    }

    /// What stands in a column between marks of code.
    func code(in column: String) -> [String] { self[column].matches(of: /`([^`]+)`/).map { String($0.1) } }
  }

  /// The sections of the manual that describe the shell, as the page's headings have them.
  private static let sections =
    ["2 ", "3 ", "4 ", "5 ", "6 ", "7 ", "8 ", "9 ", "4.3.1 ", "4.3.2 "]
    + (1...7).map { "3.\($0) " } + (1...4).map { "4.\($0) " } + (1...2).map { "5.\($0) " } + (1...12).map { "6.\($0) " }

  @Test func everySectionIsThere() throws {
    let headings = try Self.lines().filter { $0.hasPrefix("##") }.map { $0.drop { "# ".contains($0) } }
    #expect(Self.sections.filter { section in !headings.contains { $0.hasPrefix(section) } } == [])
  }

  @Test func everyCaseThatIsNamedIsThere() throws {
    let named = try Self.rows(with: "case").filter { !$0["case"].isEmpty }
    let known = Set(Corpus.allCases.map { "\($0.file): \($0.title)" })
    #expect(named.count >= 45)
    #expect(named.map { "\($0.code(in: "file").first ?? ""): \($0["case"])" }.filter { !known.contains($0) } == [])
  }

  @Test func everyBuiltinOfBashHasARow() async throws {
    let rows = try Self.rows(with: "builtin").compactMap { $0.code(in: "builtin").first }
    let known = try await Self.lines(of: "compgen -b", in: .bash)
    #expect(known == rows.sorted())
  }

  @Test func everyOptionOfBashHasARow() async throws {
    let options = try Self.rows(with: "option")
    let names = { (hasLetter: Bool) in
      options.filter { $0.columns.contains("letter") == hasLetter && $0.columns.contains("here") }
        .compactMap { $0.code(in: "option").first }.sorted()
    }
    let (ofSet, ofShopt) = (
      try await Self.lines(of: "compgen -A setopt", in: .bash), try await Self.lines(of: "compgen -A shopt", in: .bash)
    )
    #expect(ofSet == names(true))
    #expect(ofShopt == names(false))
  }

  /// A builtin whose row refuses nothing of itself is one, and what a row refuses is an error that names it.
  @Test func everyBuiltinIsWhatItsRowSays() async throws {
    let rows = try Self.rows(with: "builtin")
    let refused = rows.flatMap { $0.code(in: "refused") }
    let names = rows.compactMap { $0.code(in: "builtin").first }.filter { !refused.contains($0) }
    #expect(refused.count >= 20)
    try await Self.expectNone(Self.refusals(of: names.map { "type -at '\($0)' | grep -qx builtin" }))
    try await Self.expectNone(Self.accepted(refused))
  }

  @Test func everyOptionIsWhatItsRowSays() async throws {
    var accepted: [String] = []
    var refused: [String] = []
    for row in try Self.rows(with: "option") where row.columns.contains("here") {
      let name = row.code(in: "option")[0]
      let command = row.columns.contains("letter") ? (on: "set -o", off: "set +o") : (on: "shopt -s", off: "shopt -u")
      let query = (row.columns.contains("letter") ? "shopt -o -q " : "shopt -q ") + name
      switch row["here"] {
      case "on": accepted += [query, "\(command.off) \(name) && ! \(query)", "\(command.on) \(name) && \(query)"]
      case "off": accepted += ["! \(query)", "\(command.on) \(name)", "\(command.off) \(name) && ! \(query)"]
      case "always on":
        accepted.append("\(command.on) \(name)")
        refused.append("\(command.off) \(name)")
      case "always off":
        accepted.append("\(command.off) \(name)")
        refused.append("\(command.on) \(name)")
      case "refused": refused += ["\(command.on) \(name)", "\(command.off) \(name)"]
      case let other: Issue.record("\(name): `\(other)` is not one of the words")
      }
    }
    try await Self.expectNone(Self.refusals(of: accepted))
    try await Self.expectNone(Self.accepted(refused))
  }

  @Test func everyVariableIsWhatItsRowSays() async throws {
    let rows = try Self.rows(with: "variable")
    let names = { (state: String) in rows.filter { $0["here"] == state }.map { $0.code(in: "variable")[0] } }
    #expect(rows.count == ["set", "used", "not used"].map { names($0).count }.reduce(0, +) && rows.count >= 100)
    let loop = #"for name; do eval "[ \"\${$name+set}\" ]" && echo "$name"; done; true"#
    let asked = (names("set") + names("not used")).joined(separator: " ")
    let known = try await Self.lines(of: "env -i $SH -c '\(loop)' shell \(asked)", in: .meanwhile)
    #expect(known == names("set").sorted())
  }

  @Test func everyOptionOfTheCommandLineIsRefused() async throws {
    let rows = try Self.rows(with: "instead")
    let options = rows.flatMap { $0.code(in: "option") }
    #expect(options.count >= 10)
    try await Self.expectNone(Self.accepted(options.map { "$SH \($0)" }))
  }

  // MARK: The shell

  /// Those of `commands` that fail in a shell of their own kind, or write errors.
  private static func refusals(of commands: [String]) async throws -> [String] {
    try await results(of: commands).filter { $0.status != "0" || !$0.errors.isEmpty }.map(\.description)
  }

  /// Those of `commands` that are not refused as this shell refuses: with a status of 1 or 2, and a line that has the
  /// name of the builtin and the last operand or option.
  private static func accepted(_ commands: [String]) async throws -> [String] {
    try await results(of: commands).filter { result in
      let words = result.command.split(separator: " ")
      let isNamed =
        words.count == 1
        ? result.errors.contains(words[0])
        : words.dropFirst().contains { word in
          result.errors.contains(word.first == "-" ? word.prefix(word.hasPrefix("--") ? 40 : 2) : word)
        }
      return !["1", "2"].contains(result.status) || !isNamed
    }.map(\.description)
  }

  private static func expectNone(_ results: [String], at location: SourceLocation = #_sourceLocation) {
    #expect(results == [], sourceLocation: location)
  }

  private struct Result: CustomStringConvertible {
    var command: String
    var status: String
    var errors: String

    var description: String { "\(command): status \(status) \(errors)" }
  }

  /// Runs each command in a subshell of one script.
  private static func results(of commands: [String]) async throws -> [Result] {
    let script = commands.map { "( eval '\($0.replacing("'", with: "'\\''"))' ) 2>&1 >/dev/null; echo \"=$?\"\n" }
    let lines = try await lines(of: script.joined(), in: .meanwhile, isSorted: false)
    var results: [Result] = []
    var errors: [String] = []
    for line in lines {
      if line.hasPrefix("="), results.count < commands.count {
        let command = commands[results.count]
        results.append(
          Result(command: command, status: String(line.dropFirst()), errors: errors.joined(separator: " ")))
        errors = []
      } else {
        errors.append(line)
      }
    }
    #expect(results.count == commands.count)
    return results
  }

  private static func lines(
    of script: String, in shell: ShellUnderTest, isSorted: Bool = true
  ) async throws -> [String] {
    let result = try await onOwnThread {
      let home = try TemporaryDirectory()
      try home.write(script, to: "script")
      var environment = shell.environment(home: home.path)
      environment["SH"] = shell.path
      return try Captured.run([shell.path, "./script"], environment: environment, directory: home.path)
    }
    #expect(result.end == .exited(0))
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
    return isSorted ? lines.sorted() : lines
  }

  // MARK: The page

  private static func lines() throws -> [String] {
    let page = Corpus.root.appendingPathComponent("Docs/Bash.md")
    return try String(contentsOf: page, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// The rows of all tables that have a column of this name.
  private static func rows(with column: String) throws -> [Row] {
    var rows: [Row] = []
    var columns: [String]?
    for line in try lines() {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let cells = cells(line)
      if let columns {
        #expect(cells.count == columns.count, "\(line)")
        if columns.contains(column), cells.count == columns.count, !cells[0].hasPrefix("---") {
          rows.append(Row(columns: columns, cells: cells))
        }
      } else {
        columns = cells
      }
    }
    return rows
  }

  private static func cells(_ line: String) -> [String] {
    let bar = "\u{1}"
    return line.replacing("\\|", with: bar).dropFirst().dropLast().split(
      separator: "|", omittingEmptySubsequences: false
    )
    .map { $0.trimmingCharacters(in: .whitespaces).replacing(bar, with: "|") }
  }
}
