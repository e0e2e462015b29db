import Foundation
import TestSupport
import Testing

/// Random scripts do in ours what they do in other shells (`Docs/Testing.md`).
///
/// `MEANWHILE_COMPARED_COUNT` says how many of each language, `MEANWHILE_COMPARED_SEED` which ones.
@Suite struct ComparedScriptTests {
  private static let variables = ProcessInfo.processInfo.environment
  private static let count = variables["MEANWHILE_COMPARED_COUNT"].flatMap { Int($0) } ?? 300
  private static let seed = variables["MEANWHILE_COMPARED_SEED"].flatMap { UInt64($0) } ?? 1
  private static let batch = 25

  @Test func posixScriptsDoWhatDashAndBashDo() async throws { try await compare(.posix, leastDecided: 0.5) }

  @Test func bashScriptsDoWhatBashDoes() async throws { try await compare(.bash, leastDecided: 1) }

  private func compare(_ dialect: ScriptGenerator.Dialect, leastDecided: Double) async throws {
    let comparison = ScriptComparison(dialect: dialect)
    let results = try await onOwnThread {
      var all = ScriptComparison.Results()
      for start in stride(from: 0, to: Self.count, by: Self.batch) where all.differences.count < 20 {
        let scripts = (start..<min(start + Self.batch, Self.count)).map { Self.script($0, dialect) }
        let results = try comparison.compare(scripts)
        all.decided += results.decided
        all.differences += results.differences
      }
      return all
    }
    for difference in results.differences { Issue.record("seed \(Self.seed): \(difference.report)") }
    #expect(!results.differences.isEmpty || Double(results.decided) >= leastDecided * Double(Self.count))
  }

  private static func script(_ number: Int, _ dialect: ScriptGenerator.Dialect) -> [ScriptPiece] {
    var generator = ScriptGenerator(seed: SeededRandom.mixed(seed, UInt64(number)), dialect)
    return generator.script()
  }
}
