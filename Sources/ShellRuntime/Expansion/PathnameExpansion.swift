import ByteStrings

/// Pathname expansion (the standard's 2.6.6 and 2.14.3): the existing paths that a pattern names.
///
/// Only directories that a component with a pattern is looked for in are listed; what cannot be read is skipped. The
/// result is sorted by bytes, the same in every locale.
package struct PathnameExpansion {
  package struct Options: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `?(…)` and the like are groups.
    package static let groups = Options(rawValue: 1 << 0)
    /// The case of letters does not matter where a component is a pattern.
    package static let anyCase = Options(rawValue: 1 << 1)
    /// A name that begins with a period needs no period in the pattern; `.` and `..` do.
    package static let hiddenNames = Options(rawValue: 1 << 2)
    /// A pattern with a period finds `.` and `..` too.
    package static let dots = Options(rawValue: 1 << 3)
    /// `**` is any number of directories, and at the end all that is in them.
    package static let globStar = Options(rawValue: 1 << 4)

    var syntax: PatternSyntax {
      var syntax: PatternSyntax = contains(.groups) ? .groups : []
      if contains(.anyCase) { syntax.insert(.anyCase) }
      return syntax
    }
  }

  /// What stands between two slashes, and how many slashes follow it.
  private struct Component {
    var text = PatternText()
    var slashes: ByteString = ""

    var isGlobStar: Bool { text.source == "**" }
  }

  private let components: [Component]
  private let options: Options
  private let decoder: CharacterDecoder

  private init(_ text: PatternText, _ options: Options, _ decoder: CharacterDecoder) {
    var components = [Component()]
    let groups =
      options.contains(.groups) && text.mayHaveGroups
      ? PatternTokens(text, options.syntax, decoder: decoder).groups[...] : []
    var laterGroups = groups
    var isEscaped = false
    for (index, byte) in text.source.enumerated() {
      while let group = laterGroups.first, group.upperBound <= index { laterGroups.removeFirst() }
      if byte == UInt8(ascii: "/"), laterGroups.first?.contains(index) != true {
        components[components.count - 1].slashes.append(byte)
      } else {
        if !components[components.count - 1].slashes.isEmpty { components.append(Component()) }
        if isEscaped { components[components.count - 1].text.appendUnquoted("\\") }
        if byte != UInt8(ascii: "\\") || isEscaped {
          components[components.count - 1].text.appendUnquoted(ByteString(CollectionOfOne(byte)))
        }
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    if isEscaped { components[components.count - 1].text.appendUnquoted("\\") }
    self.components = components
    self.options = options
    self.decoder = decoder
  }

  /// The paths that the pattern matches, sorted by bytes; `nil` if the text is no pattern after all.
  package static func expand(
    _ text: PatternText, _ options: Options = [], in directories: some DirectoryReading,
    decoder: CharacterDecoder = .utf8
  ) -> [ByteString]? {
    PathnameExpansion(text, options, decoder).paths(in: directories)?.sorted()
  }
}

// MARK: - Walking

extension PathnameExpansion {
  private func paths(in directories: some DirectoryReading) -> [ByteString]? {
    var paths: [ByteString] = [""]
    var isPattern = false
    // Whether the last component's files were named by the pattern, not found by listing.
    var isUnproven = false
    for (index, component) in components.enumerated() {
      if options.contains(.globStar), component.isGlobStar {
        let isLast = index == components.count - 1
        // Several in a row are one.
        if !isLast, components[index + 1].isGlobStar { continue }
        paths = paths.flatMap { descend($0, component, isLast, isAfterPattern: isPattern, directories) }
        isPattern = true
        isUnproven = false
      } else if let literal = Pattern(component.text, options.syntax.subtracting(.anyCase), decoder: decoder).literal {
        isUnproven = true
        for index in paths.indices { paths[index].append(literal + component.slashes) }
      } else {
        let pattern = Pattern(component.text, options.syntax, decoder: decoder)
        isPattern = true
        isUnproven = false
        paths = paths.flatMap { matches(of: pattern, component, in: $0, directories) }
      }
      if paths.isEmpty { return [] }
    }
    if !isPattern { return nil }
    return isUnproven ? paths.filter(directories.exists) : paths
  }

  /// The paths of the names in a directory that a component matches, with the slashes that follow it.
  private func matches(
    of pattern: Pattern, _ component: Component, in directory: ByteString, _ directories: some DirectoryReading
  ) -> [ByteString] {
    guard var names = directories.names(in: directory) else { return [] }
    let period = UInt8(ascii: ".")
    let mayBeHidden = pattern.hasGroups || component.text.source.first { $0 != UInt8(ascii: "\\") } == period
    if options.contains(.dots), mayBeHidden {
      names += [".", ".."].map { ListedName(name: $0, isDirectory: true) }
    }
    let mustBeDirectory = !component.slashes.isEmpty
    var found: [ByteString] = []
    for entry in names {
      if mustBeDirectory, entry.isDirectory == false { continue }
      let isExplicit = entry.name.first == period && (!options.contains(.hiddenNames) || entry.name.isDots)
      if isExplicit, !mayBeHidden { continue }
      guard isExplicit ? pattern.matches(hiddenName: entry.name) : pattern.matches(entry.name) else { continue }
      let path = directory + entry.name
      if mustBeDirectory, entry.isDirectory == nil, !directories.isDirectory(path) { continue }
      found.append(path + component.slashes)
    }
    return found
  }

  /// What `**` finds in a directory: the directory itself, and all directories below it; at the end of the pattern
  /// also all else that is in them. Symbolic links are not followed.
  private func descend(
    _ directory: ByteString, _ component: Component, _ isLast: Bool, isAfterPattern: Bool,
    _ directories: some DirectoryReading
  ) -> [ByteString] {
    let findsFiles = isLast && component.slashes.isEmpty
    guard directory.isEmpty || directories.isDirectory(directory) else { return [] }
    var found: [ByteString] = []
    if !isLast || !directory.isEmpty {
      found.append(findsFiles && isAfterPattern ? directory.withoutFinalSlashes : directory)
    }
    var pending = [directory]
    while let next = pending.popLast() {
      for entry in directories.names(in: next) ?? [] {
        if entry.name.first == UInt8(ascii: "."), !options.contains(.hiddenNames) { continue }
        let path = next + entry.name
        let isRealDirectory = entry.isDirectory ?? directories.isRealDirectory(path)
        if findsFiles {
          found.append(path)
        } else if isRealDirectory || isLast && entry.isDirectory == nil && directories.isDirectory(path) {
          found.append(path + component.slashes)
        }
        if isRealDirectory { pending.append(path + "/") }
      }
    }
    return found
  }
}

extension ByteString {
  /// Whether it is `.` or `..`.
  fileprivate var isDots: Bool { self == "." || self == ".." }

  fileprivate var withoutFinalSlashes: ByteString {
    let end = lastIndex { $0 != UInt8(ascii: "/") }
    return end.map { subrange(0..<$0 + 1) } ?? self
  }
}
