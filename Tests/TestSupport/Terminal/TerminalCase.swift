import Foundation

/// A case at a terminal, as text: what is typed and what the screen then shows. `Docs/Testing.md` describes the format.
package struct TerminalCase: Sendable, CustomStringConvertible {
  package enum Step: Sendable, Equatable {
    case type(String)
    case paste(String)
    case press([Key])
    case see(String)
    case line(String)
    case lastLine(String)
    /// A new prompt, after what was typed last has had an effect, and the shell takes keys one by one.
    case prompt
    /// The whole screen; the empty name is for every shell that has none of its own.
    case screen([String: [String]])
    case foreground(String)
    case canonical(Bool)
    /// The terminal hands over lines and does not show what is typed.
    case silent
    case resize(columns: Int, rows: Int)
    case signal(Int32)
    case end(Int32)
  }

  package var title: String
  package var place: String
  package var shells: [ShellUnderTest] = [.meanwhile, .bash, .zsh]
  /// Shells that do otherwise, and the sentence that says why. One that has no screen of its own is not asked.
  package var differences: [String: String] = [:]
  package var arguments: [String] = []
  package var environment: [String: String] = [:]
  package var files: [String: String] = [:]
  package var size = (columns: 80, rows: 24)
  package var steps: [(step: Step, place: String)] = []

  package var description: String { title }

  package func isAsked(of shell: ShellUnderTest) -> Bool {
    let hasOwnScreen = steps.contains {
      if case .screen(let screens) = $0.step { screens[shell.rawValue] != nil } else { false }
    }
    return shells.contains(shell) && (differences[shell.rawValue] == nil || hasOwnScreen)
  }
}

// MARK: Reading

extension TerminalCase {
  /// Reads `=== title` sections of one step or option a line.
  package static func read(_ text: String, name: String) throws -> [TerminalCase] {
    var cases: [TerminalCase] = []
    var screenOf: String?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      let place = "\(name):\(index + 1)"
      if line.hasPrefix("=== ") {
        cases.append(TerminalCase(title: String(line.dropFirst(4)), place: place))
        screenOf = nil
      } else if line.isEmpty || line.hasPrefix("#") {
        screenOf = nil
      } else if cases.isEmpty {
        throw FormatError(description: "\(place): expected `=== title`")
      } else if line.hasPrefix("|") {
        guard let shell = screenOf else { throw FormatError(description: "\(place): `|` lines belong to a screen") }
        cases[cases.count - 1].addScreenLine(String(line.dropFirst(line.hasPrefix("| ") ? 2 : 1)), of: shell)
      } else if line == "screen" || line.hasPrefix("screen ") {
        screenOf = String(line.dropFirst("screen ".count))
        try cases[cases.count - 1].beginScreen(of: screenOf!, place: place)
      } else {
        screenOf = nil
        try cases[cases.count - 1].take(line, place: place)
      }
    }
    return cases
  }

  private mutating func beginScreen(of shell: String, place: String) throws {
    guard shell.isEmpty || differences[shell] != nil else {
      throw FormatError(description: "\(place): a screen of \(shell)'s own needs `differs \(shell): a sentence`")
    }
    if !shell.isEmpty, case .screen(var screens)? = steps.last?.step {
      screens[shell] = []
      steps[steps.count - 1].step = .screen(screens)
    } else {
      steps.append((.screen([shell: []]), place))
    }
  }

  private mutating func addScreenLine(_ line: String, of shell: String) {
    guard case .screen(var screens)? = steps.last?.step else { return }
    var text = line
    while text.last == " " { text.removeLast() }
    screens[shell, default: []].append(text)
    steps[steps.count - 1].step = .screen(screens)
  }

  private mutating func take(_ line: String, place: String) throws {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = parts.count > 1 ? parts[1] : ""
    if let step = try Self.step(parts[0], value, place: place) {
      try checkOrder(of: step, place: place)
      steps.append((step, place))
      return
    }
    switch parts[0] {
    case "shells": shells = value.split(separator: " ").compactMap { ShellUnderTest(rawValue: String($0)) }
    case "differs":
      let pair = value.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard pair.count == 2, pair[1].count > 10 else {
        throw FormatError(description: "\(place): expected `differs SHELL: a sentence`")
      }
      differences[pair[0]] = pair[1]
    case "arguments": arguments = value.split(separator: " ").map(String.init)
    case "environment":
      let pair = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw FormatError(description: "\(place): expected NAME=VALUE") }
      environment[pair[0]] = pair[1]
    case "file":
      let pair = value.split(separator: " ", maxSplits: 1).map(String.init)
      files[pair[0]] = pair.count > 1 ? Self.unescaped(pair[1]) : ""
    case "size":
      let numbers = value.split(separator: "x").compactMap { Int($0) }
      guard numbers.count == 2 else { throw FormatError(description: "\(place): expected COLUMNSxROWS") }
      size = (numbers[0], numbers[1])
    default: throw FormatError(description: "\(place): unknown step \(parts[0])")
    }
  }

  /// A line that is typed before there is a prompt finds the terminal in canonical mode, so that waiting for this mode
  /// is over at once, and a Ctrl-C that comes next throws the line away.
  private func checkOrder(of step: Step, place: String) throws {
    guard step == .canonical(true), case .type? = steps.last?.step, steps.count > 1 else { return }
    guard steps[steps.count - 2].step == .prompt else {
      throw FormatError(description: "\(place): `canonical` needs a `prompt` before the line that was typed")
    }
  }

  private static func step(_ name: String, _ value: String, place: String) throws -> Step? {
    switch name {
    case ">": return .type(value + "\r")
    case "type": return .type(unescaped(value))
    case "paste": return .paste(unescaped(value))
    case "press": return .press(try value.split(separator: " ").map { try key(String($0), place: place) })
    case "see": return .see(value)
    case "line": return .line(value)
    case "last": return .lastLine(value)
    case "prompt": return .prompt
    case "foreground": return .foreground(value)
    case "canonical": return .canonical(true)
    case "editing": return .canonical(false)
    case "silent": return .silent
    case "resize":
      let numbers = value.split(separator: "x").compactMap { Int($0) }
      guard numbers.count == 2 else { throw FormatError(description: "\(place): expected COLUMNSxROWS") }
      return .resize(columns: numbers[0], rows: numbers[1])
    case "signal":
      guard let number = Int32(value) else { throw FormatError(description: "\(place): expected a number") }
      return .signal(number)
    case "end":
      guard let number = Int32(value) else { throw FormatError(description: "\(place): expected a status") }
      return .end(number)
    default: return nil
    }
  }

  private static func unescaped(_ text: String) -> String {
    text.replacing("\\n", with: "\n").replacing("\\r", with: "\r").replacing("\\t", with: "\t")
  }

  private static func key(_ name: String, place: String) throws -> Key {
    let named: [String: Key] = [
      "Up": .up, "Down": .down, "Left": .left, "Right": .right, "Home": .home, "End": .end, "Delete": .delete,
      "PageUp": .pageUp, "PageDown": .pageDown, "Enter": .enter, "Tab": .tab, "Backspace": .backspace,
      "Escape": .escape,
    ]
    if let key = named[name] { return key }
    if name.count == 2, name.first == "^", let letter = name.last { return .control(letter) }
    if name.count == 3, name.hasPrefix("M-"), let letter = name.last { return .alt(letter) }
    throw FormatError(description: "\(place): unknown key \(name)")
  }
}

