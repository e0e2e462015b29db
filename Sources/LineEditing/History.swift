import ByteStrings

/// The commands that were typed, the oldest first, kept in a file that several sessions share.
///
/// Each change is written to the file at once. A problem with the file is thrown after the list in memory was changed;
/// after a failed write nothing more is written, so that the problem is reported once.
package final class History {
  /// A command and its number, which never changes while it is in the list.
  package struct Entry: Sendable, Equatable {
    package let number: Int
    package let text: ByteString
  }

  /// All of them, the oldest first; numbers ascend and may have gaps.
  package private(set) var entries: [Entry] = []
  /// How many entries are kept, here and in the file (`HISTSIZE`). With 0 the file stays as it is.
  package var limit: Int {
    didSet { trim() }
  }
  private var file: HistoryFile?
  private var nextNumber = 1
  /// The number of the first entry that this session has made.
  private var firstOwnNumber = 1

  /// A history without a file, or with one that `load()` reads.
  package init(file path: ByteString? = nil, limit: Int = 10_000) {
    self.limit = limit
    file = path.map(HistoryFile.init)
  }

  /// Sets the file, and reads it.
  package func open(file path: ByteString?, limit: Int) throws(HistoryProblem) {
    self.limit = limit
    file = path.map(HistoryFile.init)
    try load()
  }

  /// Reads the file, before anything is added. A file that does not exist yet is no problem.
  package func load() throws(HistoryProblem) {
    guard let file else { return }
    do throws(HistoryProblem) {
      let (texts, damagedLines) = try file.read()
      for text in HistoryFile.withoutDuplicates(texts).suffix(max(limit, 0)) {
        entries.append(Entry(number: nextNumber, text: text))
        nextNumber += 1
      }
      firstOwnNumber = nextNumber
      if limit > 0, texts.count - limit > limit { try file.shorten(to: limit) }
      if damagedLines > 0 { throw HistoryProblem.damaged(file.path, lines: damagedLines) }
    } catch {
      // A file that cannot be read is not written to either; one with damaged lines is.
      if case .damaged = error {} else { self.file = nil }
      throw error
    }
  }

  /// Adds a command, of one line or several, and removes an earlier equal one. Does nothing if the command is blank or
  /// equal to the last one.
  package func add(_ text: ByteString) throws(HistoryProblem) {
    guard text.count <= HistoryCoding.longestEntry, text.contains(where: { !" \t\n".utf8.contains($0) }),
      entries.last?.text != text
    else { return }
    insert(text)
    if limit <= 0 { return }
    try writing { file throws(HistoryProblem) in try file.append(text) }
  }

  /// Removes the entry with that number, and the same text from the file; false if there is none.
  package func delete(_ number: Int) throws(HistoryProblem) -> Bool {
    guard let index = entries.firstIndex(where: { $0.number == number }) else { return false }
    let text = entries.remove(at: index).text
    try writing { file throws(HistoryProblem) in try file.rewrite { $0.filter { $0 != text } } }
    return true
  }

  /// Removes all entries, from the file too.
  package func clear() throws(HistoryProblem) {
    entries.removeAll()
    try writing { file throws(HistoryProblem) in try file.rewrite { _ in [] } }
  }

  /// The entries that contain `text`, the oldest first.
  package func search(_ text: ByteString) -> [Entry] {
    let searched = text.bytes
    return entries.filter { $0.text.bytes.contains(searched) }
  }

  /// The number that the next entry will have.
  package var numberOfNextEntry: Int { nextNumber }

  // MARK: Other files

  /// Adds the entries of a file, the history's own without a path; `onlyNew`: those that the list does not have.
  package func read(from path: ByteString?, onlyNew: Bool) throws(HistoryProblem) {
    guard let other = path.map(HistoryFile.init) ?? file else { return }
    let (texts, damagedLines) = try other.read()
    let known = Set(onlyNew ? entries.map(\.text) : [])
    for text in texts where !known.contains(text) { insert(text) }
    if damagedLines > 0 { throw HistoryProblem.damaged(other.path, lines: damagedLines) }
  }

  /// Adds what has been typed in this session to another file. The history's own has it already.
  package func appendOwn(to path: ByteString?) throws(HistoryProblem) {
    guard let path else { return }
    for entry in entries where entry.number >= firstOwnNumber { try HistoryFile(path: path).append(entry.text) }
  }

  /// Makes the list the content of a file.
  package func write(to path: ByteString?) throws(HistoryProblem) {
    guard let other = path.map(HistoryFile.init) ?? file else { return }
    try other.rewrite { _ in entries.map(\.text) }
  }

  private func insert(_ text: ByteString) {
    entries.removeAll { $0.text == text }
    entries.append(Entry(number: nextNumber, text: text))
    nextNumber += 1
    trim()
  }

  private func trim() {
    if entries.count > max(limit, 0) { entries.removeFirst(entries.count - max(limit, 0)) }
  }

  private func writing(_ body: (HistoryFile) throws(HistoryProblem) -> Void) throws(HistoryProblem) {
    guard let file else { return }
    do throws(HistoryProblem) {
      try body(file)
    } catch {
      self.file = nil
      throw error
    }
  }
}
