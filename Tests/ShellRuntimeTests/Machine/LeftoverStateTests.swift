import ByteStrings
import Foundation
import TestSupport
import Testing

@testable import ShellRuntime

/// Pairs of commands: whatever keeps the first from its end, and wherever, the next ones do what they do in a fresh
/// shell in which only the lasting effects of the first were made.
@Suite struct LeftoverStateTests {
  @Test func nothingOfACommandThatWasGivenUpReachesTheNext() async throws {
    let environment = ProcessInfo.processInfo.environment
    let seed = environment["MEANWHILE_SEED"].flatMap(UInt64.init) ?? 20_261
    let count = environment["MEANWHILE_PAIRS"].flatMap(Int.init) ?? 2_000
    try await onOwnThread {
      let directory = try TemporaryDirectory()
      try directory.write("a line of text\n", to: "text")
      var pairs = Pairs(directory: directory, seed: seed)
      while pairs.checked < count, pairs.failures < 3 { try pairs.checkNext() }
      print(pairs.summary)
      for kind in Frame.kinds { #expect(pairs.frames[kind, default: 0] >= count / 250, "\(kind)") }
    }
  }
}

extension LeftoverStateTests {
  @Test func aTrapInTheMiddleOfACommandChangesNothingOfIt() async throws {
    let environment = ProcessInfo.processInfo.environment
    let seed = environment["MEANWHILE_SEED"].flatMap(UInt64.init) ?? 20_261
    let count = environment["MEANWHILE_PAIRS"].flatMap(Int.init) ?? 800
    try await onOwnThread {
      let directory = try TemporaryDirectory()
      try directory.write("a line of text\n", to: "text")
      var checked = 0
      var seed = seed
      while checked < count {
        seed += 1
        var generator = CommandGenerator(seed: seed, directory: directory.path)
        let prepared = InProcessShell(running: generator.preparation(sleeps: false))
        // A status that is not 0 comes last: that of the command, or of its substitution, has to come back.
        prepared.setTrap("! { echo a$(echo b) $t3; } >/dev/null 3>&1; f0() { local t1=o; }; x=$(exit 7)")
        let text = generator.reproducibleCommand()
        let command = InProcessShell.parse(text)
        let instructions = InProcessShell(copying: prepared).count(command)
        let expected = InProcessShell(copying: prepared).observe(command)
        for _ in 0..<min(12, instructions) {
          checked += 1
          let place = Int.random(in: 0..<instructions, using: &generator.random)
          let observed = InProcessShell(copying: prepared).observe(command, trapAfter: place)
          let isSame = observed.withoutTrap == expected.withoutTrap
          #expect(isSame, "MEANWHILE_SEED=\(seed - 1), a trap in front of instruction \(place): \(text)")
          if !isSame {
            Issue.record("\(observed.difference(from: expected))")
            return
          }
        }
      }
    }
  }
}

extension [String] {
  /// Without what the trap itself leaves behind.
  fileprivate var withoutTrap: [String] {
    filter { !$0.hasPrefix("x=") && !$0.hasPrefix("f0()") && !$0.hasPrefix("of the pipeline") }
  }
}

/// Checks one pair after the other.
private struct Pairs {
  let directory: TemporaryDirectory
  var seed: UInt64
  /// A file that gets each pair before it is checked: after a crash, it has the one that crashed.
  let log = ProcessInfo.processInfo.environment["MEANWHILE_PAIR_LOG"]
  var checked = 0
  var failures = 0
  var interruptedWaits = 0
  /// In which kinds of frames the commands were kept from their ends, and how often.
  var frames: [String: Int] = [:]
  /// How the commands ended, and how often.
  var endings: [String: Int] = [:]

  var summary: String { "\(checked) pairs, \(interruptedWaits) in waits, \(endings), \(frames)" }

  init(directory: TemporaryDirectory, seed: UInt64) {
    self.directory = directory
    self.seed = seed
  }

  /// Makes a command and what comes after it, and interrupts it at several places.
  mutating func checkNext() throws {
    seed += 1
    var generator = CommandGenerator(seed: seed, directory: directory.path)
    for number in 1...2 { try directory.write(generator.file(number), to: "source\(number)") }
    let preparation = generator.preparation()
    let prepared = InProcessShell(running: preparation)
    let text = generator.command()
    let command = InProcessShell.parse(text)
    let nextTexts = generator.nextCommands()
    let next = nextTexts.flatMap { InProcessShell.parse($0) }
    var expected: [InProcessShell.Lasting: [String]] = [:]
    let instructions = InProcessShell(copying: prepared).count(command)
    for _ in 0..<min(12, instructions) {
      var interruption = Interruption.random(using: &generator.random)
      var time = Interruption.Time.instruction(Int.random(in: 0..<instructions, using: &generator.random))
      if text.contains("sleep"), interruption.signal != nil, Bool.random(using: &generator.random) {
        time = .second(Double(Int.random(in: 0..<4, using: &generator.random)) + 0.5)
        interruptedWaits += 1
        if case .trap = interruption { interruption = .trap(0, then: .interrupt) }
      }
      let shell = InProcessShell(copying: prepared)
      if let log {
        try self.text(preparation, text, interruption, time, nextTexts).write(
          toFile: log, atomically: false, encoding: .utf8)
      }
      let end = shell.run(command, interruption, time)
      endings[end.joined(separator: " "), default: 0] += 1
      checked += 1
      for kind in shell.framesAtInterruption { frames[kind, default: 0] += 1 }
      let lasting = shell.lasting
      let fresh =
        expected[lasting]
        ?? {
          let fresh = InProcessShell(copying: prepared)
          fresh.makeLasting(effectsOf: shell)
          return fresh.observe(next)
        }()
      expected[lasting] = fresh
      let observed = shell.observe(next)
      if observed != fresh {
        failures += 1
        report(self.text(preparation, text, interruption, time, nextTexts), end, observed, fresh)
        return
      }
    }
  }

  /// A pair in words, for messages.
  private func text(
    _ preparation: String, _ command: String, _ interruption: Interruption, _ time: Interruption.Time, _ next: [String]
  ) -> String {
    let files = (1...2).map { number in
      let path = "\(directory.path)/source\(number)"
      return "source\(number): " + ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }
    return """
      MEANWHILE_SEED=\(seed - 1)
      prepared: \(preparation)
      \(files.joined(separator: "\n"))
      command: \(command)
      kept from its end by: \(interruption) \(time)
      then: \(next.filter { !CommandGenerator.probes.contains($0) }.joined(separator: "\n"))
      """
  }

  private func report(_ pair: String, _ end: [String], _ observed: [String], _ expected: [String]) {
    let differences = observed.difference(from: expected).map { change in
      switch change {
      case .insert(_, let line, _): "+ \(line)"
      case .remove(_, let line, _): "- \(line)"
      }
    }
    Issue.record(
      """
      \(pair)
      ended: \(end)
      differences from a fresh shell:
      \(differences.joined(separator: "\n"))
      """)
  }
}
