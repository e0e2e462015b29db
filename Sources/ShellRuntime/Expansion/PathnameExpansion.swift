import ByteStrings

/// Pathname expansion (the standard's 2.6.6 and 2.14.3): the existing paths that a pattern names.
///
/// Only directories that a component with a pattern is looked for in are listed; what cannot be read is skipped. The
/// result is sorted by bytes, the same in every locale.
///
/// A large tree takes long, so an expansion is a value that can be kept between two directories: call `advance` until it
/// has ended, then `paths`.
package struct PathnameExpansion: Sendable {
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
  private struct Component: Sendable {
    enum Kind: Sendable {
      case literal(ByteString)
      case pattern(Pattern, mayBeHidden: Bool)
      /// `**`.
      case anyDepth
    }

    let kind: Kind
    let slashes: ByteString

    init(_ text: PatternText, _ slashes: ByteString, _ options: Options, _ decoder: CharacterDecoder) {
      self.slashes = slashes
      let pattern = Pattern(text, options.syntax.subtracting(.anyCase), decoder: decoder)
      if options.contains(.globStar), text.source == "**" {
        kind = .anyDepth
      } else if let literal = pattern.literal {
        kind = .literal(literal)
      } else {
        let isHidden = text.source.first { $0 != UInt8(ascii: "\\") } == UInt8(ascii: ".")
        kind = .pattern(
          options.contains(.anyCase) ? Pattern(text, options.syntax, decoder: decoder) : pattern,
          mayBeHidden: pattern.hasGroups || isHidden)
      }
    }

    var isAnyDepth: Bool { if case .anyDepth = kind { true } else { false } }
    var isLiteral: Bool { if case .literal = kind { true } else { false } }
  }

  /// A path in which the components from `index` on are still to be found.
  private struct Place: Sendable {
    var path: ByteString
    var index: Int
    /// Whether the `**` at `index` has found the path, and only what is in it is missing.
    var isBelow = false
  }

  private let components: [Component]
  private let options: Options
  private var places = [Place(path: "", index: 0)]
  private var found: [ByteString] = []

  package init(_ text: PatternText, _ options: Options = [], decoder: CharacterDecoder = .utf8) {
    var components: [Component] = []
    for (text, slashes) in Self.split(text, options, decoder) {
      let component = Component(text, slashes, options, decoder)
      // Several `**` in a row are one.
      if component.isAnyDepth, components.last?.isAnyDepth == true { components.removeLast() }
      components.append(component)
    }
    self.components = components
    self.options = options
  }

  /// The texts between the slashes of a pattern, with the slashes behind them. A slash in a group stands for itself.
  private static func split(
    _ text: PatternText, _ options: Options, _ decoder: CharacterDecoder
  ) -> [(text: PatternText, slashes: ByteString)] {
    var parts = [(text: PatternText(), slashes: ByteString())]
    var groups =
      options.contains(.groups) && text.mayHaveGroups
      ? PatternTokens(text, options.syntax, decoder: decoder).groups[...] : []
    var isEscaped = false
    for (index, byte) in text.source.enumerated() {
      while let group = groups.first, group.upperBound <= index { groups.removeFirst() }
      if byte == UInt8(ascii: "/"), groups.first?.contains(index) != true {
        parts[parts.count - 1].slashes.append(byte)
      } else {
        if !parts[parts.count - 1].slashes.isEmpty { parts.append((PatternText(), "")) }
        if isEscaped { parts[parts.count - 1].text.appendUnquoted("\\") }
        if byte != UInt8(ascii: "\\") || isEscaped {
          parts[parts.count - 1].text.appendUnquoted(ByteString(CollectionOfOne(byte)))
        }
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    if isEscaped { parts[parts.count - 1].text.appendUnquoted("\\") }
    return parts
  }
}

// MARK: - Walking

extension PathnameExpansion {
  /// Asks for the next directory or file; `false` once there is none left.
  package mutating func advance(in directories: some DirectoryReading) -> Bool {
    while let place = places.popLast() {
      if place.index == components.count {
        // What a pattern at the end has found was listed, and exists.
        if !endsInLiteral {
          found.append(place.path)
          continue
        }
        if isPattern, directories.exists(place.path) { found.append(place.path) }
        return true
      }
      let component = components[place.index]
      switch component.kind {
      case .literal(let name):
        places.append(Place(path: place.path + name + component.slashes, index: place.index + 1))
      case .pattern(let pattern, let mayBeHidden):
        match(pattern, mayBeHidden, component.slashes, in: place, directories)
        return true
      case .anyDepth:
        if !place.isBelow {
          guard beginAnyDepth(at: place, directories) else { continue }
        }
        listBelow(place, component.slashes, directories)
        return true
      }
    }
    return false
  }

  /// The paths that the pattern matches, sorted by bytes; `nil` if the text is no pattern after all.
  package var paths: [ByteString]? { isPattern ? found.sorted() : nil }

  private var isPattern: Bool { !components.allSatisfy(\.isLiteral) }
  private var endsInLiteral: Bool { components.last?.isLiteral == true }

  /// Goes on in each name in a directory that a component matches.
  private mutating func match(
    _ pattern: Pattern, _ mayBeHidden: Bool, _ slashes: ByteString, in place: Place,
    _ directories: some DirectoryReading
  ) {
    guard var names = directories.names(in: place.path) else { return }
    if options.contains(.dots), mayBeHidden {
      names += [".", ".."].map { ListedName(name: $0, isDirectory: true) }
    }
    let mustBeDirectory = !slashes.isEmpty
    for entry in names {
      if mustBeDirectory, entry.isDirectory == false { continue }
      let isExplicit =
        entry.name.first == UInt8(ascii: ".") && (!options.contains(.hiddenNames) || entry.name.isDots)
      if isExplicit, !mayBeHidden { continue }
      guard isExplicit ? pattern.matches(hiddenName: entry.name) : pattern.matches(entry.name) else { continue }
      let path = place.path + entry.name
      if mustBeDirectory, entry.isDirectory == nil, !directories.isDirectory(path) { continue }
      places.append(Place(path: path + slashes, index: place.index + 1))
    }
  }

  // MARK: **

  /// `**` finds the directory itself, all directories below it, and at the end of the pattern also all else that is in
  /// them. Symbolic links are not followed.
  private func findsFiles(_ index: Int) -> Bool { index == components.count - 1 && components[index].slashes.isEmpty }

  /// Finds the directory itself; `false` if it is none.
  private mutating func beginAnyDepth(at place: Place, _ directories: some DirectoryReading) -> Bool {
    guard place.path.isEmpty || directories.isDirectory(place.path) else { return false }
    let isAfterPattern = !components[..<place.index].allSatisfy(\.isLiteral)
    let path = findsFiles(place.index) && isAfterPattern ? place.path.withoutFinalSlashes : place.path
    if place.index < components.count - 1 || !place.path.isEmpty {
      places.append(Place(path: path, index: place.index + 1))
    }
    return true
  }

  private mutating func listBelow(_ place: Place, _ slashes: ByteString, _ directories: some DirectoryReading) {
    let isLast = place.index == components.count - 1
    for entry in directories.names(in: place.path) ?? [] {
      if entry.name.first == UInt8(ascii: "."), !options.contains(.hiddenNames) { continue }
      let path = place.path + entry.name
      let isRealDirectory = entry.isDirectory ?? directories.isRealDirectory(path)
      if findsFiles(place.index) {
        found.append(path)
      } else if isRealDirectory || isLast && entry.isDirectory == nil && directories.isDirectory(path) {
        places.append(Place(path: path + slashes, index: place.index + 1))
      }
      if isRealDirectory { places.append(Place(path: path + "/", index: place.index, isBelow: true)) }
    }
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
