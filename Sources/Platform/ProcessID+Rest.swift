import ByteStrings
import Glibc
import SystemPackage

/// Looking at what a process and its descendants do, in `/proc`.
extension ProcessID {
  /// Waits until this process and its descendants in the same group have acted on a stop signal from the terminal, at
  /// most for so long. Those that ignore it, or that the kernel does not tell about, are not waited for.
  package func waitUntilStopped(milliseconds: Int) {
    for _ in 0..<milliseconds {
      guard isAboutToStop(in: state?.group) else { return }
      poll(nil, 0, 1)
    }
  }

  private func isAboutToStop(in group: ProcessID?) -> Bool {
    guard let group, let state, state.group == group else { return false }
    if !state.isAtRest, !ignoresStop { return true }
    return children.contains { $0.isAboutToStop(in: group) }
  }

  /// Whether it is stopped or has ended, and its process group.
  private var state: (isAtRest: Bool, group: ProcessID)? {
    guard let fields = statFields, fields.count > 2, let letter = fields[0].first,
      let group = fields[2].decimalValue
    else { return nil }
    return ("TtZX".utf8.contains(letter), ProcessID(Int32(truncatingIfNeeded: group)))
  }

  /// What `/proc/N/stat` says behind the name of the program, which may contain anything: first the state.
  var statFields: [ByteString]? {
    guard let text = try? Files.contents(of: path(of: "stat")), let end = text.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    return text[(end + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { ByteString($0) }
  }

  private func path(of file: ByteString) -> ByteString { "/proc/" + ByteString(decimal: Int(rawValue)) + "/" + file }

  private var children: [ProcessID] {
    let file = path(of: "task/" + ByteString(decimal: Int(rawValue)) + "/children")
    guard let text = try? Files.contents(of: file) else { return [] }
    return text.split(separator: UInt8(ascii: " ")).compactMap { number in
      ByteString(number).decimalValue.map { ProcessID(Int32(truncatingIfNeeded: $0)) }
    }
  }

  private var ignoresStop: Bool {
    guard let text = try? Files.contents(of: path(of: "status")) else { return true }
    let line = text.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "SigIgn:".utf8) }
    let ignored = line.flatMap { UInt64(String(decoding: $0.suffix(16), as: UTF8.self), radix: 16) } ?? .max
    return ignored & (1 << UInt64(SIGTSTP - 1)) != 0
  }
}
