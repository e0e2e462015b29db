import ByteStrings
import Foundation
import Testing

@testable import ShellSyntax

@Suite struct AcceptanceTests {
  private func isAccepted(_ source: String) -> Bool {
    var parser = Parser(ByteString(source))
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
    let process = Process()
    process.executableURL = URL(filePath: "/bin/" + shell)
    process.arguments = ["-n", "-c", source]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    // bash -c says so and has the status 0.
    return process.terminationStatus == 0 && !text.contains("unexpected EOF")
  }

  @Test(arguments: ["bash", "dash"].filter { FileManager.default.isExecutableFile(atPath: "/bin/" + $0) })
  func referenceShellsAgreeButForTheListedDifferences(_ shell: String) throws {
    for source in AcceptanceTable.accepted { #expect(try isAccepted(source, by: shell), "\(source)") }
    for source in AcceptanceTable.refused { #expect(try !isAccepted(source, by: shell), "\(source)") }
    for entry in AcceptanceTable.differences {
      let expected = shell == "bash" ? entry.bash : entry.dash
      #expect(try isAccepted(entry.source, by: shell) == expected, "\(entry.source)")
    }
  }
}
