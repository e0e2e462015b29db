import Foundation

/// A script, what it writes and how it ends. `Docs/Testing.md` describes the format.
package struct ScriptCase: Sendable, CustomStringConvertible {
  package enum Diagnostics: Sendable, Equatable {
    case none, some, any
    case matching(String)
  }

  package var title: String
  package var place: String
  package var script = ""
  package var output: [String] = []
  package var diagnostics = Diagnostics.none
  package var status: Int32 = 0
  package var input: String?
  package var arguments: [String] = []
  package var environment: [String: String] = [:]
  /// Shells that do otherwise, and the sentence that says why.
  package var differences: [String: String] = [:]

  package var description: String { title }

  /// Reads `=== title` sections: the script, `--- name value` lines, then after a bare `---` the output.
  package static func read(_ text: String, name: String) throws -> [ScriptCase] {
    var cases: [ScriptCase] = []
    var isOutput = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      let place = "\(name):\(index + 1)"
      if line.hasPrefix("=== ") {
        cases.append(ScriptCase(title: String(line.dropFirst(4)), place: place))
        isOutput = false
      } else if cases.isEmpty {
        guard line.isEmpty || line.hasPrefix("#") else {
          throw FormatError(description: "\(place): expected `=== title`")
        }
      } else if line == "---" {
        isOutput = true
      } else if line.hasPrefix("--- "), !isOutput {
        try cases[cases.count - 1].takeAttribute(String(line.dropFirst(4)), place: place)
      } else if isOutput {
        cases[cases.count - 1].output.append(line)
      } else {
        cases[cases.count - 1].script += line + "\n"
      }
    }
    return cases.map(\.trimmed)
  }

  private mutating func takeAttribute(_ text: String, place: String) throws {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = parts.count > 1 ? parts[1] : ""
    switch parts[0] {
    case "status":
      guard let number = Int32(value) else { throw FormatError(description: "\(place): expected a number") }
      status = number
    case "stderr":
      diagnostics = value == "" ? .some : value == "any" ? .any : .matching(value)
    case "input": input = (input ?? "") + value + "\n"
    case "arguments": arguments = value.split(separator: " ").map(String.init)
    case "environment":
      let pair = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw FormatError(description: "\(place): expected NAME=VALUE") }
      environment[pair[0]] = pair[1]
    case "differs":
      let pair = value.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard pair.count == 2, pair[1].count > 10 else {
        throw FormatError(description: "\(place): expected `SHELL: a sentence`")
      }
      differences[pair[0]] = pair[1]
    default: throw FormatError(description: "\(place): unknown attribute \(parts[0])")
    }
  }

  private var trimmed: ScriptCase {
    var copy = self
    while copy.output.last == "" { copy.output.removeLast() }
    return copy
  }
}

/// What a script did.
package struct ScriptResult: Sendable {
  package var output: [UInt8]
  package var diagnostics: [UInt8]
  package var end: ProcessEnd
  package var leftovers: [String]
}

extension ScriptCase {
  /// Whose language a case is written in, by the name of its file.
  package enum Language { case posix, bash, own }

  package var language: Language {
    place.hasPrefix("posix-") ? .posix : place.hasPrefix("bash-") ? .bash : .own
  }

  /// The file, without its ending.
  package var file: String { String(place.prefix { $0 != ":" }.split(separator: "/").last!.dropLast(".cases".count)) }

  /// Whether it shows a requirement of the standard, section by section: `Docs/Conformance.md`.
  package var isOfConformance: Bool { file.wholeMatch(of: /posix-[23][.-].*/) != nil }

  /// Runs it as a file named `script`, in an empty directory; `$SH` is the shell itself.
  package func run(in shell: ShellUnderTest, limit: Duration = .seconds(20)) throws -> ScriptResult {
    let home = try TemporaryDirectory()
    try home.write(script, to: "script")
    try home.write(input ?? "", to: ".input")
    let isAskedForPosix = language == .posix && (shell == .bash || shell == .yash)
    let interpreter = [shell.path] + (isAskedForPosix ? ["--posix"] : [])
    let command = interpreter + ["./script"] + arguments
    var surroundings = shell.environment(home: home.path).merging(environment) { $1 }
    surroundings["SH"] = interpreter.joined(separator: " ")
    for name in ["PS1", "PS2", "HISTFILE"] { surroundings[name] = nil }
    return try Captured.run(
      command, environment: surroundings, directory: home.path, inputPath: home.path + "/.input", limit: limit)
  }

  /// How a result differs from what is expected; `nil` where it does not.
  package func difference(_ result: ScriptResult) -> String? {
    let lines = Comparison.lines(result.output)
    let errors = String(decoding: result.diagnostics, as: UTF8.self)
    var found: [String] = []
    if !Comparison.matches(expected: output, actual: trimmedLines(lines)) {
      found.append(Comparison.report(expected: output, actual: lines, place: place))
    }
    if result.end.shellStatus != status { found.append("expected status \(status), got \(result.end)") }
    if !diagnosticsMatch(errors) { found.append("expected errors: \(diagnostics)") }
    if !result.leftovers.isEmpty { found.append("left behind: \(result.leftovers)") }
    guard !found.isEmpty else { return nil }
    return (found + ["standard error:\n\(errors)", "script:\n\(script)"]).joined(separator: "\n")
  }

  private func trimmedLines(_ lines: [String]) -> [String] {
    var lines = lines
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  private func diagnosticsMatch(_ errors: String) -> Bool {
    switch diagnostics {
    case .any: true
    case .none: errors.isEmpty
    case .some: !errors.isEmpty
    case .matching(let pattern): errors.range(of: pattern, options: .regularExpression) != nil
    }
  }
}
