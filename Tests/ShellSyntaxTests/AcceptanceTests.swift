import ByteStrings
import TestSupport
import Testing

@testable import ShellSyntax

@Suite struct AcceptanceTests {
  private func isAccepted(_ source: String) -> Bool {
    var parser = Parser(ByteString(source))
    parser.isPosix = true
    while true {
      switch parser.parseCompleteCommand() {
      case .command: continue
      case .endOfInput: return true
      case .error, .needsMoreInput: return false
      }
    }
  }

  @Test func scriptsOfTheLanguageAreAccepted() {
    for source in AcceptanceTable.accepted { #expect(isAccepted(source), "\(source)") }
    for source in AcceptanceTable.refused { #expect(!isAccepted(source), "\(source)") }
    for entry in AcceptanceTable.differences {
      #expect(isAccepted(entry.source) == entry.isAccepted, "\(entry.source): \(entry.reason)")
    }
  }

  /// Whether a shell takes `source` for a script.
  private func isAccepted(_ source: String, by shell: String) throws -> Bool {
    let result = try Captured.run([shell, "-n", "-c", source], environment: [:], directory: "/")
    // bash -c says so and has the status 0.
    let text = String(decoding: result.diagnostics, as: UTF8.self)
    return result.end == .exited(0) && !text.contains("unexpected EOF")
  }

  @Test(arguments: ["bash", "dash"])
  func referenceShellsAgreeButForTheListedDifferences(_ shell: String) async throws {
    try await onOwnThread { try compare(with: shell) }
  }

  private func compare(with shell: String) throws {
    for source in AcceptanceTable.accepted { #expect(try isAccepted(source, by: shell), "\(source)") }
    for source in AcceptanceTable.refused { #expect(try !isAccepted(source, by: shell), "\(source)") }
    for entry in AcceptanceTable.differences {
      let expected = shell == "bash" ? entry.bash : entry.dash
      #expect(try isAccepted(entry.source, by: shell) == expected, "\(entry.source)")
    }
  }
}
