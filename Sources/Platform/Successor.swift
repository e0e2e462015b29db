import CPlatform
import Synchronization
import SystemPackage

/// A process that goes on with this process's memory and descriptors when this process has ended, or has become another
/// program. Until then it does nothing, so this process may do what it likes. It leads a process group of its own.
package final class Successor {
  package let id: ProcessID
  private let shared: OpaquePointer
  private let body: Unmanaged<Body>
  /// What stand-ins need that live on with it; `nil` where the kernel does not give it.
  private let keeping: (process: FileDescriptor, signals: FileDescriptor)?

  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Starts one that calls `body`, on a thread that is not this one, and ends with status 0 afterwards. Only on the main
  /// thread.
  package init(_ body: @escaping () -> Void) throws(Errno) {
    let box = Unmanaged.passRetained(Body(body))
    var error: Int32 = 0
    let started = platform_start_successor(
      { Unmanaged<Body>.fromOpaque($0!).takeUnretainedValue().run() }, box.toOpaque(), &error)
    guard let started else {
      box.release()
      throw Errno(rawValue: error)
    }
    shared = started
    self.body = box
    id = ProcessID(platform_successor_process(started))
    let process = platform_open_process(id.rawValue)
    let signals = platform_open_signals()
    if process >= 0, signals >= 0 {
      keeping = (FileDescriptor(rawValue: process), FileDescriptor(rawValue: signals))
    } else {
      for descriptor in [process, signals] where descriptor >= 0 {
        try? FileDescriptor(rawValue: descriptor).closeDescriptor()
      }
      keeping = nil
    }
  }

  /// Has a stand-in live on with it; `false` if that is not possible: also where this process has had a table of
  /// descriptors of its own since an exec that failed, since the stand-in does not know the numbers in that.
  package func keep(_ standIn: StandIn) -> Bool {
    guard let keeping, !Self.hasOwnDescriptors.load(ordering: .relaxed) else { return false }
    return standIn.live(with: id, keeping.process, signals: keeping.signals)
  }

  /// Ends it: this process goes on itself, and so do the stand-ins that were kept. Not to be used any more.
  package func cancel(keeping kept: [StandIn]) {
    // Before it ends, or they would end with it.
    for standIn in kept { standIn.liveWithThisProcess() }
    platform_cancel_successor(shared)
    body.release()
    for descriptor in [keeping?.process, keeping?.signals] { try? descriptor?.closeDescriptor() }
  }

  /// Gives this process a table of descriptors of its own, so that what it does to them before it becomes another
  /// program does not reach the successor.
  package static func unshareDescriptors() throws(Errno) {
    _ = try checked { platform_unshare_descriptors() }
    hasOwnDescriptors.store(true, ordering: .relaxed)
  }

  private static let hasOwnDescriptors = Atomic(false)
}