// MARK: Running

extension TerminalCase {
  /// Plays it in a shell at a new terminal. Afterwards the terminal is hung up, and nothing may be left.
  package func run(in shell: ShellUnderTest, limit: Duration = .seconds(20)) throws {
    let home = try TemporaryDirectory()
    for (name, contents) in files { try home.write(contents, to: name) }
    let surroundings = shell.environment(home: home.path).merging(environment) { $1 }
    let terminal = try PseudoTerminal(
      shell.interactive + arguments, environment: surroundings, directory: home.path, columns: size.columns,
      rows: size.rows)
    terminal.limit = limit
    do {
      try terminal.waitUntil("there is a prompt") { !$0.text.isEmpty }
      if environment["TERM"] == nil { try terminal.waitForModes(canonical: false) }
      for (step, place) in steps {
        do { try perform(step, at: terminal, shell: shell) } catch let failure as TerminalFailure {
          throw TranscriptFailure("\(place): \(shell): \(failure)")
        }
      }
    } catch {
      try? terminal.finish(limit: .zero)
      throw error
    }
    do { try terminal.finish() } catch let failure as TerminalFailure {
      throw TranscriptFailure("\(place): \(shell): \(failure)")
    }
  }

  private func perform(_ step: Step, at terminal: PseudoTerminal, shell: ShellUnderTest) throws {
    switch step {
    case .type(let text): try terminal.type(text)
    case .paste(let text): try terminal.paste(text)
    case .press(let keys): for key in keys { try terminal.press(key) }
    case .see(let text):
      try terminal.waitUntil("\(text.debugDescription) is on the screen, below what was there") { _ in
        terminal.rowsSinceTyped.joined(separator: "\n").contains(text)
      }
    case .line(let text):
      try terminal.waitUntil("a line is \(text.debugDescription), below what was there") { _ in
        terminal.rowsSinceTyped.contains(text)
      }
    case .lastLine(let text):
      try terminal.waitUntil("the last line is \(text.debugDescription)") {
        terminal.hasAnswered && $0.text.split(separator: "\n").last.map(String.init) == text
      }
    case .prompt:
      try terminal.waitUntil("there is a new prompt") { screen in
        terminal.hasAnswered && screen.cursorLine == "%" && screen.cursor.column == 2
      }
      try terminal.waitForModes(canonical: false)
    case .foreground(let name): try terminal.waitForForeground(name)
    case .canonical(let isCanonical): try terminal.waitForModes(canonical: isCanonical)
    case .silent:
      try terminal.waitUntilKernel("the echo is off") { terminal.isCanonical && !terminal.isEchoing }
    case .resize(let columns, let rows): terminal.resize(columns: columns, rows: rows)
    case .signal(let number): terminal.send(signal: number)
    case .screen(let screens):
      let expected = screens[shell.rawValue] ?? screens[""] ?? []
      try terminal.waitUntil("the screen is exactly\n\(expected.joined(separator: "\n"))\n") { screen in
        Comparison.matches(expected: expected, actual: screen.text.components(separatedBy: "\n"))
      }
    case .end(let status):
      let end = try terminal.waitForEnd()
      if end.shellStatus != status { throw terminal.failure("the shell ends with status \(status)") }
    }
  }
}
