import CTestSupport
import Foundation

/// Runs a program to its end and takes what it writes.
package enum Captured {
  /// A program that did not end in time, and what it wrote.
  package struct Overdue: Error, CustomStringConvertible {
    package var arguments: [String]
    package var limit: Duration
    package var output: [UInt8]
    package var diagnostics: [UInt8]

    package var description: String {
      "\(arguments) did not end within \(limit); it wrote: \(Self.text(output)) \(Self.text(diagnostics))"
    }

    private static func text(_ bytes: [UInt8]) -> String {
      String(decoding: bytes.prefix(2_000), as: UTF8.self).debugDescription
    }
  }

  /// What becomes of a program that stops itself.
  package enum Stopped: Sendable {
    case waits, continues
    /// The program itself sees to its children; what has stopped behind these is continued.
    case continuesBehindChildren
  }

  /// Standard input is a file. Whatever its session leaves behind is killed, after a while, and named in the result.
  package static func run(
    _ arguments: [String], environment: [String: String], directory: String, inputPath: String = "/dev/null",
    limit: Duration = .seconds(20), stopped: Stopped = .waits, patience: Duration = .milliseconds(500)
  ) throws -> ScriptResult {
    let input = open(inputPath, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw SystemError("open \(inputPath)") }
    let output = try capture()
    let errors = try capture()
    defer { for descriptor in [input, output, errors] { close(descriptor) } }
    let launch = Launch(
      arguments, environment: environment, directory: directory, descriptors: [input, output, errors])
    let process = try launch.start()
    let end = wait(for: process, limit: limit, stopped)
    let leftovers = ProcessTable.drain(session: process, limit: patience).map(\.description)
    let (written, diagnostics) = (contents(output), contents(errors))
    guard let end else {
      throw Overdue(arguments: arguments, limit: limit, output: written, diagnostics: diagnostics)
    }
    return ScriptResult(output: written, diagnostics: diagnostics, end: end, leftovers: leftovers)
  }

  /// A file without a name: no reader is needed, and a writer that goes on cannot hold the test.
  private static func capture() throws -> Int32 {
    let descriptor = testUnnamedFile("/tmp")
    guard descriptor >= 0 else { throw SystemError("open a temporary file") }
    return descriptor
  }

  private static func wait(for process: Int32, limit: Duration, _ stopped: Stopped) -> ProcessEnd? {
    let descriptor = testProcessDescriptor(process)
    defer { close(descriptor) }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let deadline = ContinuousClock.now + limit
    let interval = stopped == .waits ? limit : .milliseconds(50)
    var isOver = poll(&waiting, 1, interval.pollTimeout) > 0
    while !isOver, ContinuousClock.now < deadline {
      for entry in stoppedPrograms(process) where stopped == .continues || entry.parent != process {
        kill(entry.process, SIGCONT)
      }
      isOver = poll(&waiting, 1, interval.pollTimeout) > 0
    }
    if !isOver { kill(process, SIGKILL) }
    let end = Children.wait(for: process)
    return isOver ? end : nil
  }

  /// The program itself, or where another one started it, such as `unshare`, what has stopped behind that.
  private static func stoppedPrograms(_ process: Int32) -> [ProcessTable.Entry] {
    guard let own = ProcessTable.entry(process) else { return [] }
    if own.state == "T" { return [own] }
    let stopped = ProcessTable.session(process).filter { $0.state == "T" && $0.name != own.name }
    // Who runs after that may be about to learn of it, and is not to find it continued.
    let isQuiet = stopped.isEmpty || ProcessTable.session(process).allSatisfy { !"RD".contains($0.state) }
    return isQuiet ? stopped : []
  }

  private static func contents(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, bytes.count)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}
