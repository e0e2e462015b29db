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
    let (seed, count) = (Self.seed, Self.count)
    let (decided, differing) = try await onOwnThread {
      var (decided, differing) = (0, 0)
      for start in stride(from: 0, to: count, by: Self.batch) where differing < 20 {
        let scripts = (start..<min(start + Self.batch, count)).map { Self.script($0, dialect) }
        let results = try comparison.compare(scripts)
        for difference in results.differences { Issue.record("seed \(seed): \(difference.report)") }
        decided += results.decided
        differing += results.differences.count
      }
      return (decided, differing)
    }
    #expect(differing > 0 || Double(decided) >= leastDecided * Double(count))
  }

  private static func script(_ number: Int, _ dialect: ScriptGenerator.Dialect) -> [ScriptPiece] {
    var generator = ScriptGenerator(seed: SeededRandom.mixed(seed, UInt64(number)), dialect)
    return generator.script()
  }
}
