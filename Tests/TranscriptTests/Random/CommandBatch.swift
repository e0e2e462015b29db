import CTestSupport
import Foundation
import TestSupport
import Testing

/// A piece of random shell source, and its number among all of its kind.
struct Snippet: Sendable, Equatable {
  let number: Int
  let source: [UInt8]
}

/// How a shell is started for random commands, and in what each of them stands.
struct CommandSetting: Sendable, CustomTestStringConvertible {
  enum Input: String, Sendable, CaseIterable { case operand, standardInput }
  enum Place: String, Sendable, CaseIterable {
    /// As they are, one after the other: what is not complete goes on in the next one.
    case asItIs
    /// In an `eval` of the shell's own, so that a syntax error ends nothing else.
    case eval
    /// In an `eval` in a subshell.
    case subshell
  }

  var isInteractive = false
  var usesVirtualTime = false
  var isPosix = false
  var input = Input.operand
  var place = Place.eval

  static let all: [CommandSetting] = Place.allCases.flatMap { place in
    (0..<16).map { bits in
      CommandSetting(
        isInteractive: bits & 1 != 0, usesVirtualTime: bits & 2 != 0, isPosix: bits & 4 != 0,
        input: bits & 8 != 0 ? .standardInput : .operand, place: place)
    }
  }

  var options: [String] {
    (isInteractive ? ["-i"] : []) + (usesVirtualTime ? ["--virtual-time"] : []) + (isPosix ? ["--posix"] : [])
  }

  /// How many snippets one shell is given. One that is not interactive ends at many errors.
  var batch: Int { isInteractive || place == .subshell ? 50 : 10 }

  var testDescription: String { (options + [input.rawValue, place.rawValue]).joined(separator: " ") }
}

/// Snippets that one shell executes, one after the other, in an empty directory and with an empty `PATH`.
struct CommandBatch: Sendable {
  let setting: CommandSetting
  var snippets: [Snippet]
  /// Programs that start the shell.
  var prefix: [String] = []

  /// What went wrong, and the number of the last snippet that the shell began with.
  struct Outcome: Sendable {
    var complaint: String?
    var last: Int?
  }

  func run(limit: Duration) throws -> Outcome {
    let outer = try TemporaryDirectory()
    let home = outer.path + "/home"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
    let input = try TemporaryDirectory()
    let inputPath = input.path + "/input"
    let text = source
    try Data(setting.input == .standardInput ? text : Array("a b\nc\\\nd\n".utf8)).write(
      to: URL(fileURLWithPath: inputPath))
    let result: ScriptResult
    do {
      result = try Captured.run(
        arguments(text), environment: environment(home), directory: home, inputPath: inputPath, limit: limit,
        stopped: .continues, patience: .zero)
    } catch let overdue as Captured.Overdue {
      return Outcome(
        complaint: "does not end within \(limit): \(tail(overdue.diagnostics))", last: last(in: overdue.output))
    }
    var outcome = Outcome(last: last(in: result.output))
    // What begins with the name of the directory may be a word that begins with its path.
    let around = try FileManager.default.contentsOfDirectory(atPath: outer.path).filter { !$0.hasPrefix("home") }
    if let signal = crash(result.end) {
      outcome.complaint = "signal \(signal): \(tail(result.diagnostics))"
    } else if contains("Fatal error", in: result.diagnostics) {
      outcome.complaint = "a process of the shell stopped: \(tail(result.diagnostics))"
    } else if result.end == .exited(99), contains("execv", in: result.diagnostics) {
      outcome.complaint = tail(result.diagnostics)
    } else if !around.isEmpty {
      outcome.complaint = "files outside of the working directory: \(around)"
    }
    return outcome
  }

  // MARK: - What is run

