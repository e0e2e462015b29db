import Platform

/// The environment around a subshell, held by the subshell's frame. An object, so that the environment is moved into
/// the frame and back, and not copied with the frame. The object is a buffer of one element, because Swift 6.3 copies
/// what it takes out of an optional property, and a copy costs as much as a small command.
///
/// Used only by the machine whose frame holds it, and no machine is copied; hence unchecked.
struct OuterEnvironment: @unchecked Sendable {
  private struct Header {
    /// Whether the element is initialised: `init` does that, `giveBack` moves it out.
    var isHeld = true
    /// The environment's pending signals. It acts on them when it has been given back.
    var signals: SignalSet
  }

  private final class Storage: ManagedBuffer<Header, ExecutionEnvironment> {
    deinit {
      withUnsafeMutablePointers { header, environment in
        if header.pointee.isHeld { environment.deinitialize(count: 1) }
      }
    }
  }

  private let storage: ManagedBuffer<Header, ExecutionEnvironment>

  /// Moves the environment at `place` into the object, with the signals that are pending for it, and `inner` to `place`.
  init(takenFrom place: inout ExecutionEnvironment, _ signals: SignalSet, inner: consuming ExecutionEnvironment) {
    storage = Storage.create(minimumCapacity: 1) { _ in Header(signals: signals) }
    let element = storage.withUnsafeMutablePointerToElements { $0 }
    withUnsafeMutablePointer(to: &place) { element.moveInitialize(from: $0, count: 1) }
    let vacated = withUnsafeMutablePointer(to: &place) { $0 }
    vacated.initialize(to: inner)
  }

  /// The environment, `nil` once it has been given back.
  var environment: ExecutionEnvironment? {
    storage.withUnsafeMutablePointers { header, environment in header.pointee.isHeld ? environment.pointee : nil }
  }

  /// Whether it is the shell's own environment.
  var isMain: Bool {
    storage.withUnsafeMutablePointers { header, environment in header.pointee.isHeld && environment.pointee.isMain }
  }

  /// What tells it of its children. Its first call makes that.
  func childChanges() -> ChildChanges? {
    storage.withUnsafeMutablePointers { header, environment in
      header.pointee.isHeld ? environment.pointee.childChanges() : nil
    }
  }

  /// Its process, if it was asked for.
  var process: SubshellProcess? {
    storage.withUnsafeMutablePointers { header, environment in
      header.pointee.isHeld ? environment.pointee.cold.value.childChanges?.process : nil
    }
  }

  /// Whether the signal ends it.
  func isEnded(by signal: SignalNumber) -> Bool {
    storage.withUnsafeMutablePointers { header, environment in
      header.pointee.isHeld && environment.pointee.isEnded(by: signal)
    }
  }

  /// Whether it has a trap that would run when the subshell has ended.
  var hasTrap: Bool {
    storage.withUnsafeMutablePointers { header, environment in
      header.pointee.isHeld && environment.pointee.traps.haveCommands
    }
  }

  /// Moves the environment back to `place`. That destroys the subshell's environment at once and closes the files that
  /// only the subshell had open, such as the pipe of a command substitution, which then has one writer less.
  ///
  /// - Returns: The signals that are pending for it.
  @inline(__always)
  func giveBack(to place: inout ExecutionEnvironment) -> SignalSet {
    storage.withUnsafeMutablePointers { header, environment in
      precondition(header.pointee.isHeld, "an environment is given back once")
      header.pointee.isHeld = false
      place = environment.move()
      return header.pointee.signals
    }
  }

  /// Makes signals pending for it.
  func receive(_ signals: SignalSet) {
    storage.withUnsafeMutablePointerToHeader { $0.pointee.signals = $0.pointee.signals.union(signals) }
  }

  /// Closes its files, where nothing will use them.
  func releaseDescriptors() {
    storage.withUnsafeMutablePointers { header, environment in
      if header.pointee.isHeld { environment.pointee.descriptors = DescriptorTable(inherited: []) }
    }
  }

  /// Turns the shell's own environment into a subshell's, because its line became a job.
  func leaveMain() {
    storage.withUnsafeMutablePointers { header, environment in
      if header.pointee.isHeld { environment.pointee.leaveMain() }
    }
  }
}
