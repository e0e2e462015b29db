import TestSupport
import Testing

@Suite struct ScriptTests {
  private static let executed = ExecutedCases(of: "ScriptTests.script", expected: Corpus.cases.count)

  @Test(arguments: Corpus.cases)
  func script(_ script: ScriptCase) async throws {
    Self.executed.count()
    let result = try await onOwnThread { try script.run(in: .meanwhile) }
    if let difference = script.difference(result) { Issue.record("\(script.place): \(difference)") }
  }
}

/// The expectations of the `posix-` and `bash-` files hold in shells that are known to work, or say in a sentence why not.
@Suite struct ReferenceShellTests {
  private static let executed = ExecutedCases(
    of: "ReferenceShellTests.referenceShellAgreesOrItsDifferenceIsListed", expected: Corpus.references.count)

  @Test(arguments: Corpus.references)
  func referenceShellAgreesOrItsDifferenceIsListed(_ script: ScriptCase, _ shell: ShellUnderTest) async throws {
    Self.executed.count()
    let result = try await onOwnThread { try script.run(in: shell) }
    let difference = script.difference(result)
    if script.differences[shell.rawValue] == nil {
      if let difference { Issue.record("\(script.place): \(shell): \(difference)") }
    } else {
      #expect(difference != nil, "\(script.place): \(shell) does not differ any more")
    }
  }

  @Test func differencesNameAShellThatIsAsked() {
    let others = Corpus.cases.filter { script in
      !Set(Corpus.witnesses(of: script).map(\.rawValue)).isSuperset(of: script.differences.keys)
    }
    #expect(others.map(\.place) == [])
  }

  @Test func titlesAreUnique() {
    let titles = Dictionary(grouping: Corpus.cases, by: \.title).filter { $0.value.count > 1 }
    #expect(titles.keys.sorted() == [])
  }
}

/// What the tests of this target look at is all there.
@Suite struct CorpusTests {
  /// Fewer than these were never there: a corpus that shrinks was lost, not tidied up.
  @Test func everySectionOfTheFilesIsACase() throws {
    let (scripts, sessions) = (
      try Corpus.sections("Scripts", ending: "cases"), try Corpus.sections("Sessions", ending: "session")
    )
    #expect(Corpus.allCases.count == scripts && scripts >= 1_900)
    #expect(Corpus.allSessions.count == sessions && sessions >= 55)
    #expect(Corpus.allCases.count { $0.language == .posix } >= 1_500)
    #expect(Corpus.allCases.count { $0.language == .bash } >= 20)
    #expect(Corpus.allDocumentSessions.count == (try Corpus.documentBlocks()) && Corpus.allDocumentSessions.count >= 14)
  }

  @Test func aTestThatLeftOutACaseIsNamed() {
    let executed = ExecutedCases(of: "a test", expected: 2)
    defer { executed.count() }
    executed.count()
    #expect(executed.complaint == "a test: 1 of 2 cases ran")
  }
}

/// The runner itself.
@Suite struct ScriptRunnerTests {
  private func difference(_ text: String) async throws -> String? {
    let script = try ScriptCase.read("=== a\n" + text, name: "text")[0]
    return script.difference(try await onOwnThread { try script.run(in: .dash) })
  }

  @Test func everyPartOfACaseIsCompared() async throws {
    let whole = """
      read line; echo "$line $1 $NAME"; echo problem >&2; exit 3
      --- input words from the input
      --- arguments one two
      --- environment NAME=value of it
      --- stderr ^prob
      --- status 3
      ---
      words from the input one value of it
      """
    #expect(try await difference(whole) == nil)
    let status = whole.replacing("status 3", with: "status 4")
    #expect(try await difference(status)?.contains("expected status 4, got exit status 3") == true)
    let errors = whole.replacing("^prob", with: "^lem")
    #expect(try await difference(errors)?.contains("expected errors: matching(\"^lem\")") == true)
    let output = whole.replacing("one value", with: "two value")
    #expect(try await difference(output)?.contains("they part at line 1") == true)
  }

  @Test func diagnosticsAreComparedUnlessAnyWillDo() async throws {
    #expect(try await difference("echo x >&2\n")?.contains("expected errors: none") == true)
    #expect(try await difference("echo x >&2\n--- stderr\n") == nil)
    #expect(try await difference("echo x >&2\n--- stderr any\n") == nil)
    #expect(try await difference(":\n--- stderr\n")?.contains("expected errors: some") == true)
  }

  @Test func processesThatAreLeftAreReported() async throws {
    #expect(try await difference("sleep 1000 >/dev/null 2>&1 &\n")?.contains("left behind: [\"sleep") == true)
  }

  @Test func aScriptThatHangsIsStopped() async throws {
    let script = try ScriptCase.read("=== a\nsleep 1000\n", name: "text")[0]
    let failure = await #expect(throws: Captured.Overdue.self) {
      try await onOwnThread { try script.run(in: .dash, limit: .milliseconds(100)) }
    }
    #expect(failure?.description.contains("did not end within") == true)
  }
}
