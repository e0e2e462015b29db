import ByteStrings

/// Pathname expansion (the standard's 2.6.6 and 2.14.3): the existing paths that a pattern names.
///
/// Only directories that a component with a pattern is looked for in are listed; what cannot be read is skipped. A
/// name that begins with a period needs a period in the pattern, and `.` and `..` are never found by a pattern. The
/// result is sorted by bytes, the same in every locale.
package struct PathnameExpansion {
  /// What stands between two slashes, and how many slashes follow it.
  private struct Component {
    var text = PatternText()
    var slashes: ByteString = ""
  }

  private let components: [Component]
  private let decoder: CharacterDecoder

  private init(_ text: PatternText, _ decoder: CharacterDecoder) {
    var components = [Component()]
    var isEscaped = false
    for byte in text.source {
      if byte == UInt8(ascii: "/") {
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
    self.decoder = decoder
  }

  /// The paths that the pattern matches, sorted by bytes; empty if there are none or the text is no pattern after
  /// all, and then the word stays as it is.
  package static func expand(
    _ text: PatternText, in directories: some DirectoryReading, decoder: CharacterDecoder = .utf8
  ) -> [ByteString] {
    PathnameExpansion(text, decoder).paths(in: directories).sorted()
  }
}

// MARK: - Walking

extension PathnameExpansion {
  private func paths(in directories: some DirectoryReading) -> [ByteString] {
    var paths: [ByteString] = [""]
    var isPattern = false
    // Whether the last component's files were named by the pattern, not found by listing.
    var isUnproven = false
    for component in components {
      let pattern = Pattern(component.text, decoder: decoder)
      if let literal = pattern.literal {
        isUnproven = true
        for index in paths.indices { paths[index].append(literal + component.slashes) }
      } else {
        isPattern = true
        isUnproven = false
        paths = paths.flatMap { matches(of: pattern, component, in: $0, directories) }
      }
      if paths.isEmpty { return [] }
    }
    if !isPattern { return [] }
    return isUnproven ? paths.filter(directories.exists) : paths
  }

  /// The paths of the names in a directory that a component matches, with the slashes that follow it.
  private func matches(
    of pattern: Pattern, _ component: Component, in directory: ByteString, _ directories: some DirectoryReading
  ) -> [ByteString] {
    guard let names = directories.names(in: directory) else { return [] }
    let period = UInt8(ascii: ".")
    let first = component.text.source.first { $0 != UInt8(ascii: "\\") }
    let mustBeDirectory = !component.slashes.isEmpty
    var found: [ByteString] = []
    for entry in names {
      if entry.name.first == period, first != period { continue }
      if mustBeDirectory, entry.isDirectory == false { continue }
      guard pattern.matches(entry.name) else { continue }
      let path = directory + entry.name
      if mustBeDirectory, entry.isDirectory == nil, !directories.isDirectory(path) { continue }
      found.append(path + component.slashes)
    }
    return found
  }
}
