import Foundation
import TestSupport
import Testing

/// What a signal does, in every combination of what decides it: the same as in yash, or a difference that is listed.
///
/// A sample of the product is run, one case for each signal, target and context; `MEANWHILE_SIGNALS=all` runs the whole
/// (`Docs/Testing.md`).
@Suite struct SignalProductTests {
  private static let runsAll = ProcessInfo.processInfo.environment["MEANWHILE_SIGNALS"] == "all"
  private static let seed = ProcessInfo.processInfo.environment["MEANWHILE_SIGNALS"].flatMap { UInt64($0) } ?? 1
  private static let executed = ExecutedCases(
    of: "SignalProductTests.doesWhatYashDoes", expected: SignalOfCase.allCases.count)

  @Test(arguments: SignalOfCase.allCases)
  func doesWhatYashDoes(_ signal: SignalOfCase) async throws {
    Self.executed.count()
    let complaints = try await onOwnThread {
      try Self.cases(signal).compactMap { signalCase in try Self.complaint(signalCase) }
    }
    for complaint in complaints { Issue.record("\(complaint)") }
  }

  /// A difference that is mended, or that was never there, is listed no longer.
  @Test(arguments: SignalDifference.all.indices)
  func everyListedDifferenceIsThere(_ index: Int) async throws {
    let differs = try await onOwnThread {
      var random = SeededRandom(seed: 1)
      let cases = SignalOfCase.allCases.flatMap { SignalCase.all($0) }.filter { SignalDifference.of($0) == index }
      return try cases.shuffled(using: &random).prefix(40).contains { signalCase in
        let (own, reference) = try Self.outcomes(signalCase)
        return !own.agrees(with: reference)
      }
    }
    #expect(differs, "\(SignalDifference.all[index].reason)")
  }

  @Test func theProductIsWhole() {
    #expect(SignalOfCase.allCases.map { SignalCase.all($0).count } == Array(repeating: 1_664, count: 14) + [64, 64])
  }

  /// The cases of a signal that are run, without those whose difference is listed.
  private static func cases(_ signal: SignalOfCase) -> [SignalCase] {
    let all = SignalCase.all(signal).filter { SignalDifference.of($0) == nil }
    if runsAll { return all }
    var random = SeededRandom(seed: SeededRandom.mixed(seed, UInt64(signal.number)))
    let groups = Dictionary(grouping: all) { "\($0.target) \($0.context)" }
    return groups.sorted { $0.key < $1.key }.map { random.pick($0.value) }
  }

  private static func outcomes(_ signalCase: SignalCase) throws -> (SignalOutcome, SignalOutcome) {
    (try SignalOutcome.of(signalCase, in: .meanwhile), try SignalOutcome.of(signalCase, in: .yash))
  }

  private static func complaint(_ signalCase: SignalCase) throws -> String? {
    let (own, reference) = try outcomes(signalCase)
    if own.agrees(with: reference) { return nil }
    let dash = try SignalOutcome.of(signalCase, in: .dash)
    return """
      \(signalCase)
      \(signalCase.script)
      meanwhile: \(own)
      yash:      \(reference)
      dash:      \(dash)
      """
  }
}
