import Foundation
import TestSupport
import Testing

/// Runs a scenario of PlatformProbe in a process of its own.
enum Probe {
  static let path = ShellUnderTest.productPath("PlatformProbe")

  /// What the scenario wrote to standard output and how it ended; nothing may be left running.
  static func run(
    _ scenario: String, _ arguments: [String] = [], prefix: [String] = [], environment: [String: String] = [:]
  ) async throws -> (output: String, end: ProcessEnd) {
    let command = prefix + [path, scenario] + arguments
    let surroundings = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
    let result = try await onOwnThread {
      try Captured.run(command, environment: surroundings, directory: "/")
    }
    #expect(result.leftovers == [])
    return (String(decoding: result.output, as: UTF8.self), result.end)
  }
}
