import CTestSupport
import Foundation

/// An interactive shell without a terminal: lines go in through a pipe, and what it writes, prompts included, comes
/// out of another. Belongs to one thread.
package final class PipedShell {
  /// The prompts, as `PS1` and `PS2`: no output looks like them.
  package enum Prompt: String, CaseIterable, Sendable {
    case first = "@PS1@"
    case second = "@PS2@"
  }

  /// What came before a prompt, and which prompt it was; `nil` at the end of the output.
  package struct Answer: Sendable {
    package var output: [UInt8]
    package var prompt: Prompt?
  }

  package let process: Int32
  package private(set) var end: ProcessEnd?
  private var input: Int32
  private let output: Int32
  private var buffer: [UInt8] = []
  private let deadline: ContinuousClock.Instant
  private var isAtEnd = false

  package init(
    _ arguments: [String], environment: [String: String], directory: String, limit: Duration = .seconds(60)
  ) throws {
    let (inputEnd, input) = try Self.pipe()
    let (output, outputEnd) = try Self.pipe()
    defer {
      close(inputEnd)
      close(outputEnd)
    }
    var environment = environment
    environment["PS1"] = Prompt.first.rawValue
    environment["PS2"] = Prompt.second.rawValue
    self.input = input
    self.output = output
    deadline = ContinuousClock.now + limit
    let launch = Launch(
      arguments, environment: environment, directory: directory, descriptors: [inputEnd, outputEnd, outputEnd])
    process = try launch.start()
  }

  deinit {
    if end == nil {
      ProcessTable.drain(session: process, limit: .zero)
      _ = Children.wait(for: process)
    }
    closeInput()
    close(output)
  }

  private static func pipe() throws -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    guard testPipe(&ends) == 0 else { throw SystemError("pipe") }
    return (ends[0], ends[1])
  }

  package func send(_ line: String) throws {
    let bytes = Array((line + "\n").utf8)
    signal(SIGPIPE, SIG_IGN)
    guard bytes.withUnsafeBytes({ write(input, $0.baseAddress, $0.count) }) == bytes.count else {
      throw SystemError("write to the shell")
    }
  }

  package func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Everything up to the next prompt, or up to the end.
  package func receiveUntilPrompt() throws -> Answer {
    var searched = 0
    while true {
      if let (range, prompt) = Self.firstPrompt(in: buffer[searched...]) {
        defer { buffer.removeSubrange(..<range.upperBound) }
        return Answer(output: Array(buffer[..<range.lowerBound]), prompt: prompt)
      }
      searched = max(0, buffer.count - 8)
      guard try receive() else {
        defer { buffer = [] }
        return Answer(output: buffer, prompt: nil)
      }
    }
  }

  /// What was written since the last prompt that was waited for, as soon as the condition holds for it.
  @discardableResult
  package func receiveUntil(_ what: String, _ condition: (String) -> Bool) throws -> String {
    while !condition(String(decoding: buffer, as: UTF8.self)) {
      guard try receive() else { throw TranscriptFailure("the output ended before \(what): \(shown)") }
    }
    return String(decoding: buffer, as: UTF8.self)
  }

  private static func firstPrompt(in bytes: ArraySlice<UInt8>) -> (Range<Int>, Prompt)? {
    for start in bytes.indices where bytes[start] == UInt8(ascii: "@") {
      for prompt in Prompt.allCases where bytes[start...].starts(with: prompt.rawValue.utf8) {
        return (start..<(start + prompt.rawValue.utf8.count), prompt)
      }
    }
    return nil
  }

  private func receive() throws -> Bool {
    guard !isAtEnd else { return false }
    let remaining = deadline - ContinuousClock.now
    var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, remaining.pollTimeout) > 0 else {
      throw TranscriptFailure("the shell does not go on; since the last prompt it wrote: \(shown)")
    }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(output, &bytes, bytes.count)
    guard count > 0 else {
      isAtEnd = true
      return false
    }
    buffer += bytes[..<count]
    return true
  }

  private var shown: String { String(decoding: buffer, as: UTF8.self).debugDescription }

  /// Closes the input and waits for the end. Returns the rest of the output.
  package func finish() throws -> [UInt8] {
    closeInput()
    while try receive() {}
    if end == nil { end = Children.wait(for: process) }
    defer { buffer = [] }
    return buffer
  }

  /// Kills what is left of the session; the names of what was there.
  package func leftovers(limit: Duration) -> [String] {
    if end == nil { return ["the shell itself"] }
    return ProcessTable.drain(session: process, limit: limit).map(\.description)
  }
}

/// A session that did not go as it is written.
package struct TranscriptFailure: Error, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
