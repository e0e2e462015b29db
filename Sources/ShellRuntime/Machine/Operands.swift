import ByteStrings

/// The stacks that instructions work on: fields of the commands that are being put together, texts, and the word that
/// is being expanded. `unwind(to:)` takes all of them back to a mark, so nothing of a command that was given up reaches
/// the next one.
struct Operands: Sendable {
  /// Fields of the commands that are being put together, one command's behind the other's.
  var fields: [ByteString] = []
  /// Where each open command's fields begin.
  var commandStarts: [Int32] = []
  /// Texts: values, targets of redirections, patterns.
  var texts: [ByteString] = []
  /// The word that is being expanded; empty between two words. Only a command substitution and a trap can begin inside
  /// a word. They push the word to `outerWords`, so `word` is empty whenever the frame of a command is made.
  var word = FieldBuilder(separators: .standard)
  private var outerWords: [FieldBuilder] = []

  /// The heights of all stacks at one moment.
  struct Mark: Sendable {
    fileprivate(set) var fields: Int32 = 0
    fileprivate(set) var commands: Int32 = 0
    fileprivate(set) var texts: Int32 = 0
    fileprivate(set) var outerWords: Int32 = 0

    /// The mark inside a construct that began at this mark in the middle of a word: one more outer word.
    var insideWord: Mark {
      var mark = self
      mark.outerWords += 1
      return mark
    }
  }

  var mark: Mark {
    Mark(
      fields: Int32(truncatingIfNeeded: fields.count), commands: Int32(truncatingIfNeeded: commandStarts.count),
      texts: Int32(truncatingIfNeeded: texts.count), outerWords: Int32(truncatingIfNeeded: outerWords.count))
  }

  /// Drops all that was pushed after `mark`, and the word under construction. If the word at the mark was pushed to
  /// `outerWords` since, it becomes the word under construction again.
  @inline(__always)
  mutating func unwind(to mark: Mark) {
    fields.truncate(to: Int(mark.fields))
    commandStarts.truncate(to: Int(mark.commands))
    texts.truncate(to: Int(mark.texts))
    if outerWords.count > Int(mark.outerWords) {
      outerWords.truncate(to: Int(mark.outerWords) + 1)
      word = outerWords.removeLast()
    } else if !word.isEmpty {
      word.removeAll()
    }
  }

  // MARK: The command that is being put together

  mutating func beginCommand() { commandStarts.append(Int32(truncatingIfNeeded: fields.count)) }

  /// Where the fields of the innermost open command begin.
  var commandStart: Int { Int(commandStarts[commandStarts.count - 1]) }

  /// The innermost open command's fields.
  var command: ArraySlice<ByteString> { fields[commandStart...] }

  /// Drops the innermost open command with its fields, of which there may be none.
  mutating func dropCommand() { fields.truncate(to: Int(commandStarts.removeLast())) }

  /// Drops the innermost open command with its fields, and returns the last one.
  @inline(__always)
  mutating func takeLastField() -> ByteString {
    let last = fields.removeLast()
    fields.truncate(to: Int(commandStarts.removeLast()))
    return last
  }

  /// Returns the fields behind the name of the innermost open command, and closes it.
  @inline(__always)
  mutating func takeOperandsOfCommand() -> [ByteString] {
    let start = Int(commandStarts.removeLast())
    var taken: [ByteString] = []
    if fields.count > start + 1 {
      // One by one: for a copy of several at once the run time is asked how to copy each.
      taken.reserveCapacity(fields.count - start - 1)
      for index in (start + 1)..<fields.count { taken.append(fields[index]) }
    }
    fields.truncate(to: start)
    return taken
  }

  /// Returns and removes the fields of the innermost open command, and closes it.
  mutating func takeCommand() -> [ByteString] {
    let start = Int(commandStarts.removeLast())
    let taken = Array(fields[start...])
    fields.truncate(to: start)
    return taken
  }

  // MARK: The word

  /// Pushes the word under construction, for a construct that begins inside it. Unwinding to an earlier mark restores
  /// it.
  mutating func beginInsideWord(separators: FieldSeparators) {
    outerWords.append(exchange(&word, with: FieldBuilder(separators: separators)))
  }

  /// Returns and removes the text on top.
  mutating func popText() -> ByteString { texts.removeLast() }
}

extension Array {
  /// Removes the elements above `height`. Removing one by one is faster than `removeLast(_:)` for the few that there
  /// are.
  @inline(__always)
  mutating func truncate(to height: Int) {
    while count > height { removeLast() }
  }
}
