import Foundation
import TestSupport
import Testing

/// The probe at a terminal of its own: `% ` is its prompt.
struct Session {
  let home: TemporaryDirectory
  let terminal: PseudoTerminal

  init(
    prompt: String = "% ", environment changes: [String: String] = [:], columns: Int = 40, rows: Int = 12,
    files: [String: String] = [:]
  ) throws {
    home = try TemporaryDirectory()
    for (name, contents) in files { try home.write(contents, to: name) }
    mkfifo(home.path + "/wake", 0o600)
    var environment = ShellUnderTest.meanwhile.environment(home: home.path)
    environment["PS1"] = prompt
    environment["PROBE_WAKE"] = home.path + "/wake"
    environment["PROBE_HISTORY"] = home.path + "/history"
    // libedit never lets go of what `bind -s` has bound.
    environment["ASAN_OPTIONS"] = "detect_leaks=0"
    environment.merge(changes) { $1 }
    terminal = try PseudoTerminal(
      [ShellUnderTest.productPath("LineEditorProbe")], environment: environment.filter { !$0.value.isEmpty },
      directory: home.path,
      columns: columns, rows: rows)
  }

  /// Runs a test with a session at whose prompt one can type, and ends the session.
  static func run(
    prompt: String = "% ", shown: String = "%", environment: [String: String] = [:], columns: Int = 40,
    rows: Int = 12, files: [String: String] = [:],
    _ body: @escaping @Sendable (Session, PseudoTerminal) throws -> Void
  ) async throws {
    try await onOwnThread {
      let session = try Session(
        prompt: prompt, environment: environment, columns: columns, rows: rows, files: files)
      try session.terminal.waitForScreen(shown)
      try session.terminal.waitForModes(canonical: false)
      try body(session, session.terminal)
      try session.terminal.waitForModes(canonical: false)
      try session.terminal.press(.controlC)
      try session.terminal.waitFor("given up\n")
      try session.terminal.press(.controlD)
      #expect(try session.terminal.waitForEnd() == .exited(0))
      try session.terminal.finish()
    }
  }

  /// Sends text to the probe, and wakes it.
  func wake(_ text: String) throws {
    let fifo = try FileHandle(forWritingTo: URL(fileURLWithPath: home.path + "/wake"))
    try fifo.write(contentsOf: Data(text.utf8))
    try fifo.close()
    terminal.send(signal: SIGUSR1)
  }

  func history() -> String { (try? String(contentsOfFile: home.path + "/history", encoding: .utf8)) ?? "" }
}
