import CTestSupport
import Foundation

/// Runs a program to its end and takes what it writes.
package enum Captured {
  /// Standard input is a file. Whatever its session leaves behind is killed and named in the result.
  package static func run(
    _ arguments: [String], environment: [String: String], directory: String, inputPath: String = "/dev/null",
    limit: Duration = .seconds(20)
  ) throws -> ScriptResult {
    let input = open(inputPath, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw SystemError("open \(inputPath)") }
    let output = try capture()
    let errors = try capture()
    defer { for descriptor in [input, output, errors] { close(descriptor) } }
    let launch = Launch(
      arguments, environment: environment, directory: directory, descriptors: [input, output, errors])
    let process = try launch.start()
    let end = wait(for: process, limit: limit)
    let leftovers = ProcessTable.drain(session: process, limit: .milliseconds(500)).map(\.description)
    guard let end else {
      throw TranscriptFailure("\(arguments) did not end within \(limit); it wrote: \(text(output)) \(text(errors))")
    }
    return ScriptResult(output: contents(output), diagnostics: contents(errors), end: end, leftovers: leftovers)
  }

  /// A file without a name: no reader is needed, and a writer that goes on cannot hold the test.
  private static func capture() throws -> Int32 {
    let descriptor = testUnnamedFile("/tmp")
    guard descriptor >= 0 else { throw SystemError("open a temporary file") }
    return descriptor
  }

  private static func wait(for process: Int32, limit: Duration) -> ProcessEnd? {
    let descriptor = testProcessDescriptor(process)
    defer { close(descriptor) }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let isOver = poll(&waiting, 1, limit.pollTimeout) > 0
    if !isOver { kill(process, SIGKILL) }
    let end = Children.wait(for: process)
    return isOver ? end : nil
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

  private static func text(_ descriptor: Int32) -> String {
    String(decoding: contents(descriptor).prefix(2_000), as: UTF8.self).debugDescription
  }
}
