/// The environment around a subshell, held by the subshell's frame. An object, so that the environment is moved into
/// the frame and back, and not copied with the frame. The object is a buffer of one element, because Swift 6.3 copies
/// what it takes out of an optional property, and a copy costs as much as a small command.
///
/// Used only by the machine whose frame holds it, and no machine is copied; hence unchecked.
struct OuterEnvironment: @unchecked Sendable {
  /// The header says whether the element is initialised: `init` does that, `giveBack` moves it out.
  private final class Storage: ManagedBuffer<Bool, ExecutionEnvironment> {
    deinit {
      withUnsafeMutablePointers { isHeld, environment in
        if isHeld.pointee { environment.deinitialize(count: 1) }
      }
    }
  }

  private let storage: ManagedBuffer<Bool, ExecutionEnvironment>

  /// Moves the environment at `place` into the object, and `inner` to `place`.
  init(takenFrom place: inout ExecutionEnvironment, inner: consuming ExecutionEnvironment) {
    storage = Storage.create(minimumCapacity: 1) { _ in true }
    let element = storage.withUnsafeMutablePointerToElements { $0 }
    withUnsafeMutablePointer(to: &place) { element.moveInitialize(from: $0, count: 1) }
    let vacated = withUnsafeMutablePointer(to: &place) { $0 }
    vacated.initialize(to: inner)
  }

  /// The environment, `nil` once it has been given back.
  var environment: ExecutionEnvironment? {
    storage.withUnsafeMutablePointers { isHeld, environment in isHeld.pointee ? environment.pointee : nil }
  }

  /// Whether it is the shell's own environment.
  var isMain: Bool {
    storage.withUnsafeMutablePointers { isHeld, environment in isHeld.pointee && environment.pointee.isMain }
  }

  /// Moves the environment back to `place`. That destroys the subshell's environment at once and closes the files that
  /// only the subshell had open, such as the pipe of a command substitution, which then has one writer less.
  func giveBack(to place: inout ExecutionEnvironment) {
    storage.withUnsafeMutablePointers { isHeld, environment in
      precondition(isHeld.pointee, "an environment is given back once")
      isHeld.pointee = false
      place = environment.move()
    }
  }

  /// Closes its files, where nothing will use them.
  func releaseDescriptors() {
    storage.withUnsafeMutablePointers { isHeld, environment in
      if isHeld.pointee { environment.pointee.descriptors = DescriptorTable(inherited: []) }
    }
  }

  /// Turns the shell's own environment into a subshell's, because its line became a job.
  func leaveMain() {
    storage.withUnsafeMutablePointers { isHeld, environment in if isHeld.pointee { environment.pointee.leaveMain() } }
  }
}
