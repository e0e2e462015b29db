import ByteStrings
import Platform
import SystemPackage

/// File names that complete a word.
package struct FileCompletion: Sendable {
  /// Which files are offered; directories always are.
  package enum FileFilter: Sendable {
    case all
    case executable
    case directoriesOnly
  }

  /// The directory that relative names start from; empty for the process's working directory.
  package var workingDirectory: ByteString
  /// The home directory of a user; for an empty name, that of the user of this process.
  package var homeDirectory: @Sendable (ByteString) -> ByteString?

  /// The value of a variable.
  package var value: @Sendable (ByteString) -> ByteString?

  package init(
    workingDirectory: ByteString = "", homeDirectory: @escaping @Sendable (ByteString) -> ByteString? = { _ in nil },
    value: @escaping @Sendable (ByteString) -> ByteString? = { _ in nil }
  ) {
    self.workingDirectory = workingDirectory
    self.homeDirectory = homeDirectory
    self.value = value
  }

  /// The completions, sorted. Hidden files only where the name begins with a dot; none where nothing can be read.
  package func completions(of context: CompletionContext, _ choice: FileFilter = .all) -> [CompletionCandidate] {
    let word = context.word
    let slash = word.lastIndex(of: UInt8(ascii: "/"))
    if slash == nil, context.beginsWithTilde { return userCompletions(of: word) }
    let prefix = slash.map { word.subrange(0..<($0 + 1)) } ?? ""
    let name = word.dropping(first: prefix.count)
    guard let path = expanded(prefix, context.parameters),
      let directory = directory(named: path, hasTilde: context.beginsWithTilde),
      let entries = try? Files.entries(of: directory)
    else { return [] }
    let found = entries.filter {
      $0.name.hasPrefix(name) && ($0.name.first != UInt8(ascii: ".") || name.first == UInt8(ascii: "."))
    }
    return found.sorted { LocaleSettings.precedes($0.name, $1.name) }.compactMap { entry in
      let path = directory + "/" + entry.name
      let isDirectory = isDirectory(entry, path)
      guard isDirectory || isOffered(path, choice) else { return nil }
      return CompletionCandidate(
        text: prefix + entry.name, display: isDirectory ? entry.name + "/" : entry.name,
        suffix: isDirectory ? .slash : .space)
    }
  }

  private func isDirectory(_ entry: DirectoryEntry, _ path: ByteString) -> Bool {
    switch entry.kind {
    case .directory: true
    case .symbolicLink, .unknown: (try? FileStatus(of: path))?.kind == .directory
    default: false
    }
  }

  private func isOffered(_ path: ByteString, _ choice: FileFilter) -> Bool {
    switch choice {
    case .all: true
    case .executable: Files.allows(.executing, of: path)
    case .directoriesOnly: false
    }
  }

  /// The beginning of a word with the values of the parameters in it; `nil` where one has none.
  private func expanded(_ prefix: ByteString, _ parameters: [CompletionContext.TypedParameter]) -> ByteString? {
    var result = ByteString()
    var end = 0
    for parameter in parameters where parameter.range.upperBound <= prefix.count {
      guard let value = value(parameter.name) else { return nil }
      result += prefix.subrange(end..<parameter.range.lowerBound) + value
      end = parameter.range.upperBound
    }
    return result + prefix.dropping(first: end)
  }

  /// The directory that the part of a word up to its last slash names.
  private func directory(named prefix: ByteString, hasTilde: Bool) -> ByteString? {
    if hasTilde, let slash = prefix.firstIndex(of: UInt8(ascii: "/")) {
      return homeDirectory(prefix.subrange(1..<slash)).map { $0 + prefix.dropping(first: slash) }
    }
    if prefix.first == UInt8(ascii: "/") { return prefix }
    if workingDirectory.isEmpty { return prefix.isEmpty ? "." : prefix }
    return workingDirectory + "/" + prefix
  }

  /// `~name` for the users of the system.
  private func userCompletions(of word: ByteString) -> [CompletionCandidate] {
    let name = word.dropping(first: 1)
    let own = name.isEmpty && homeDirectory("") != nil ? [CompletionCandidate(text: "~", suffix: .slash)] : []
    let users = name.isEmpty ? [] : UserAccount.all().map(\.name).filter { $0.hasPrefix(name) }.sorted()
    return own + users.map { CompletionCandidate(text: "~" + $0, suffix: .slash) }
  }
}
