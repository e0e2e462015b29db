import Foundation

/// Plays a session into a shell and compares what comes back with what is written.
package struct SessionRunner: Sendable {
  package var shell: ShellUnderTest
  package var limit: Duration
  /// How long what the shell started may outlive it.
  package var leftoverLimit: Duration

  package init(
    shell: ShellUnderTest, limit: Duration = .seconds(60), leftoverLimit: Duration = .seconds(5)
  ) {
    self.shell = shell
    self.limit = limit
    self.leftoverLimit = leftoverLimit
  }

  /// Throws a failure with both versions where they differ, or where something is left behind.
  package func run(_ session: Session) throws {
    let home = try TemporaryDirectory()
    for (name, contents) in session.files { try home.write(contents, to: name) }
    let environment = shell.environment(home: home.path).merging(session.environment) { $1 }
    let virtual = shell == .meanwhile && !session.isRealTime ? ["--virtual-time"] : []
    let piped = try PipedShell(
      shell.interactive + virtual + session.arguments, environment: environment, directory: home.path, limit: limit)
    var record = Record()
    do {
      try play(session, in: piped, into: &record)
    } catch let failure as TranscriptFailure {
      throw TranscriptFailure("\(session.place): \(failure)\nup to there:\n\(record.lines.joined(separator: "\n"))")
    }
    let leftovers = piped.leftovers(limit: leftoverLimit)
    if !leftovers.isEmpty { throw TranscriptFailure("\(session.place): left behind: \(leftovers)") }
    if let leak = record.leak, !session.mayKeepDescriptors {
      throw TranscriptFailure("\(session.place): left open: \(leak)")
    }
    let actual = record.trimmedLines
    if !Comparison.matches(expected: session.lines, actual: actual) {
      throw TranscriptFailure(Comparison.report(expected: session.lines, actual: actual, place: session.place))
    }
  }

  /// What happened, written as a session.
  private struct Record {
    var lines: [String] = []
    var leak: String?

    mutating func add(_ output: [UInt8]) { lines += Comparison.lines(output) }

    var trimmedLines: [String] {
      var lines = lines
      while lines.last == "" { lines.removeLast() }
      return lines
    }
  }

  private func play(_ session: Session, in shell: PipedShell, into record: inout Record) throws {
    var answer = try shell.receiveUntilPrompt()
    record.add(answer.output)
    let before = ProcessTable.descriptors(of: shell.process)
    for (line, _) in session.typed {
      guard let prompt = answer.prompt else {
        throw TranscriptFailure("the shell ended before \(line.debugDescription) could be typed")
      }
      record.lines.append((prompt == .first ? "% " : "> ") + line)
      if line == "^D" {
        record.add(try shell.finish())
        return
      }
      try shell.send(line)
      answer = try shell.receiveUntilPrompt()
      record.add(answer.output)
    }
    if answer.prompt == .second { throw TranscriptFailure("the shell waits for more at the end") }
    if answer.prompt != nil { record.leak = Self.leak(before, ProcessTable.descriptors(of: shell.process)) }
    _ = try shell.finish()
  }

  /// Descriptors that are open now and were not at the first prompt, but for those that a shell makes once, when it
  /// first waits, starts a job without input, or changes its directory.
  private static func leak(_ before: [Int: String], _ after: [Int: String]) -> String? {
    let new = after.filter { before[$0.key] == nil }
    let counts = Dictionary(grouping: new.values, by: kind).mapValues(\.count)
    if counts.allSatisfy({ $0.value <= madeOnce[$0.key, default: 0] }) { return nil }
    return new.sorted { $0.key < $1.key }.map { "\($0.key) → \($0.value)" }.joined(separator: ", ")
  }

  private static func kind(_ target: String) -> String {
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: target, isDirectory: &isDirectory)
    return exists && isDirectory.boolValue ? "directory" : target
  }

  /// How many of each kind: the loop sleeps in an event queue, which other threads and signals wake.
  private static let madeOnce = [
    "anon_inode:[eventpoll]": 1, "anon_inode:[eventfd]": 2, "/dev/null": 1, "directory": 1,
  ]
}

/// Comparing outputs line by line, and showing where they part.
package enum Comparison {
  /// Stands at the end of a last line that is not closed.
  package static let noNewline = "<no newline>"

  /// Output as lines; bytes that are not UTF-8 as `\xNN`.
  package static func lines(_ output: [UInt8]) -> [String] {
    guard !output.isEmpty else { return [] }
    var lines = output.split(separator: 0x0A, omittingEmptySubsequences: false).map(text)
    if lines.last == "" { lines.removeLast() } else { lines[lines.count - 1] += noNewline }
    return lines
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.map { $0 < 0x80 ? String(Unicode.Scalar($0)) : "\\x" + String($0, radix: 16, uppercase: true) }
      .joined()
  }

  /// `<number>` in an expected line stands for any decimal number.
  package static func matches(expected: [String], actual: [String]) -> Bool {
    expected.count == actual.count && zip(expected, actual).allSatisfy(matches)
  }

  private static func matches(_ expected: String, _ actual: String) -> Bool {
    guard expected.contains("<number>") else { return expected == actual && Array(expected.utf8) == Array(actual.utf8) }
    let pattern = expected.components(separatedBy: "<number>").map(NSRegularExpression.escapedPattern)
      .joined(separator: "[0-9]+([.][0-9]+)?")
    return actual.range(of: "^" + pattern + "$", options: .regularExpression) != nil
  }

  package static func report(expected: [String], actual: [String], place: String) -> String {
    let same = zip(expected, actual).prefix { matches($0, $1) }.count
    func marked(_ lines: [String]) -> String {
      lines.enumerated().map { ($0.offset == same ? "→ " : "  ") + $0.element }.joined(separator: "\n")
        + (same >= lines.count ? "\n→ (ends here)" : "")
    }
    return "\(place): they part at line \(same + 1); expected:\n\(marked(expected))\nactual:\n\(marked(actual))"
  }
}
