import ByteStrings
import CPlatform
import SystemPackage

/// A process that was a child of the process before this one, so that nothing waits for it but its new parent. Its
/// descriptor tells when it has ended, and the kernel how.
package final class AdoptedProcess: Sendable {
  package let id: ProcessID
  /// Readable when the process has ended.
  package let descriptor: FileDescriptor

  /// Only while the number is that of a child, which no other process can have.
  package init(_ id: ProcessID) throws(Errno) {
    self.id = id
    descriptor = FileDescriptor(rawValue: try checked { platform_open_process(id.rawValue) })
  }

  deinit { try? descriptor.closeDescriptor() }

  /// How it ended; `nil` while it runs. Its status is 127 where nothing tells: it was reaped, and the kernel is older
  /// than Linux 6.15.
  package func end() -> ChildChange? {
    guard let ready = try? descriptor.pollReadiness(.reading), ready.contains(.reading) else { return nil }
    if let end = id.endInProcessTable { return ChildChange(process: id, status: end.status, usage: end.usage) }
    let status = platform_status_of_process(descriptor.rawValue)
    return status < 0 ? .unknownEnd(of: id) : .end(of: id, ProcessStatus(waitStatus: status))
  }
}

extension ChildChange {
  /// The end of a process of which nothing more is known: the status is that of a command that is not found, as `wait`
  /// has it of an unknown process.
  package static func unknownEnd(of process: ProcessID) -> ChildChange { .end(of: process, .exited(127)) }

  fileprivate static func end(of process: ProcessID, _ status: ProcessStatus) -> ChildChange {
    let usage = ResourceUsage(user: .zero, system: .zero, maximumResidentKilobytes: 0)
    return ChildChange(process: process, status: status, usage: usage)
  }
}

extension ProcessID {
  /// How a process ended that was not reaped yet, in `/proc`: proc_pid_stat(5).
  fileprivate var endInProcessTable: (status: ProcessStatus, usage: ResourceUsage)? {
    guard let fields = statFields, fields.count > 49, fields[0] == "Z",
      let status = fields[49].decimalValue, let user = fields[11].decimalValue, let system = fields[12].decimalValue
    else { return nil }
    let ticks = ProcessInformation.value(of: .clockTicksPerSecond) ?? 100
    return (
      ProcessStatus(waitStatus: Int32(truncatingIfNeeded: status)),
      ResourceUsage(
        user: .seconds(user) / ticks, system: .seconds(system) / ticks, maximumResidentKilobytes: 0)
    )
  }
}
