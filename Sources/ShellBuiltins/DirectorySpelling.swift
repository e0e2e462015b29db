import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

/// Finds the directory that a path with small mistakes was to name: `cdspell`.
///
/// In each component two characters may be exchanged, or one missing, wrong or too many.
struct DirectorySpelling {
  private let directory: FileDescriptor?

  init(_ directory: WorkingDirectory) { self.directory = directory.descriptor }

  /// The path of a directory that is there; `nil` if there is none.
  func corrected(_ path: ByteString) -> ByteString? {
    var found: ByteString = path.first == UInt8(ascii: "/") ? "/" : ""
    for name in path.split(separator: UInt8(ascii: "/")).map({ ByteString($0) }) {
      guard let best = nearest(to: name, in: found.isEmpty ? "." : found) else { return nil }
      found += (found.isEmpty || found == "/" ? "" : "/") + best
    }
    return isDirectory(found) ? found : nil
  }

  private func nearest(to name: ByteString, in parent: ByteString) -> ByteString? {
    if name == "." || name == ".." { return name }
    guard let entries = try? Files.entries(of: parent, in: directory) else { return nil }
    let candidates = entries.map(\.name).sorted().compactMap { candidate in
      Self.mistake(in: name, for: candidate).map { (mistake: $0, name: candidate) }
    }
    return candidates.min { $0.mistake.rawValue < $1.mistake.rawValue }?.name
  }

  private func isDirectory(_ path: ByteString) -> Bool {
    (try? FileStatus(of: path, in: directory))?.kind == .directory
  }

  /// From the smallest to the largest.
  private enum Mistake: Int {
    case none, exchange, oneByte
  }

  /// The mistake that makes `typed` of `name`; `nil` if it takes more than one.
  private static func mistake(in typed: ByteString, for name: ByteString) -> Mistake? {
    let common = zip(typed, name).prefix { $0 == $1 }.count
    let typed = typed.dropping(first: common)
    let name = name.dropping(first: common)
    if typed.isEmpty, name.isEmpty { return Mistake.none }
    if typed.count == name.count, typed.count >= 2, typed[0] == name[1], typed[1] == name[0],
      typed.dropping(first: 2) == name.dropping(first: 2)
    {
      return .exchange
    }
    // A byte is wrong, is missing, or is one too many.
    let isOneByte =
      typed.count == name.count && typed.dropping(first: 1) == name.dropping(first: 1)
      || typed.count + 1 == name.count && typed == name.dropping(first: 1)
      || typed.count == name.count + 1 && typed.dropping(first: 1) == name
    return isOneByte ? .oneByte : nil
  }
}
