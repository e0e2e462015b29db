import Foundation

/// What the kernel shows of processes.
package enum ProcessTable {
  package struct Entry: Sendable, Equatable, CustomStringConvertible {
    package var process: Int32
    package var name: String
    /// The command line, where it was asked for.
    package var command = ""
    package var state: Character
    package var parent: Int32
    package var group: Int32
    package var session: Int32

    package var description: String { "\(command.isEmpty ? name : command) (process \(process), state \(state))" }

    /// The same with its command line, which a process has no more once it was killed.
    var withCommand: Entry {
      var copy = self
      let words = ProcessTable.contents("/proc/\(process)/cmdline").split(separator: 0)
      copy.command = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
      return copy
    }
  }

  package static func entry(_ process: Int32) -> Entry? {
    let data = contents("/proc/\(process)/stat")
    guard let open = data.firstIndex(of: UInt8(ascii: "(")), let close = data.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = data[(close + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 4).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard fields.count > 4, let state = fields[0].first else { return nil }
    return Entry(
      process: process, name: String(decoding: data[(open + 1)..<close], as: UTF8.self), state: state,
      parent: Int32(fields[1]) ?? 0, group: Int32(fields[2]) ?? 0, session: Int32(fields[3]) ?? 0)
  }

  /// Every process there is.
  package static func all() -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.compactMap(entry)
  }

  /// The live processes of a session; the dead ones that were not collected do not count.
  package static func session(_ session: Int32) -> [Entry] {
    all().filter { $0.session == session && $0.state != "Z" }
  }

  /// Whether a directory is the home of a process, or the process works below it.
  static func isAtHome(_ process: Int32, in directory: String) -> Bool {
    let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
    if let place, place == directory || place.hasPrefix(directory + "/") { return true }
    return contents("/proc/\(process)/environ").split(separator: 0).contains {
      $0.elementsEqual("HOME=\(directory)".utf8)
    }
  }

  /// A file of the kernel's, whole; empty where there is none.
  private static func contents(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return bytes
  }

  /// Descriptor numbers of a process and what they refer to.
  package static func descriptors(of process: Int32) -> [Int: String] {
    let folder = "/proc/\(process)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var found: [Int: String] = [:]
    for name in names {
      guard let number = Int(name) else { continue }
      found[number] = (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")) ?? "?"
    }
    return found
  }

  /// Waits until a session is empty; what is left when the limit is over is killed and returned.
  @discardableResult
  package static func drain(session: Int32, limit: Duration) -> [Entry] {
    let deadline = ContinuousClock.now + limit
    var left = self.session(session)
    while !left.isEmpty, ContinuousClock.now < deadline {
      usleep(2_000)
      left = self.session(session)
    }
    left = left.map(\.withCommand)
    kill(left)
    return left
  }

  static func kill(_ entries: [Entry]) {
    for entry in entries {
      Glibc.kill(entry.process, SIGCONT)
      Glibc.kill(entry.process, SIGKILL)
    }
  }
}
