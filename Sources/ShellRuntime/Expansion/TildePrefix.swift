import ByteStrings

/// A tilde-prefix (the standard's 2.6.1): an unquoted `~` and the login name behind it.
package struct TildePrefix: Sendable, Hashable {
  /// The login name; empty for `~` alone, which means `HOME`.
  package var userName: ByteString
  /// Where it stands in the text.
  package var range: Range<Int>

  /// What follows the text that is looked at.
  package enum FollowingText: Sendable, Hashable {
    /// The word ends here.
    case endOfWord
    /// Quoted text or an expansion, which would be part of the login name: `~"x"`, `~$x`.
    case morePieces
  }

  /// The tilde-prefix at `position` of unquoted text, where a word begins or, in an assignment, a `:` precedes.
  package static func find(
    in text: ByteString, at position: Int = 0, isAssignment: Bool = false, followedBy continuation: FollowingText
  ) -> TildePrefix? {
    guard position < text.count, text[position] == UInt8(ascii: "~") else { return nil }
    var end = position + 1
    while end < text.count, text[end] != UInt8(ascii: "/") {
      if isAssignment, text[end] == UInt8(ascii: ":") { break }
      end += 1
    }
    if end == text.count, continuation == .morePieces { return nil }
    return TildePrefix(userName: text.subrange(position + 1..<end), range: position..<end)
  }

  /// The tilde-prefixes of an assignment's unquoted text: at its beginning, if the value begins there, and behind
  /// each `:`.
  package static func findAll(
    inAssignment text: ByteString, beginsValue: Bool, followedBy continuation: FollowingText
  ) -> [TildePrefix] {
    var found: [TildePrefix] = []
    for position in text.indices {
      let mayStart = position == 0 ? beginsValue : text[position - 1] == UInt8(ascii: ":")
      if mayStart, let prefix = find(in: text, at: position, isAssignment: true, followedBy: continuation) {
        found.append(prefix)
      }
    }
    return found
  }

  /// What replaces the prefix, to be taken as quoted; `nil` keeps it as it is. A home directory's last `/` goes where
  /// another one follows, so that `~/x` is `/x` for the home directory `/`.
  ///
  /// - Parameters:
  ///   - isFollowedBySlash: Whether a `/` stands behind the prefix.
  ///   - home: The home directory of a login name, or the value of `HOME` for the empty name.
  package func expanded(isFollowedBySlash: Bool, home: (ByteString) -> ByteString?) -> ByteString? {
    guard let directory = home(userName) else { return nil }
    if isFollowedBySlash, directory.hasSuffix("/") { return directory.subrange(0..<directory.count - 1) }
    return directory
  }
}
