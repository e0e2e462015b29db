import Foundation
import TestSupport
import Testing

/// Misuse that the compiler refuses. Each program is type-checked against the module under test.
@Suite struct CompilerTests {
  private func compile(_ statement: String) async throws -> (succeeds: Bool, messages: String) {
    let products = try URL(fileURLWithPath: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      .deletingLastPathComponent()
    let system = products.appendingPathComponent("../../checkouts/swift-system/Sources/CSystem/include")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("misuse-\(UUID().uuidString).swift")
    let program = "import Meanwhile\nlet loop = EventLoop()\nlet task = loop.schedule { 7 }\n\(statement)\n"
    try program.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let arguments = [
      "swiftc", "-typecheck", "-swift-version", "6", "-I", products.appendingPathComponent("Modules").path,
      "-Xcc", "-fmodule-map-file=\(products.appendingPathComponent("CPlatform.build/module.modulemap").path)",
      "-Xcc", "-fmodule-map-file=\(system.appendingPathComponent("module.modulemap").path)", file.path,
    ]
    let result = try await onOwnThread {
      try Captured.run(
        arguments, environment: ProcessInfo.processInfo.environment, directory: "/", limit: .seconds(120))
    }
    return (result.end == .exited(0), String(decoding: result.diagnostics, as: UTF8.self))
  }

  @Test func correctProgramCompiles() async throws {
    let (succeeds, messages) = try await compile("print(try loop.runInForeground(task))")
    #expect(succeeds, "\(messages)")
  }

  @Test func programsOfTheExamplesPageCompileInOtherPackages() async throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Meanwhile/Meanwhile.docc/Examples.md").standardizedFileURL
    let blocks = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```swift\n").dropFirst()
    let (succeeds, messages) = try await compile(blocks.map { $0.components(separatedBy: "```")[0] }.joined())
    #expect(succeeds, "\(messages)")
  }

  @Test func schedulingATaskAgainDoesNotCompile() async throws {
    let (succeeds, messages) = try await compile("let again = loop.schedule(task)")
    #expect(!succeeds)
    #expect(messages.contains("BackgroundTask<Int>"))
  }

  @Test func callingATaskInTheBackgroundDoesNotCompile() async throws {
    let (succeeds, messages) = try await compile("let again = loop.callInBackground(task)")
    #expect(!succeeds)
    #expect(messages.contains("BackgroundTask<Int>"))
  }

  @Test func callingACoroutineOnAThreadDoesNotCompile() async throws {
    let (succeeds, messages) = try await compile(
      "let call = loop.callInBackground { try await sleep(for: .seconds(1)) }")
    #expect(!succeeds)
    #expect(messages.contains("async"))
  }

  @Test func foregroundOfWhatIsNoTaskDoesNotCompile() async throws {
    let (succeeds, messages) = try await compile("try loop.runInForeground(\"abc\")")
    #expect(!succeeds)
    #expect(messages.contains("String"))
  }
}
