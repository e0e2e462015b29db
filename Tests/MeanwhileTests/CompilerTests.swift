import Foundation
import Testing

/// Misuse that the compiler refuses: SEMANTICS section 5. Each program is type-checked against the module under test.
@Suite struct CompilerTests {
  private func compile(_ statement: String) throws -> (succeeds: Bool, messages: String) {
    let products = try URL(fileURLWithPath: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      .deletingLastPathComponent()
    let system = products.appendingPathComponent("../../checkouts/swift-system/Sources/CSystem/include")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("misuse-\(UUID().uuidString).swift")
    let program = "import Meanwhile\nlet loop = EventLoop()\nlet task = loop.schedule { 7 }\n\(statement)\n"
    try program.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "swiftc", "-typecheck", "-swift-version", "6", "-I", products.appendingPathComponent("Modules").path,
      "-Xcc", "-fmodule-map-file=\(products.appendingPathComponent("CPlatform.build/module.modulemap").path)",
      "-Xcc", "-fmodule-map-file=\(system.appendingPathComponent("module.modulemap").path)", file.path,
    ]
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let messages = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus == 0, messages)
  }

  @Test func correctProgramCompiles() throws {
    let (succeeds, messages) = try compile("print(try loop.runInForeground(task))")
    #expect(succeeds, "\(messages)")
  }

  @Test func programsOfTheExamplesPageCompileInOtherPackages() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Meanwhile/Meanwhile.docc/Examples.md").standardizedFileURL
    let blocks = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```swift\n").dropFirst()
    let (succeeds, messages) = try compile(blocks.map { $0.components(separatedBy: "```")[0] }.joined())
    #expect(succeeds, "\(messages)")
  }

  @Test func schedulingATaskAgainDoesNotCompile() throws {
    let (succeeds, messages) = try compile("let again = loop.schedule(task)")
    #expect(!succeeds)
    #expect(messages.contains("BackgroundTask<Int>"))
  }

  @Test func callingATaskInTheBackgroundDoesNotCompile() throws {
    let (succeeds, messages) = try compile("let again = loop.callInBackground(task)")
    #expect(!succeeds)
    #expect(messages.contains("BackgroundTask<Int>"))
  }

  @Test func callingACoroutineOnAThreadDoesNotCompile() throws {
    let (succeeds, messages) = try compile("let call = loop.callInBackground { try await sleep(for: .seconds(1)) }")
    #expect(!succeeds)
    #expect(messages.contains("async"))
  }

  @Test func foregroundOfWhatIsNoTaskDoesNotCompile() throws {
    let (succeeds, messages) = try compile("try loop.runInForeground(\"abc\")")
    #expect(!succeeds)
    #expect(messages.contains("String"))
  }
}
