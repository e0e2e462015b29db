import ByteStrings

/// Pathname expansion of the word under construction, by the options of `shopt` and `GLOBIGNORE`.
extension Machine {
  /// Replaces the fields that are patterns by the paths that they match; returns where control goes if that fails.
  mutating func expandPathnames() -> ControlFlow? {
    let directories = FileSystemDirectories(workingDirectory: environment.workingDirectory.descriptor)
    let decoder = shell.decoder
    let ignored = IgnoredPaths(environment, decoder)
    var options = environment.options.pathnameExpansion
    if ignored != nil { options.insert(.hiddenNames) }
    let unmatched: UnmatchedPattern =
      environment.options.contains(.failGlob) ? .fails : environment.options.contains(.nullGlob) ? .vanishes : .stays
    do throws(RuntimeError) {
      try operands.word.expandPatterns { (text) throws(RuntimeError) in
        guard var paths = PathnameExpansion.expand(text, options, in: directories, decoder: decoder) else { return nil }
        if let ignored { paths.removeAll(where: ignored.contains) }
        if !paths.isEmpty { return paths }
        switch unmatched {
        case .stays: return nil
        case .vanishes: return []
        case .fails: throw .noMatch(text.source)
        }
      }
    } catch {
      report(error)
      return leave(.dropCommand(.failure))
    }
    return nil
  }

  /// What becomes of a pattern that matches no file.
  private enum UnmatchedPattern { case stays, vanishes, fails }
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
