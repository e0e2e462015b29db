import ByteStrings

/// Makes fields from the parts of words: splits the results of expansions, joins the other parts, and removes quotes.
///
/// One builder serves a whole command, word after word: `append…` the parts of a word, `endWord`, and so on, then
/// take `fields`. The rule is the standard's 2.6.5: a separator that is not white space *ends* a field, white space
/// around it belongs to it, and only unquoted results of expansions are split.
package struct FieldBuilder: Sendable {
  /// A field in which an unquoted `*`, `?` or `[` stands.
  package struct PatternField: Sendable, Hashable {
    /// The field's place in `fields`, where it stands with its quotes removed.
    package var index: Int
    package var text: PatternText
  }

  /// The state between two bytes.
  private enum State: Sendable {
    /// No field has begun: white space is skipped, another separator makes an empty field.
    case betweenFields
    /// White space has just ended a field: one separator more belongs to it.
    case afterWhiteSpace
    case inField
  }

  /// The finished fields.
  package private(set) var fields: [ByteString] = []
  /// Those among them that are candidates for pathname expansion, in rising order.
  package private(set) var patternFields: [PatternField] = []

  /// The separators that `appendSplittable` looks for.
  package var separators: FieldSeparators
  /// Whether `*`, `?` and `[` are looked for at all: not under `set -f`.
  package var findsPatterns: Bool

  private var state = State.betweenFields
  private var field = ByteString()
  private var isPattern = false
  /// The positions in the field at which quoting begins or ends; it begins unquoted.
  private var quoteChanges: [Int32] = []

  package init(separators: FieldSeparators, findsPatterns: Bool = true) {
    self.separators = separators
    self.findsPatterns = findsPatterns
  }
}

// MARK: - Parts of a word

extension FieldBuilder {
  /// Adds bytes that stand for themselves: quoted text, and the results of expansions within double-quotes. Even
  /// without a byte they make a field.
  package mutating func appendQuoted(_ bytes: ByteString) {
    state = .inField
    if bytes.isEmpty { return }
    setQuoted(true)
    field.append(bytes)
  }

  /// Adds unquoted text of the source: not split, but `*`, `?` and `[` are special.
  package mutating func appendLiteral(_ bytes: ByteString) {
    if bytes.isEmpty { return }
    appendUnquoted(bytes)
    if findsPatterns, !isPattern { isPattern = bytes.withUnsafeBytes { $0.contains(where: PatternText.isActive) } }
  }

  /// Adds the result of an unquoted expansion: split into fields, and `*`, `?` and `[` are special.
  package mutating func appendSplittable(_ bytes: ByteString) {
    if bytes.isEmpty { return }
    if bytes.withUnsafeBytes({ separators.findNothing(in: $0) }) {
      appendUnquoted(bytes)
    } else {
      split(bytes)
    }
  }

  private mutating func appendUnquoted(_ bytes: ByteString) {
    state = .inField
    setQuoted(false)
    field.append(bytes)
  }

  /// Makes a field even if nothing else does: `''`, `""` and an empty `"$x"`.
  package mutating func markQuotedEmpty() { state = .inField }

  /// Ends the field that has begun, if one has: between the parameters of `$@`.
  package mutating func breakField() {
    if state == .inField { finishField() }
    state = .betweenFields
  }

  /// Ends a word, and with it the field that has begun, if one has.
  package mutating func endWord() { breakField() }

  /// Adds a word that is a single field without a pattern: literal text, `"$x"`.
  package mutating func appendField(_ bytes: ByteString) { fields.append(bytes) }
}

// MARK: - Fields

extension FieldBuilder {
  /// Ends the last word, returns all fields, and removes them.
  package mutating func finish() -> [ByteString] {
    endWord()
    if !patternFields.isEmpty { patternFields.removeAll(keepingCapacity: true) }
    var result: [ByteString] = []
    swap(&result, &fields)
    return result
  }

  /// Ends the last word and moves all fields to the end of `list`; keeps its room for the next ones.
  @inline(__always)
  package mutating func drain(into list: inout [ByteString]) {
    endWord()
    for field in fields { list.append(field) }
    fields.removeAll(keepingCapacity: true)
    if !patternFields.isEmpty { patternFields.removeAll(keepingCapacity: true) }
  }

  /// Whether nothing has begun since the fields were taken.
  @inline(__always)
  package var isEmpty: Bool { state == .betweenFields && fields.isEmpty }

  /// Drops the word under construction and all fields.
  package mutating func removeAll() { self = FieldBuilder(separators: separators, findsPatterns: findsPatterns) }

  /// Replaces the fields that are patterns, each by its `results`; what has none stays as it is.
  package mutating func replacePatterns(by results: [[ByteString]?]) {
    precondition(results.count == patternFields.count, "each pattern has its result")
    var replaced: [ByteString] = []
    var next = 0
    for (pattern, result) in zip(patternFields, results) {
      replaced.append(contentsOf: fields[next..<pattern.index])
      replaced.append(contentsOf: result ?? [fields[pattern.index]])
      next = pattern.index + 1
    }
    replaced.append(contentsOf: fields[next...])
    fields = replaced
    patternFields.removeAll(keepingCapacity: true)
  }

  private mutating func finishField() {
    if isPattern {
      patternFields.append(PatternField(index: fields.count, text: patternText()))
      isPattern = false
    }
    fields.append(field)
    field = ByteString()
    if !quoteChanges.isEmpty { quoteChanges.removeAll(keepingCapacity: true) }
  }

  /// Notes that what follows is quoted, or is not.
  private mutating func setQuoted(_ isQuoted: Bool) {
    if isQuoted != (quoteChanges.count & 1 == 1) { quoteChanges.append(Int32(truncatingIfNeeded: field.count)) }
  }

  /// The field with a backslash before each special byte that was quoted.
  private func patternText() -> PatternText {
    var text = PatternText()
    var start = 0
    var isQuoted = false
    for turn in quoteChanges + [Int32(truncatingIfNeeded: field.count)] {
      let part = field.subrange(start..<Int(turn))
      if isQuoted { text.appendQuoted(part) } else { text.appendUnquoted(part) }
      start = Int(turn)
      isQuoted.toggle()
    }
    return text
  }
}

// MARK: - Splitting

extension FieldBuilder {
  private mutating func split(_ string: ByteString) {
    string.withUnsafeBytes { bytes in
      var start = 0
      var position = 0
      while position < bytes.count {
        let (kind, count) = separators.separator(at: position, in: bytes)
        if let kind {
          if start < position { appendLiteral(string.subrange(start..<position)) }
          pass(kind)
          start = position + count
        }
        position += count
      }
      if start < position { appendLiteral(string.subrange(start..<position)) }
    }
  }

  /// Moves past a separator.
  private mutating func pass(_ kind: FieldSeparators.Kind) {
    switch (state, kind) {
    case (.inField, _):
      finishField()
      state = kind == .whiteSpace ? .afterWhiteSpace : .betweenFields
    case (_, .whiteSpace): break
    case (.afterWhiteSpace, _): state = .betweenFields
    case (.betweenFields, _): finishField()
    }
  }
}
