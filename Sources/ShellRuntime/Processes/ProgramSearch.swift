import ByteStrings
import Platform
import SystemPackage

/// Finds programs: POSIX.1-2024 XCU 2.9.1.4.
package enum ProgramSearch {
  package enum Result: Sendable, Equatable {
    case found(ByteString)
    /// There is a file of this name, but it may not be executed.
    case notExecutable(ByteString)
    case notFound
  }

  /// The directories that `command -p` looks in.
  package static let standardPath: ByteString = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

  /// Looks for a name without `/` in each directory of `path`.
  package static func find(_ name: ByteString, in path: ByteString, from directory: FileDescriptor?) -> Result {
    var unusable: ByteString?
    for part in path.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      let candidate = part.isEmpty ? "./" + name : ByteString(part) + "/" + name
      guard let status = try? FileStatus(of: candidate, in: directory), status.kind == .regular else { continue }
      if Files.allows(.executing, of: candidate, in: directory) { return .found(candidate) }
      if unusable == nil { unusable = candidate }
    }
    return unusable.map { .notExecutable($0) } ?? .notFound
  }
}
