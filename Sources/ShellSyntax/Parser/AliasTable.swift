import ByteStrings

/// The aliases of a shell: a name and the text that it stands for.
package struct AliasTable: Sendable, Equatable {
  private var texts: [ByteString: ByteString] = [:]

  package init() {}

  package var isEmpty: Bool { texts.isEmpty }

  /// The text of the alias `name`; `nil` where there is none.
  package subscript(name: ByteString) -> ByteString? {
    get { texts[name] }
    set { texts[name] = newValue }
  }

  /// All aliases, by name.
  package var sorted: [(name: ByteString, text: ByteString)] {
    texts.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
  }

  package mutating func removeAll() { texts.removeAll() }

  /// Whether the text of any alias contains `part`.
  func mayContain(_ part: ByteString) -> Bool {
    texts.values.contains { $0.contains(part: part) }
  }
}
