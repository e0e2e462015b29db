import ByteStrings
import Platform
import SystemPackage

/// A problem with the history file.
package enum HistoryProblem: Error, Sendable, Equatable {
  case unreadable(ByteString, Errno)
  /// It cannot be written; the history is kept in memory only.
  case unwritable(ByteString, Errno)
  /// Lines that cannot be commands were left out.
  case damaged(ByteString, lines: Int)
}

/// The history file. Entries are appended under a lock, so sessions do not lose each other's lines. To rewrite it, a
/// new file is written and renamed over it, so a crash does not lose the old one. Only its owner may read it.
struct HistoryFile {
  let path: ByteString

  /// Reads the entries; none if the file does not exist.
  func read() throws(HistoryProblem) -> (entries: [ByteString], damagedLines: Int) {
    do throws(Errno) {
      // Reading a FIFO, for example, could block for ever.
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

  /// Removes the oldest entries, and entries that are repeated later.
  func shorten(to limit: Int) throws(HistoryProblem) {
    try rewrite { Self.withoutDuplicates($0).suffix(max(limit, 0)) }
  }

  /// Replaces the entries that are in the file now.
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

// MARK: - Parts

extension HistoryFile {
  private static let permissions = FilePermissions(rawValue: 0o600)

  private func locked(_ body: (FileDescriptor) throws(Errno) -> Void) throws(HistoryProblem) {
    do {
      let file = try openLocked()
      defer { try? file.closeDescriptor() }
      // Nothing else is written to: a pipe could be full, and the write would block.
      if try FileStatus(of: file).kind == .regular { try body(file) }
    } catch {
      throw .unwritable(path, error)
    }
  }

  /// Opens the file and locks it. Tries again if another session has replaced the file between the two.
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
    // Replaces the file that a symbolic link leads to, not the link.
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
