/// How many cases of a test that lies in files ran, of how many that the files hold. A test that ran with fewer makes
/// the whole run fail (`EndOfRun`); that it ran at all is for `make check` to see.
package final class ExecutedCases: Sendable {
  private static let all = Locked<[ExecutedCases]>([])
  private let test: String
  private let expected: Int
  private let executed = Locked(0)

  package init(of test: String, expected: Int) {
    self.test = test
    self.expected = expected
    Self.all.with { $0.append(self) }
  }

  /// One more case runs.
  package func count() { executed.with { $0 += 1 } }

  /// What is wrong with it, in a sentence.
  package var complaint: String? {
    let count = executed.with { $0 }
    return count == expected ? nil : "\(test): \(count) of \(expected) cases ran"
  }

  static var complaints: [String] { all.with { $0 }.compactMap(\.complaint) }
}
