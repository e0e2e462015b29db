import ByteStrings
import Foundation
import TestSupport
import Testing

/// Random commands are executed: no crash, no hang, no file outside of the working directory.
///
/// `MEANWHILE_RANDOM_COUNT` says how many, `MEANWHILE_RANDOM_SEED` which ones; with `MEANWHILE_RANDOM_KILL` each shell
/// is in a process namespace of its own, and `kill` gets any operands (`Docs/Testing.md`).
@Suite struct RandomCommandTests {
  private static let variables = ProcessInfo.processInfo.environment
  private static let count = variables["MEANWHILE_RANDOM_COUNT"].flatMap { Int($0) } ?? 2_400
  private static let seed = variables["MEANWHILE_RANDOM_SEED"].flatMap { UInt64($0) } ?? 1
  private static let mayKillAnything = variables["MEANWHILE_RANDOM_KILL"] != nil

  private static let limit = Duration.seconds(60)
  /// How long a few snippets may take.
  private static let shortLimit = Duration.seconds(10)

  @Test(arguments: CommandSetting.all.indices)
  func neitherCrashesNorHangs(_ index: Int) async throws {
    let setting = CommandSetting.all[index]
    let count = max(1, Self.count / CommandSetting.all.count)
    let failures = try await onOwnThread {
      var pending = (0..<count).map { Self.snippet($0, setting, index) }[...]
      var failures: [String] = []
      while !pending.isEmpty, failures.count < 5 {
        let batch = CommandBatch(
          setting: setting, snippets: Array(pending.prefix(setting.batch)), prefix: Self.namespace)
        let outcome = try batch.run(limit: Self.limit)
        if let complaint = outcome.complaint {
          let smallest = try batch.smallest(limit: Self.shortLimit) ?? (batch, "only all of them: " + complaint)
          failures.append(smallest.0.report(smallest.1))
          pending = pending.dropFirst(batch.snippets.count)
        } else {
          // A snippet may end the shell, or close what the marks go to: those behind it are for the next shell.
          guard let last = outcome.last else { return failures + [batch.report("nothing was executed")] }
          pending = pending.drop { $0.number <= last }
        }
      }
      return failures
    }
    for failure in failures { Issue.record("seed \(Self.seed): \(failure)") }
  }

  /// Every builtin of the shell's table is in the snippets.
  @Test func noBuiltinIsForgotten() {
    var missing = Set(RandomCommands.names)
    for number in 0..<1_000 where !missing.isEmpty {
      var commands = RandomCommands(seed: UInt64(number), RandomCommands.Style(), counter: "n")
      for word in commands.snippet().bytes.split(whereSeparator: Self.endsAName) { missing.remove(ByteString(word)) }
    }
    #expect(missing == [])
  }

  private static let delimiters = Set(" \n;&|(){}'\"`$<>\\".utf8)

  private static func endsAName(_ byte: UInt8) -> Bool { delimiters.contains(byte) }

  /// The prefix of a shell that may signal any process.
  private static let namespace =
    mayKillAnything
    ? ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "/bin/sh", "-c", "\"$@\"; exit $?", "sh"] : []

  private static func snippet(_ number: Int, _ setting: CommandSetting, _ index: Int) -> Snippet {
    let style = RandomCommands.Style(usesVirtualTime: setting.usesVirtualTime, mayKillAnything: mayKillAnything)
    let mixed = SeededRandom.mixed(seed, UInt64(index), UInt64(number))
    var commands = RandomCommands(seed: mixed, style, counter: "n" + ByteString(decimal: number))
    return Snippet(number: number, source: commands.snippet().bytes)
  }
}
