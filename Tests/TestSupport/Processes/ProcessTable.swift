import Foundation

/// What the kernel shows of the processes of one session.
package enum ProcessTable {
  package struct Entry: Sendable, Equatable, CustomStringConvertible {
    package var process: Int32
    package var name: String
    package var state: Character
    package var parent: Int32
    package var group: Int32
    package var session: Int32

    package var description: String { "\(name) (process \(process), state \(state))" }
  }

  package static func entry(_ process: Int32) -> Entry? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat"),
      let open = data.firstIndex(of: UInt8(ascii: "(")), let close = data.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: data[(close + 1)...], as: UTF8.self).split(separator: " ")
    guard fields.count > 4, let state = fields[0].first else { return nil }
    return Entry(
      process: process, name: String(decoding: data[(open + 1)..<close], as: UTF8.self), state: state,
      parent: Int32(fields[1]) ?? 0, group: Int32(fields[2]) ?? 0, session: Int32(fields[3]) ?? 0)
  }

  /// The live processes of a session; the dead ones that nobody has collected do not count.
  package static func session(_ session: Int32) -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.compactMap(entry).filter { $0.session == session && $0.state != "Z" }
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
  package static func drain(session: Int32, limit: Duration) -> [Entry] {
    let deadline = ContinuousClock.now + limit
    var left = self.session(session)
    while !left.isEmpty, ContinuousClock.now < deadline {
      usleep(2_000)
      left = self.session(session)
    }
    for entry in left {
      kill(entry.process, SIGCONT)
      kill(entry.process, SIGKILL)
    }
    return left
  }
}
