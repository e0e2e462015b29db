import ByteStrings

/// What the instructions of a routine work on: the fields of the commands that are being put together, texts, and the
/// word that is being expanded. All of it goes back to a mark in one call, so nothing of a command that was given up
/// reaches the next one.
struct Operands: Sendable {
  /// Fields of the commands that are being put together, one command's behind the other's.
  var fields: [ByteString] = []
  /// Where each open command's fields begin.
  var commandStarts: [Int32] = []
  /// Texts: values, targets of redirections, patterns.
  var texts: [ByteString] = []
  /// The word that is being expanded. Empty between two words, and so whenever a frame is made; only a command
  /// substitution and a trap begin inside a word, which waits in `outerWords` meanwhile.
  var word = FieldBuilder(separators: .standard)
  private var outerWords: [FieldBuilder] = []

  /// How much there is of everything, at one moment.
  struct Mark: Sendable {
    fileprivate(set) var fields: Int32 = 0
    fileprivate(set) var commands: Int32 = 0
    fileprivate(set) var texts: Int32 = 0
    fileprivate(set) var outerWords: Int32 = 0

    /// The mark inside of what begins at this one in the middle of a word.
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

  /// Drops all that came after `mark`. The word under construction goes, too, unless a word was under construction at
  /// the mark itself: that one comes back.
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

  /// Drops the innermost open command with its fields.
  mutating func dropCommand() { fields.truncate(to: Int(commandStarts.removeLast())) }

  /// Takes the innermost open command's fields, which is open no longer.
  mutating func takeCommand() -> [ByteString] {
    let start = Int(commandStarts.removeLast())
    let taken = Array(fields[start...])
    fields.truncate(to: start)
    return taken
  }

  // MARK: The word

  /// Has the word under construction wait until the operands are unwound to a mark from before.
  mutating func beginInsideWord(separators: FieldSeparators) {
    outerWords.append(word)
    word = FieldBuilder(separators: separators)
  }

  /// The text on top, which is taken off.
  mutating func popText() -> ByteString { texts.removeLast() }
}

extension Array {
  /// Removes what is above `height`, if anything is. Of the few elements that a command leaves each is removed
  /// faster by itself than all are by `removeLast(_:)`.
  @inline(__always)
  mutating func truncate(to height: Int) {
    while count > height { removeLast() }
  }
}
