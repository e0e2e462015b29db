import TestSupport
import Testing

/// Shell scripts of the distribution do in ours what they do in dash and bash: the same output, status and files.
///
/// `MEANWHILE_REAL=all` calls every maintainer script in all the ways in which dpkg does (`Docs/Testing.md`).
@Suite struct RealScriptTests {
  private static let executed = ExecutedCases(of: "RealScriptTests.script", expected: Corpus.realScripts.count)

  @Test(arguments: Corpus.realScripts)
  func script(_ script: RealScript) async throws {
    Self.executed.count()
    try #require(script.missing == [], "\(script) needs these; `make deps` installs them")
    let differences = try await onOwnThread {
      let directory = try TemporaryDirectory()
      let own = try script.run(in: .meanwhile, below: directory)
      return try script.references.compactMap { shell in
        let reference = try script.run(in: shell, below: directory)
        // A reference that gives up half-way would prove nothing.
        if reference.end != .exited(0) || reference.output.isEmpty {
          return "\(shell): \(reference.end), \(reference.output.suffix(5)), \(reference.diagnostics.suffix(5))"
        }
        return own.difference(from: reference).map { "\(shell): \($0)" }
      }
    }
    for difference in differences { Issue.record("\(script): \(difference)") }
  }

  @Test func noScriptWasLost() {
    #expect(Corpus.allRealScripts.count >= 15)
  }

  @Test(arguments: [
    "echo x", "echo x >&2", "exit 3", "echo x >file", "rm file", "chmod 600 file", "ln -sf x link", "mkdir new",
  ])
  func everyPartOfAnOutcomeIsCompared(_ command: String) async throws {
    let text = """
      #!/bin/sh
      echo a line; echo content >file; ln -s file link
      case $(readlink "$BIN/sh") in */dash) ;; *) \(command) ;; esac
      """
    let script = RealScript(name: "text", text: text)
    let (own, reference) = try await onOwnThread {
      let directory = try TemporaryDirectory()
      return (
        try script.run(in: .meanwhile, below: directory), try script.run(in: .dash, below: directory)
      )
    }
    #expect(own.difference(from: reference) != nil)
    #expect(reference.difference(from: reference) == nil)
  }

  @Test func onlyMessagesOfShellsAreLeftOut() {
    for line in ["meanwhile: x:1:1: f: not found", "../script: 3: f: not found", "sh: line 12: f: not found"] {
      #expect(RealOutcome.isMessageOfShell(line))
    }
    for line in ["", "a: b", "file:3: x", "make: 3", "two words: 3: x", ": 3"] {
      #expect(!RealOutcome.isMessageOfShell(line))
    }
  }

  @Test func whatIsMissingIsNamed() {
    let script = RealScript(name: "text", text: "#!/bin/sh\n# needs: sed no-such-program /no/such/file /bin/sh\n")
    #expect(script.missing == ["no-such-program", "/no/such/file"])
    #expect(script.references == [.dash])
    #expect(RealScript(name: "text", text: "#!/bin/sh\n# compared with: bash dash\n").references == [.bash, .dash])
  }
}
