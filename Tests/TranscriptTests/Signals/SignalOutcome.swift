import CTestSupport
import Foundation
import TestSupport

/// The shells that the product of signals is run in.
enum SignalShell: String, Sendable {
  case meanwhile, yash, dash

  func arguments(_ mode: SignalCase.Mode) -> [String] {
    switch self {
    case .meanwhile: [ShellUnderTest.meanwhilePath, "--posix"] + mode.options
    case .yash: ["yash", "--posixly-correct"] + mode.options
    case .dash: ["dash"] + mode.options
    }
  }
}

/// What came of a case in a shell.
struct SignalOutcome: Equatable, Sendable, CustomStringConvertible {
  /// What was written, without what differs from run to run or from shell to shell and says nothing about signals.
  var lines: [String]
  /// How the shell ended, and whether it stopped before.
  var end: String

  var description: String { (lines + [end]).joined(separator: ", ") }

  static func of(_ signalCase: SignalCase, in shell: SignalShell) throws -> SignalOutcome {
    let directory = try TemporaryDirectory()
    try directory.write(signalCase.script, to: "script")
    let ignored = signalCase.isIgnoredAtStart ? signalCase.signal.number : 0
    let result = try Captured.run(
      [ShellUnderTest.productPath("ForegroundRun"), String(ignored)] + shell.arguments(signalCase.mode),
      environment: ShellUnderTest.dash.environment(home: directory.path), directory: directory.path,
      inputPath: directory.path + "/script", stopped: .continuesBehindChildren)
    var lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
    guard result.end == .exited(0), let end = lines.popLast() else {
      return SignalOutcome(lines: lines, end: "\(result.end): \(String(decoding: result.diagnostics, as: UTF8.self))")
    }
    return SignalOutcome(lines: lines.map(portable), end: end).without(whatVariesIn: signalCase)
  }

  /// The statuses of what a signal has ended begin at 384 in yash, and at 128 elsewhere.
  private static func portable(_ line: String) -> String {
    let words = line.split(separator: " ")
    guard words.count == 2, let status = Int(words[1]), status > 384 else { return line }
    return "\(words[0]) \(status - 256)"
  }

  private func without(whatVariesIn signalCase: SignalCase) -> SignalOutcome {
    var lines = lines
    // The list and the shell write at the same time.
    if signalCase.context == .background { lines.sort() }
    // Whether a program that is stopped when the shell ends is continued or hung up is a race.
    if signalCase.signal.stops, signalCase.mode.hasJobControl, signalCase.runsProgram {
      lines.removeAll { $0 == "lives" }
    }
    // How many traps run for the ends of children, and whether one comes before or during a `wait`, is chance.
    if signalCase.signal == .child { lines = Set(lines.map { $0 == "end 145" ? "end 0" : $0 }).sorted() }
    return SignalOutcome(lines: lines, end: end)
  }

  /// Whether it is what `reference` does. Where a signal ends the shell, its subshells end with it, which go on in shells
  /// that fork.
  func agrees(with reference: SignalOutcome) -> Bool {
    if self == reference { return true }
    return end == reference.end && end.hasPrefix("ended by signal") && reference.lines.starts(with: lines)
  }
}

extension SignalOfCase {
  var number: Int32 {
    switch self {
    case .hangup: SIGHUP
    case .interrupt: SIGINT
    case .quit: SIGQUIT
    case .terminate: SIGTERM
    case .user1: SIGUSR1
    case .alarm: SIGALRM
    case .brokenPipe: SIGPIPE
    case .child: SIGCHLD
    case .continue: SIGCONT
    case .urgent: SIGURG
    case .windowChange: SIGWINCH
    case .terminalStop: SIGTSTP
    case .terminalInput: SIGTTIN
    case .terminalOutput: SIGTTOU
    case .stop: SIGSTOP
    case .kill: SIGKILL
    }
  }
}
