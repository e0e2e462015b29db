import CPlatform
import Glibc
import SystemPackage

/// A resource that the kernel limits.
package enum Resource: Int32, Sendable, Hashable, CaseIterable {
  case processorSeconds = 0
  case fileSize = 1
  case dataSize = 2
  case stackSize = 3
  case coreFileSize = 4
  case residentSize = 5
  case processes = 6
  case openFiles = 7
  case lockedMemory = 8
  case addressSpace = 9
  case fileLocks = 10
  case pendingSignals = 11
  case messageQueueBytes = 12
  case niceness = 13
  case realTimePriority = 14
  case realTimeMicroseconds = 15
}

/// The limits of one resource, in the kernel's unit.
package struct ResourceLimit: Sendable, Hashable {
  /// No limit.
  package static let unlimited = UInt64.max

  /// Which resource it is.
  package var resource: Resource
  /// What holds now.
  package var soft: UInt64
  /// Up to where the soft limit may be raised.
  package var hard: UInt64

  package init(_ resource: Resource, soft: UInt64, hard: UInt64) {
    self.resource = resource
    self.soft = soft
    self.hard = hard
  }

  /// This process's limits of `resource`.
  package init(of resource: Resource) throws(Errno) {
    var soft: UInt64 = 0
    var hard: UInt64 = 0
    _ = try checked { platform_get_limit(resource.rawValue, &soft, &hard) }
    self.init(resource, soft: soft, hard: hard)
  }

  /// Makes these the limits of this process.
  package func apply() throws(Errno) {
    _ = try checked { platform_set_limit(resource.rawValue, soft, hard) }
  }
}
