import ByteStrings
import Glibc
import SystemPackage

/// The users in `/etc/passwd`.
///
/// `getpwnam` would load modules at run time, which a static executable cannot (Docs/Decisions/UserDatabase.md).
package struct UserAccount: Sendable, Hashable {
  package let name: ByteString
  /// The user's number.
  package let user: UInt32
  /// The home directory.
  package let home: ByteString
  /// The login shell.
  package let shell: ByteString

  /// Reads one line of the file; `nil` for one that is no account.
  init?(line: Slice<ByteString>) {
    let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard fields.count >= 7, !fields[0].isEmpty, let number = ByteString(fields[2]).decimalValue,
      let user = UInt32(exactly: number)
    else { return nil }
    name = ByteString(fields[0])
    self.user = user
    home = ByteString(fields[5])
    shell = ByteString(fields[6])
  }

  /// The accounts in the order of the file; none where it cannot be read.
  package static func all(in file: ByteString = "/etc/passwd") -> [UserAccount] {
    guard let contents = try? Files.contents(of: file) else { return [] }
    return contents.split(separator: UInt8(ascii: "\n")).compactMap(UserAccount.init(line:))
  }

  /// The account of this name: the home directory of `~name`.
  package static func named(_ name: ByteString) -> UserAccount? { all().first { $0.name == name } }

  /// The account of this user ID.
  package static func withID(_ user: UInt32) -> UserAccount? { all().first { $0.user == user } }
}