  /// `$0` is a name that no program has.
  private func arguments(_ text: [UInt8]) -> [String] {
    let filter = ShellUnderTest.productPath("SystemCallFilter")
    let shell = prefix + [filter, "--descendants", ShellUnderTest.meanwhile.path, "meanwhile"] + setting.options
    switch setting.input {
    case .operand:
      return shell + ["-c", String(decoding: text.filter { $0 != 0 }, as: UTF8.self), "meanwhile", "one", "two words"]
    case .standardInput: return shell + ["-s", "one", "two words"]
    }
  }

  private func environment(_ home: String) -> [String: String] {
    ["PATH": "", "HOME": home, "LC_ALL": "C.UTF-8", "PS4": "+ ", "HISTFILE": "h", "SWIFT_BACKTRACE": "enable=no"]
  }

  private var source: [UInt8] {
    var text: [UInt8] = []
    for snippet in snippets {
      text += Array("echo '\n#@\(snippet.number)@#'\n".utf8)
      switch setting.place {
      case .asItIs: text += snippet.source
      case .eval: text += Array("eval ".utf8) + Self.quoted(snippet.source)
      case .subshell: text += Array("( eval ".utf8) + Self.quoted(snippet.source) + Array(" )".utf8)
      }
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  private static func quoted(_ text: [UInt8]) -> [UInt8] {
    let inner = text.flatMap { $0 == UInt8(ascii: "'") ? Array("'\\''".utf8) : [$0] }
    return Array("'".utf8) + inner + Array("'".utf8)
  }

  // MARK: - What it wrote

  /// The signal that ended the shell. Where others start it, it may have sent itself any signal, so that only those of
  /// a crash count, which they pass on as a status.
  private func crash(_ end: ProcessEnd) -> Int32? {
    let ofCrash = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]
    return switch end {
    // `kill 0` reaches what started the shell, too.
    case .signaled(let signal): prefix.isEmpty || ofCrash.contains(signal) ? signal : nil
    case .exited(let status) where !prefix.isEmpty: ofCrash.first { 128 + $0 == status }
    case .exited: nil
    }
  }

  /// The highest number of this batch that stands between the marks.
  private func last(in output: [UInt8]) -> Int? {
    let numbers = output.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: "#@".utf8) }.compactMap { line in
      Int(String(decoding: line.dropFirst(2).prefix { $0 != UInt8(ascii: "@") }, as: UTF8.self))
    }
    return numbers.filter { number in snippets.contains { $0.number == number } }.max()
  }

  private func contains(_ text: String, in bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains(text)
  }

  /// What Swift says of a crash, or the last that was written.
  private func tail(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    if let start = text.range(of: "Fatal error")?.lowerBound { return String(text[start...].prefix(300)) }
    return String(text.suffix(1_000))
  }
}

extension CommandBatch {
  /// The fewest of these snippets that were found to fail, in their order, and with what complaint; `nil` where they do
  /// not fail again.
  func smallest(limit: Duration) throws -> (CommandBatch, String)? {
    for snippet in snippets {
      let alone = with([snippet])
      if let complaint = try alone.run(limit: limit).complaint { return (alone, complaint) }
    }
    guard var found = try run(limit: limit).complaint.map({ (self, $0) }) else { return nil }
    var size = snippets.count / 2
    while size > 0 {
      var start = 0
      while start < found.0.snippets.count {
        var rest = found.0.snippets
        rest.removeSubrange(start..<min(start + size, rest.count))
        if let complaint = try with(rest).run(limit: limit).complaint {
          found = (with(rest), complaint)
        } else {
          start += size
        }
      }
      size /= 2
    }
    return found
  }

  private func with(_ snippets: [Snippet]) -> CommandBatch {
    var copy = self
    copy.snippets = snippets
    return copy
  }

  /// What a person needs to look at it.
  func report(_ complaint: String) -> String {
    let texts = snippets.map { "--- \($0.number)\n\(String(decoding: $0.source, as: UTF8.self))" }
    return ([setting.testDescription + ": " + complaint] + texts).joined(separator: "\n")
  }
}
