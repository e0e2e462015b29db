import ByteStrings

/// Pathname expansion of the word under construction, by the options of `shopt` and `GLOBIGNORE`.
extension Machine {
  /// Replaces the fields that are patterns by the paths that they match, and ends the word.
  mutating func expandPathnames() -> ControlFlow {
    expandPathnames(PathnameExpansions(of: operands.word.patternFields, in: environment))
  }

  /// Each directory counts as a turn: other tasks run after a number of them, Ctrl-C ends the command between two, and
  /// Ctrl-Z stops it there.
  private mutating func expandPathnames(_ expansions: PathnameExpansions) -> ControlFlow {
    var expansions = expansions
    let directories = FileSystemDirectories(workingDirectory: environment.workingDirectory.descriptor)
    while expansions.advance(in: directories) {
      guard let result = context.countTurn() else { continue }
      waiting = Waiting(
        continuation: .machine { [expansions] in $0.expandPathnames(expansions) }, interruption: .asProgram)
      return .stop(result)
    }
    if let unmatched = expansions.unmatched, environment.options.contains(.failGlob) {
      report(.noMatch(unmatched))
      return leave(.dropCommand(.failure))
    }
    operands.word.replacePatterns(by: expansions.results)
    operands.word.drain(into: &operands.fields)
    return .next
  }
}

/// The expansions of the patterns in one word, by the options of `shopt` and `GLOBIGNORE` as they are at the beginning.
private struct PathnameExpansions: Sendable {
  /// The patterns that have not been expanded, the next one last.
  private var pending: [PatternText]
  private var current: PathnameExpansion?
  private let options: PathnameExpansion.Options
  private let decoder: CharacterDecoder
  private let ignored: IgnoredPaths?
  /// Whether a pattern that matches nothing is no field.
  private let vanishes: Bool

  /// The paths of each pattern; `nil` where it stays as it is.
  private(set) var results: [[ByteString]?] = []
  /// The first pattern that matches nothing.
  private(set) var unmatched: ByteString?

  init(of patterns: [FieldBuilder.PatternField], in environment: ExecutionEnvironment) {
    pending = patterns.reversed().map(\.text)
    decoder = environment.decoder
    ignored = IgnoredPaths(environment, decoder)
    options = environment.options.pathnameExpansion.union(ignored == nil ? [] : .hiddenNames)
    vanishes = environment.options.contains(.nullGlob)
  }

  /// Asks for the next directory or file; `false` once there is none left.
  mutating func advance(in directories: FileSystemDirectories) -> Bool {
    guard let text = pending.last else { return false }
    if current == nil { current = PathnameExpansion(text, options, decoder: decoder) }
    if current?.advance(in: directories) == true { return true }
    end(current.take()?.paths, of: text)
    pending.removeLast()
    return !pending.isEmpty
  }

  private mutating func end(_ paths: [ByteString]?, of text: PatternText) {
    guard var paths else { return results.append(nil) }
    if let ignored { paths.removeAll(where: ignored.contains) }
    if paths.isEmpty, unmatched == nil { unmatched = text.source }
    results.append(paths.isEmpty && !vanishes ? nil : paths)
  }
}

/// The paths that `GLOBIGNORE` takes out of the results. No pattern matches a slash.
private struct IgnoredPaths {
  /// The components of each pattern.
  private let patterns: [[Pattern]]

  /// `nil` where the variable has no value.
  init?(_ environment: ExecutionEnvironment, _ decoder: CharacterDecoder) {
    guard let list = environment.value(of: "GLOBIGNORE"), !list.isEmpty else { return nil }
    var syntax = environment.options.patterns
    if environment.options.contains(.noCaseGlob) { syntax.insert(.anyCase) }
    patterns = list.split(separator: UInt8(ascii: ":")).map { path in
      Self.components(of: ByteString(path)).map { Pattern(PatternText(unquoted: $0), syntax, decoder: decoder) }
    }
  }

  private static func components(of path: ByteString) -> [ByteString] {
    path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { ByteString($0) }
  }

  /// `.` and `..` are never results then.
  func contains(_ path: ByteString) -> Bool {
    let names = Self.components(of: path)
    if names.last == "." || names.last == ".." { return true }
    return patterns.contains { $0.count == names.count && zip($0, names).allSatisfy { $0.matches($1) } }
  }
}
