import Foundation
import Testing

/// What may import what. The list is literal: a new arrow is a decision, made here and in `Docs/Architecture.md`.
private let allowedImports: [String: Set<String>] = [
  "ByteStrings": [],
  "ShellSyntax": ["ByteStrings"],
  "Meanwhile": ["CPlatform", "Glibc", "Synchronization", "SystemPackage", "DequeModule", "HeapModule", "Collections"],
  "Platform": ["CPlatform", "ByteStrings", "Glibc", "Synchronization", "SystemPackage"],
  "ShellRuntime": [
    "ShellSyntax", "Platform", "Meanwhile", "ByteStrings", "Synchronization", "SystemPackage", "DequeModule",
    "HeapModule", "Collections",
  ],
  "ShellBuiltins": [
    "ShellRuntime", "ShellSyntax", "Platform", "Meanwhile", "ByteStrings", "Synchronization", "SystemPackage",
  ],
  "LineEditing": ["CLibedit", "Platform", "ByteStrings", "Synchronization", "SystemPackage"],
  "MeanwhileCommand": [
    "ShellBuiltins", "ShellRuntime", "ShellSyntax", "LineEditing", "Platform", "Meanwhile", "ByteStrings",
    "Synchronization", "SystemPackage",
  ],
  "Benchmarks": ["Meanwhile", "CPlatform", "Foundation", "Glibc", "Synchronization", "SystemPackage"],
  "CPlatform": [],
  "CLibedit": [],
]

@Suite struct ArchitectureTests {
  @Test func everyImportIsAnAllowedArrow() throws {
    var violations: [String] = []
    for file in try SourceTree.files(in: "Sources") {
      let allowed = try #require(allowedImports[file.target], "no rule for the target \(file.target)")
      for (number, line) in file.lines.enumerated() {
        guard let module = importedModule(line.withoutComment) else { continue }
        if !allowed.contains(module) { violations.append("\(file.path):\(number + 1): imports \(module)") }
      }
    }
    #expect(violations == [])
  }

  @Test func importsAreRecognizedInEveryForm() {
    #expect(importedModule("import Glibc") == "Glibc")
    #expect(importedModule("  package import ByteStrings") == "ByteStrings")
    #expect(importedModule("@preconcurrency import Foundation") == "Foundation")
    #expect(importedModule("@_spi(Testing) import Meanwhile") == "Meanwhile")
    #expect(importedModule("import struct Foundation.Date") == "Foundation")
    #expect(importedModule("let importance = 1") == nil)
  }

  @Test func everyTargetHasARule() throws {
    let sources = SourceTree.root.appendingPathComponent("Sources")
    let targets = try FileManager.default.contentsOfDirectory(atPath: sources.path)
    #expect(targets.sorted() == allowedImports.keys.sorted())
  }

  @Test func productLeavesOutFoundationDispatchAndTaskSleep() throws {
    let forbidden = ["import Foundation", "import Dispatch", "Task.sleep", "DispatchSemaphore", "@MainActor"]
    var violations: [String] = []
    for file in try SourceTree.files(in: "Sources") where file.target != "Benchmarks" {
      for (number, line) in file.lines.enumerated() {
        for word in forbidden where line.withoutComment.contains(word) {
          violations.append("\(file.path):\(number + 1): \(word)")
        }
      }
    }
    #expect(violations == [])
  }

  /// The static executable leaves out Dispatch, on which Swift's default executor rests
  /// (`Docs/Decisions/StartLayout.md`): a job is a machine that the loop steps, never a Swift task.
  @Test func shellRunsNoSwiftTask() throws {
    let forbidden = ["await ", " async ", "Task {", "Task.", ".schedule {", ".runInForeground {"]
    let targets = ["Platform", "ShellSyntax", "ShellRuntime", "ShellBuiltins", "LineEditing", "MeanwhileCommand"]
    var violations: [String] = []
    for file in try SourceTree.files(in: "Sources") where targets.contains(file.target) {
      for (number, line) in file.lines.enumerated() {
        for word in forbidden where line.withoutComment.contains(word) {
          violations.append("\(file.path):\(number + 1): \(word)")
        }
      }
    }
    #expect(violations == [])
  }

  @Test func topLevelHoldsExactlyWhatTheDesignNames() throws {
    let entries = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
    let visible = entries.filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
    #expect(visible.sorted() == ["Docs", "Makefile", "Package.swift", "README.md", "Sources", "Tests"])
  }

  /// `ByteStrings` and two files are public for speed alone: see Docs/Decisions/ByteStrings-are-public.md.
  @Test func onlyTheLibraryAndByteStringsArePublic() throws {
    let exceptions = ["Sources/Platform/PendingSignals.swift", "Sources/ShellRuntime/Builtins/Arguments.swift"]
    var violations: [String] = []
    for file in try SourceTree.files(in: "Sources")
    where !["Meanwhile", "ByteStrings"].contains(file.target) && !exceptions.contains(file.path) {
      for (number, line) in file.lines.enumerated() where isPublicDeclaration(line.withoutComment) {
        violations.append("\(file.path):\(number + 1)")
      }
    }
    #expect(violations == [])
  }

