import Foundation

/// A session with an interactive shell, as text: what is typed and, byte for byte, what comes back.
///
/// Lines that begin with `% ` are typed, lines that begin with `> ` after them too (at the second prompt);
/// everything else is output. `Docs/Testing.md` describes the format.
package struct Session: Sendable {
  package var title: String
  /// Where it stands, for messages: `Docs/Manual.md:120`.
  package var place: String
  package var isRealTime = false
  package var environment: [String: String] = [:]
  /// Files that are there when it begins, by name.
  package var files: [String: String] = [:]
  /// More arguments for the shell.
  package var arguments: [String] = []
  package var mayKeepDescriptors = false
  /// The typed lines, with `isContinuation` for those at the second prompt.
  package var typed: [(line: String, isContinuation: Bool)] { Self.typed(in: lines) }
  /// The session itself, as it should look.
  package var lines: [String]

  package init(title: String, place: String, lines: [String]) {
    self.title = title
    self.place = place
    self.lines = lines
  }

  private static func typed(in lines: [String]) -> [(line: String, isContinuation: Bool)] {
    var typed: [(line: String, isContinuation: Bool)] = []
    var mayContinue = false
    for line in lines {
      if line == "%" || line.hasPrefix("% ") {
        typed.append((String(line.dropFirst(2)), false))
        mayContinue = true
      } else if mayContinue, line == ">" || line.hasPrefix("> ") {
        typed.append((String(line.dropFirst(2)), true))
      } else {
        mayContinue = false
      }
    }
    return typed
  }
}

// MARK: Reading

/// A session or a case that cannot be read.
package struct FormatError: Error, CustomStringConvertible {
  package var description: String
}

extension Session {
  /// Reads `=== title` sections; each is a header of options, then the session from its first `% ` line.
  package static func read(_ text: String, name: String) throws -> [Session] {
    var sessions: [Session] = []
    var current: Session?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      if line.hasPrefix("=== ") {
        if let current { sessions.append(current.trimmed) }
        current = Session(title: String(line.dropFirst(4)), place: "\(name):\(index + 1)", lines: [])
      } else if current == nil {
        guard line.isEmpty || line.hasPrefix("#") else {
          throw FormatError(description: "\(name):\(index + 1): expected `=== title`")
        }
      } else if current!.lines.isEmpty, !line.hasPrefix("% ") {
        try current!.takeOption(line, place: "\(name):\(index + 1)")
      } else {
        current!.lines.append(line)
      }
    }
    if let current { sessions.append(current.trimmed) }
    return sessions
  }

  /// Reads the blocks of a Markdown file that begin with three backquotes and `session`. Options stand on the same
  /// line; `continued` goes on where the block before it ended.
  package static func read(markdown text: String, name: String) throws -> [Session] {
    var sessions: [Session] = []
    var current: Session?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      if current != nil {
        if line == "```" {
          sessions.append(current!.trimmed)
          current = nil
        } else {
          current!.lines.append(line)
        }
      } else if line == "```session" || line.hasPrefix("```session ") {
        current = try begin(line, place: "\(name):\(index + 1)", previous: sessions.last)
      }
    }
    return sessions
  }

  private static func begin(_ line: String, place: String, previous: Session?) throws -> Session {
    var options = line.split(separator: " ").dropFirst().map(String.init)
    var session = Session(title: place, place: place, lines: [])
    if let position = options.firstIndex(of: "continued") {
      options.remove(at: position)
      guard let previous else { throw FormatError(description: "\(place): nothing to continue") }
      session = previous
      session.title = place
      session.place = place
    }
    for option in options { try session.takeOption(option, place: place) }
    return session
  }

  private mutating func takeOption(_ line: String, place: String) throws {
    let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
    let value = parts.count > 1 ? parts[1] : ""
    switch parts.first {
    case nil: break
    case "real-time": isRealTime = true
    case "keeps-descriptors": mayKeepDescriptors = true
    case "arguments": arguments += value.split(separator: " ").map(String.init)
    case "environment":
      let pair = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw FormatError(description: "\(place): expected NAME=VALUE") }
      environment[pair[0]] = pair[1]
    case "file": files[value] = ""
    case .some(let text) where text.hasPrefix("|"):
      guard files.count == 1, let name = files.keys.first else {
        throw FormatError(description: "\(place): `|` lines belong to the one `file: NAME` before them")
      }
      files[name]! += line.drop { $0 != "|" }.dropFirst(line.hasPrefix("| ") ? 2 : 1) + "\n"
    default: throw FormatError(description: "\(place): unknown option \(line.debugDescription)")
    }
  }

  /// Without the empty lines that only separate it from what follows.
  private var trimmed: Session {
    var session = self
    while session.lines.last == "" { session.lines.removeLast() }
    return session
  }
}

extension Session: CustomStringConvertible {
  package var description: String { title }
}
