import CTestSupport
import Foundation

/// The processes that one test has started, with their descendants.
///
/// The test process adopts what loses its parent, so a descendant is found however it was started: by the session of
/// the process that the test started, or, where it has made a session of its own, by the test's temporary directory,
/// which is its home or its working directory.
package final class StartedProcesses: Sendable {
  /// Those of the test that runs here (`onOwnThread`).
  @TaskLocal package static var current: StartedProcesses?

  private struct State {
    var sessions: Set<Int32> = []
    var directories: [String] = []
  }
  private let state = Locked(State())

  package init() {}

  func add(session: Int32) { state.with { _ = $0.sessions.insert(session) } }
  func add(directory: String) { state.with { $0.directories.append(directory) } }

  /// Waits until none is left; those that are left when the limit is over are killed and returned.
  package func drain(limit: Duration) -> [ProcessTable.Entry] {
    let state = state.with { $0 }
    guard !state.sessions.isEmpty else { return [] }
    let deadline = ContinuousClock.now + limit
    var found: [ProcessTable.Entry] = []
    while case let left = Self.live(of: state), !left.isEmpty {
      if ContinuousClock.now >= deadline {
        found += left.filter { entry in !found.contains { $0.process == entry.process } }.map(\.withCommand)
        ProcessTable.kill(left)
      }
      usleep(2_000)
    }
    return found
  }

  private static func live(of state: State) -> [ProcessTable.Entry] {
    let (own, ownSession) = (getpid(), getsid(0))
    return ProcessTable.all().filter { entry in
      if entry.state == "Z" {
        if entry.parent == own, entry.session != ownSession { Children.collectAdopted(entry.process) }
        return false
      }
      if state.sessions.contains(entry.session) { return true }
      guard entry.parent == own, entry.session != ownSession else { return false }
      return state.directories.contains { ProcessTable.isAtHome(entry.process, in: $0) }
    }
  }
}

/// The children of the test process: those that the harness started, and those that it adopted.
package enum Children {
  /// The children that the harness started and has not collected.
  private static let own = Locked<Set<Int32>>([])

  /// From here on the test process adopts what loses its parent, and looks at its end whether a process is left.
  private static let adopts: Void = {
    guard testAdoptOrphans() == 0 else { fatalError("\(SystemError("prctl(PR_SET_CHILD_SUBREAPER)"))") }
    atexit { EndOfRun.check() }
  }()

  /// Starts a program in a session of its own. No one looks at the children between its start and its entry here.
  static func start(_ program: String, _ body: (inout pid_t) -> Int32) throws -> Int32 {
    _ = adopts
    var process: pid_t = 0
    let code = own.with { own -> Int32 in
      let code = body(&process)
      if code == 0 { own.insert(process) }
      return code
    }
    guard code == 0 else {
      let advice = code == ENOENT ? " (`make deps` installs the programs that the tests use)" : ""
      throw SystemError("start \(program)\(advice)", code: code)
    }
    StartedProcesses.current?.add(session: process)
    return process
  }

  /// How a child that the harness started ended; `nil` if it runs and the options say not to wait.
  static func wait(for process: Int32, options: Int32 = 0) -> ProcessEnd? {
    var status: Int32 = 0
    guard waitpid(process, &status, options) == process else { return nil }
    own.with { _ = $0.remove(process) }
    return ProcessEnd(waitStatus: status)
  }

  /// Takes the status of an adopted child that has ended; one that the harness started keeps it for its test.
  static func collectAdopted(_ process: Int32) {
    own.with { own in
      if !own.contains(process) { _ = waitpid(process, nil, WNOHANG) }
    }
  }
}

/// What is looked at when all tests have ended, where no test can fail any more: the run fails.
enum EndOfRun {
  static func check() {
    let left = ProcessTable.all().filter { $0.parent == getpid() && $0.state != "Z" }.map(\.withCommand)
    ProcessTable.kill(left)
    let complaints = left.map { "left behind by a test: \($0)" } + ExecutedCases.complaints
    guard !complaints.isEmpty else { return }
    for complaint in complaints { FileHandle.standardError.write(Data("✘ \(complaint)\n".utf8)) }
    _exit(1)
  }
}
