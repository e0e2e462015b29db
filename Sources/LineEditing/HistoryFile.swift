import ByteStrings
import Platform
import SystemPackage

/// What can be wrong with the history file.
package enum HistoryProblem: Error, Sendable, Equatable {
  case unreadable(ByteString, Errno)
  /// It cannot be written; the history is kept in memory only.
  case unwritable(ByteString, Errno)
  /// Lines that cannot be commands were left out.
  case damaged(ByteString, lines: Int)
}

/// The history file. Entries are appended under a lock, so sessions never lose each other's lines; where it must be
/// written anew, a new file takes its place, so a crash never loses the old one. Only its owner may read it.
struct HistoryFile {
  let path: ByteString

  /// Reads the entries; none if the file does not exist.
  func read() throws(HistoryProblem) -> (entries: [ByteString], damagedLines: Int) {
    do throws(Errno) {
      // Reading anything else could wait for ever.
      let kind = try FileStatus(of: path).kind
      if kind == .directory { throw Errno.isDirectory }
      guard kind == .regular else { return ([], 0) }
      return HistoryCoding.entries(of: try Files.contents(of: path))
    } catch {
      if error == .noSuchFileOrDirectory { return ([], 0) }
      throw .unreadable(path, error)
    }
  }

  /// Adds an entry behind what other sessions have written.
  func append(_ entry: ByteString) throws(HistoryProblem) {
    try locked { (file) throws(Errno) in
      let isTorn = try endsWithoutNewline(file)
      try file.writeAll((isTorn ? "\n" : "") + HistoryCoding.line(for: entry))
    }
  }

  /// Drops the oldest entries, and those that come again later.
  func shorten(to limit: Int) throws(HistoryProblem) {
    try rewrite { Self.withoutDuplicates($0).suffix(max(limit, 0)) }
  }

  /// Puts other entries in place of those that are there now.
  func rewrite(_ change: ([ByteString]) -> some Sequence<ByteString>) throws(HistoryProblem) {
    try locked { (file) throws(Errno) in
      try file.moveOffset(by: 0, from: .start)
      let entries = HistoryCoding.entries(of: try file.readAll()).entries
      var text = ByteString()
      for entry in change(entries) { text += HistoryCoding.line(for: entry) }
      try replace(with: text)
    }
  }

  /// The entries with only the last of those that are the same.
  static func withoutDuplicates(_ entries: [ByteString]) -> [ByteString] {
    var seen: Set<ByteString> = []
    return entries.reversed().filter { seen.insert($0).inserted }.reversed()
  }
}

// MARK: - Steps

extension HistoryFile {
  private static let permissions = FilePermissions(rawValue: 0o600)

  private func locked(_ body: (FileDescriptor) throws(Errno) -> Void) throws(HistoryProblem) {
    do {
      let file = try openLocked()
      defer { try? file.closeDescriptor() }
      // `/dev/null` keeps nothing, and a pipe could be full.
      if try FileStatus(of: file).kind == .regular { try body(file) }
    } catch {
      throw .unwritable(path, error)
    }
  }

  /// Opens the file and takes its lock; again if another session has put a new file in its place meanwhile.
  private func openLocked() throws(Errno) -> FileDescriptor {
    while true {
      let file = try Files.open(path, [.readWrite, .append, .create], mode: Self.permissions)
      do {
        try file.lock(.exclusive)
        if try FileStatus(of: file).identity == FileStatus(of: path).identity { return file }
      } catch {
        guard error == .noSuchFileOrDirectory else {
          try? file.closeDescriptor()
          throw error
        }
      }
      try file.closeDescriptor()
    }
  }

  private func endsWithoutNewline(_ file: FileDescriptor) throws(Errno) -> Bool {
    guard try file.moveOffset(by: 0, from: .end) > 0 else { return false }
    try file.moveOffset(by: -1, from: .end)
    return try file.readSome(1) != [UInt8(ascii: "\n")]
  }

  private func replace(with text: ByteString) throws(Errno) {
    // Not through a symbolic link: what it leads to is to be replaced.
    let target = try Files.resolvedPath(path)
    let temporary = target + ".new"
    let new = try Files.open(temporary, [.writeOnly, .create, .truncate], mode: Self.permissions)
    do {
      defer { try? new.closeDescriptor() }
      try new.writeAll(text)
      try Files.rename(temporary, to: target)
    } catch {
      try? Files.remove(temporary)
      throw error
    }
  }
}
