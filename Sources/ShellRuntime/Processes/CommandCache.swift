import ByteStrings
import Platform
import SystemPackage

/// Where programs were found in `PATH`: what `hash` lists. Forgotten when `PATH` changes.
package struct CommandCache: Sendable {
  package struct Entry: Sendable {
    package let path: ByteString
    package var useCount = 0
  }

  package private(set) var entries: [ByteString: Entry] = [:]

  package init() {}

  package mutating func removeAll() { if !entries.isEmpty { entries.removeAll() } }
  package mutating func remove(_ name: ByteString) { entries[name] = nil }
  package mutating func insert(_ name: ByteString, path: ByteString) { entries[name] = Entry(path: path) }

  /// The path of a program that was found before; counts a use.
  mutating func use(_ name: ByteString) -> ByteString? {
    guard let entry = entries[name] else { return nil }
    entries[name]?.useCount += 1
    return entry.path
  }
}