  /// The one rule has one place: only one function runs what stands in the ready queue and sleeps in the kernel for them,
  /// and in the shell only a foreground wait and a worker thread, for its own loop, call it.
  @Test func oneFunctionDrivesTheLoop() throws {
    let driving = "Sources/Meanwhile/EventLoop+Driving.swift"
    // A new task's first step, an entry of the queue, and what a closure's task cleans up.
    #expect(try callers(of: ".runFromQueue(in: self)") == [driving, driving, driving])
    #expect(try callers(of: "runPass(") == [driving])
    #expect(try callers(of: "waitUntilSomethingIsReady(") == [driving])
    #expect(try callers(of: "sleepInTheKernel(") == [driving])
    let inTheShell = try callers(of: "loop.runInForeground(").filter { !$0.hasPrefix("Sources/Meanwhile/") }
    #expect(
      inTheShell == [
        "Sources/ShellRuntime/Environment/Shell+Foreground.swift",
        "Sources/ShellRuntime/Environment/Shell+Successor.swift",
        "Sources/ShellRuntime/Environment/Shell+Successor.swift", "Sources/ShellRuntime/Jobs/ThreadJob.swift",
      ])
  }

  /// The files that call this, one entry a call.
  private func callers(of call: String) throws -> [String] {
    try SourceTree.files(in: "Sources").filter { $0.target != "Benchmarks" }.flatMap { file in
      file.lines.map(\.withoutComment).filter { $0.contains(call) && !$0.contains("func " + call) }.map { _ in file.path
      }
    }
  }

  /// A test that a broken product switches off is green when it should be red.
  @Test func noTestCanBeSwitchedOff() throws {
    let gates = [".enabled(if", ".disabled(", ".disabled)", "withKnownIssue", "XCTSkip", "Test.cancel("]
    var violations: [String] = []
    for file in try SourceTree.files(in: "Tests") where !file.path.hasSuffix("/ArchitectureTests.swift") {
      for (number, line) in file.lines.enumerated() {
        for gate in gates where line.contains(gate) { violations.append("\(file.path):\(number + 1): \(gate)") }
      }
    }
    #expect(violations == [])
  }

  @Test func licenceIsThereAndNamed() throws {
    #expect(try text("Docs/LICENSE").contains("Runtime Library Exception to the Apache 2.0 License"))
    #expect(try text("README.md").contains("Docs/LICENSE"))
  }

  @Test func readersAreToldWhichSwiftIsTested() throws {
    let version = try text(".swift-version").trimmingCharacters(in: .whitespacesAndNewlines)
    for document in ["README.md", "Docs/Contributing.md"] {
      #expect(try text(document).contains(version), "\(document) does not name it")
    }
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: SourceTree.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// A reader who meets the name of a type at the top level must not have to ask which of two is meant.
  @Test func noOtherTypeHasTheNameOfATypeAtTheTopLevel() throws {
    let declaration =
      #/
      ^(?<indent>\s*)
      (?:(?:public|package|private|fileprivate|final|indirect|@\w+)\s+)*
      (?:struct|enum|class|actor|protocol|typealias)\s+
      (?<name>[A-Z]\w*)
      /#
    var places: [Substring: [(path: String, isTopLevel: Bool)]] = [:]
    for file in try SourceTree.files(in: "Sources") where file.target != "Benchmarks" {
      for line in file.lines {
        guard let match = line.prefixMatch(of: declaration) else { continue }
        places[match.output.name, default: []].append((file.path, match.output.indent.isEmpty))
      }
    }
    #expect(places.count > 300)
    let shared = places.filter { $0.value.count > 1 && $0.value.contains(where: \.isTopLevel) }
    #expect(shared.map { "\($0.key): \($0.value.map(\.path))" }.sorted() == [])
  }

  @Test func noFileHasMoreThan600Lines() throws {
    let endings = ["swift", "c", "h"]
    let files =
      try SourceTree.files(in: "Sources", endings: endings) + SourceTree.files(in: "Tests", endings: endings)
    #expect(files.filter { $0.lines.count > 601 }.map { "\($0.path): \($0.lines.count) lines" } == [])
  }
}

/// The module that this line imports, if it is an import.
private func importedModule(_ line: Substring) -> String? {
  let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
  let levels: Set = ["public", "package", "internal", "fileprivate", "private"]
  var words = line.split(separator: " ")[...]
  while let word = words.first, word.hasPrefix("@") || levels.contains(String(word)) { words.removeFirst() }
  guard words.popFirst() == "import" else { return nil }
  if let word = words.first, kinds.contains(String(word)) { words.removeFirst() }
  return words.first.flatMap { $0.split(separator: ".").first }.map(String.init)
}

private func isPublicDeclaration(_ line: Substring) -> Bool {
  let words = line.split(whereSeparator: { $0 == " " || $0 == "(" })
  let declaration = words.drop { $0.hasPrefix("@") }.first
  return declaration == "public" || declaration == "open"
}
