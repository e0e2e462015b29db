import Foundation
import TestSupport

/// What a script wrote on standard output, and its status; no status where it did not end in time.
struct ScriptOutcome: Equatable, Sendable, CustomStringConvertible {
  var output: [UInt8]
  var status: Int32?

  var description: String {
    "\(status.map { "status \($0)" } ?? "no end"): \(String(decoding: output.prefix(600), as: UTF8.self).debugDescription)"
  }
}

/// Runs generated scripts in several shells.
struct ScriptComparison: Sendable {
  let dialect: ScriptGenerator.Dialect

  var witnesses: [ShellUnderTest] { dialect == .posix ? [.dash, .bash] : [.bash] }

  /// The shells that are asked say the same, and ours says something else.
  struct Difference: Sendable {
    var script: String
    var ours: ScriptOutcome
    var theirs: ScriptOutcome

    var report: String { "ours: \(ours)\ntheirs: \(theirs)\n\(script)" }
  }

  struct Results: Sendable {
    /// How many scripts the other shells agreed on.
    var decided = 0
    var differences: [Difference] = []
  }

  func compare(_ scripts: [[ScriptPiece]]) throws -> Results {
    let texts = scripts.map(\.text)
    let ours = try outcomes(of: texts, in: .meanwhile)
    let theirs = try witnesses.map { try outcomes(of: texts, in: $0) }
    var results = Results()
    for index in scripts.indices {
      guard theirs.allSatisfy({ $0[index] == theirs[0][index] }) else { continue }
      guard theirs[0][index].status != nil else {
        // The generator has made a loop without end.
        results.differences.append(Difference(script: texts[index], ours: ours[index], theirs: theirs[0][index]))
        continue
      }
      results.decided += 1
      if ours[index] != theirs[0][index], let difference = try smallest(scripts[index]) {
        results.differences.append(difference)
      }
    }
    return results
  }

  /// The smallest script that was found to differ; `nil` where this one does not differ again.
  private func smallest(_ script: [ScriptPiece]) throws -> Difference? {
    guard var found = try difference(script) else { return nil }
    var script = script
    search: while true {
      for smaller in script.smaller {
        guard let difference = try difference(smaller) else { continue }
        (script, found) = (smaller, difference)
        continue search
      }
      return found
    }
  }

  private func difference(_ script: [ScriptPiece]) throws -> Difference? {
    let theirs = try witnesses.map { try outcomes(of: [script.text], in: $0)[0] }
    guard theirs.allSatisfy({ $0 == theirs[0] }) else { return nil }
    let ours = try outcomes(of: [script.text], in: .meanwhile)[0]
    return ours == theirs[0] ? nil : Difference(script: script.text, ours: ours, theirs: theirs[0])
  }

  // MARK: - Running

  /// Runs scripts, each in a process and a directory of its own.
  private func outcomes(of scripts: [String], in shell: ShellUnderTest) throws -> [ScriptOutcome] {
    let home = try TemporaryDirectory()
    for (index, script) in scripts.enumerated() {
      for file in ["a1", "a2", "b", "sub/x", "sub/.hidden"] { try home.write("", to: "\(index)/\(file)") }
      let preamble = dialect == .posix ? ScriptGenerator.preamble : ScriptGenerator.bashPreamble
      try home.write(preamble + script, to: "script\(index)")
    }
    try home.write(Self.driver, to: "driver")
    let options = dialect == .posix && shell != .dash ? ["--posix"] : []
    var environment = shell.environment(home: "/home/tester")
    environment["SWIFT_BACKTRACE"] = "enable=no"
    let command = ["/bin/sh", "driver", "\(scripts.count)", shell.path] + options
    do {
      let result = try Captured.run(
        command, environment: environment, directory: home.path, limit: .seconds(10 + scripts.count), patience: .zero)
      return Self.split(result.output, count: scripts.count)
    } catch let overdue as Captured.Overdue {
      if scripts.count == 1 { return [ScriptOutcome(output: overdue.output, status: nil)] }
      return try scripts.flatMap { try outcomes(of: [$0], in: shell) }
    }
  }

  /// Runs `script0`, `script1`, … and writes a mark with the status behind what each of them writes.
  private static let driver = """
    count=$1 index=0
    shift
    while [ "$index" -lt "$count" ]; do
      cd "$index" && "$@" "../script$index" 2>/dev/null </dev/null
      printf '\\n#@%d\\n' "$?"
      cd .. && index=$((index + 1))
    done
    """

  private static func split(_ output: [UInt8], count: Int) -> [ScriptOutcome] {
    var rest = output[...]
    return (0..<count).map { _ in
      guard let mark = rest.firstRange(of: Array("\n#@".utf8)) else { return ScriptOutcome(output: Array(rest)) }
      let written = Array(rest[..<mark.lowerBound])
      rest = rest[mark.upperBound...]
      let digits = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[digits.endIndex...].dropFirst()
      return ScriptOutcome(output: written, status: Int32(String(decoding: digits, as: UTF8.self)))
    }
  }
}
