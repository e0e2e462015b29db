import ByteStrings
import CPlatform
import SystemPackage

/// Everything a program is started with.
///
/// Nothing here changes this process, so a subshell's directory, umask, limits and descriptors exist only in its
/// requests.
package struct SpawnRequest: Sendable {
  /// The group the program runs in.
  package enum GroupPlacement: Sendable, Hashable {
    /// That of this process.
    case inherit
    /// A new one, led by the program.
    case new
    /// An existing one of this session.
    case join(ProcessID)

    /// As the C side has it: -1 for that of this process, 0 for a new one.
    var number: Int32 {
      switch self {
      case .inherit: -1
      case .new: 0
      case .join(let group): group.rawValue
      }
    }
  }

  /// One descriptor of the program: its number `target` is a duplicate of our `source`.
  package struct Descriptor: Sendable, Hashable {
    package var target: Int32
    package var source: FileDescriptor

    package init(_ target: Int32, _ source: FileDescriptor) {
      self.target = target
      self.source = source
    }
  }

  /// A file that the program's process opens itself, after its directory and umask are set; that may block.
  package struct Opening: Sendable, Hashable {
    /// Relative to the program's directory.
    package var path: ByteString
    /// How it is opened.
    package var flags: OpenFlags
    /// The permissions of a file that is created, less the program's umask.
    package var mode: FilePermissions
    /// The numbers it has in the program; none opens it for what opening does.
    package var targets: [Int32]

    package init(
      _ path: ByteString, _ flags: OpenFlags, mode: FilePermissions = FilePermissions(rawValue: 0o666),
      targets: [Int32]
    ) {
      self.path = path
      self.flags = flags
      self.mode = mode
      self.targets = targets
    }
  }

  /// The executable file, as the kernel takes it: no search in PATH; relative to `directory`.
  package var path: ByteString
  /// The arguments, the program's name among them.
  package var arguments: CStringArray
  /// The variables, as `NAME=value`.
  package var environment: CStringArray
  /// The working directory; `nil` is this process's, or the one in which `parent` began.
  package var directory: FileDescriptor?
  /// The file mode creation mask; `nil` is this process's.
  package var umask: FilePermissions?
  /// The limits that are not this process's own.
  package var limits: [ResourceLimit] = []
  package var processGroup = GroupPlacement.inherit
  /// The terminal that the program's group gets, before the program begins.
  package var foregroundTerminal: FileDescriptor?
  /// Signals that the program begins with at their default action. Handled ones always do.
  package var defaultSignals = SignalSet()
  /// Signals that the program begins with ignored; these win over the default ones.
  package var ignoredSignals = SignalSet()
  /// The program's whole table below `FileDescriptor.numberLimit`, each target at most once: what is not in it is closed.
  /// No signal is blocked.
  package var descriptors = Self.standardDescriptors
  /// What the process opens itself, in order; for `spawnOnThread` only.
  package var openings: [Opening] = []
  /// The stand-in whose child the program becomes; `nil` for this process. Its children are reaped by it
  /// (`StandIn.takeChildChange`).
  package var parent: StandIn?

  /// Our own descriptors 0 to 2.
  package static let standardDescriptors = (0...2).map { Descriptor(Int32($0), FileDescriptor(rawValue: Int32($0))) }

  package init(path: ByteString, arguments: CStringArray, environment: CStringArray) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
  }
}

/// Why a program was not started.
package struct SpawnError: Error, Hashable {
  /// What was being done.
  package enum Stage: Sendable, Hashable {
    /// Making the process: `resourceTemporarilyUnavailable`, `noMemory`.
    case fork
    /// The stand-in that was to be the parent starts nothing: it has ended, or was stopped.
    case parent
    case processGroup
    /// Making its group the terminal's foreground group.
    case terminal
    case directory
    /// Setting the limit of this kernel resource number.
    case limit(Int32)
    /// The opening of this index.
    case open(Int)
    /// Placing the descriptor of this number.
    case descriptor(Int32)
    case signals
    /// Executing the file: `noSuchFileOrDirectory` (the file, or its interpreter), `permissionDenied`,
    /// `execFormatError` (a text file without `#!`, which the shell runs itself), `argListTooLong`.
    case execute
  }

  /// The step that failed.
  package let stage: Stage
  package let errno: Errno

  package init(stage: Stage, errno: Errno) {
    self.stage = stage
    self.errno = errno
  }

  init(_ failure: platform_spawn_failure) {
    errno = Errno(rawValue: failure.error)
    stage =
      switch failure.stage {
      case PLATFORM_SPAWN_PARENT: .parent
      case PLATFORM_SPAWN_PROCESS_GROUP: .processGroup
      case PLATFORM_SPAWN_TERMINAL: .terminal
      case PLATFORM_SPAWN_DIRECTORY: .directory
      case PLATFORM_SPAWN_LIMIT: .limit(failure.detail)
      case PLATFORM_SPAWN_OPEN: .open(Int(failure.detail))
      case PLATFORM_SPAWN_DESCRIPTOR: .descriptor(failure.detail)
      case PLATFORM_SPAWN_SIGNALS: .signals
      case PLATFORM_SPAWN_EXECUTE: .execute
      default: .fork
      }
  }
}

extension SpawnRequest {
  /// Starts the program; it runs (its exec is done) when this returns.
  ///
  /// The process, its group and the terminal are settled then, so nothing is left to race with. Safe from any thread;
  /// another thread's `ChildProcesses.reapAny()` may see the process end before this returns. A child that a SIGSTOP
  /// hits before exec holds the calling thread until it is continued.
  package func spawn() throws(SpawnError) -> ProcessID {
    precondition(openings.isEmpty, "a request with openings is started with spawnOnThread, since they may block")
    var failure = platform_spawn_failure()
    let process = withPlatformRequest { platform_spawn(&$0, &failure) }
    if process < 0 { throw SpawnError(failure) }
    return ProcessID(process)
  }

  /// Becomes the program. Returns only when that failed, with directory, umask, limits, descriptors, dispositions
  /// and mask as they were; a change of process group or terminal is not taken back.
  package func replaceProcess() -> SpawnError {
    var failure = platform_spawn_failure()
    withPlatformRequest { platform_replace_process(&$0, &failure) }
    return SpawnError(failure)
  }

  /// Calls `body` with the request as the C code takes it, which must not be used after it returns.
  func withPlatformRequest<Result>(_ body: (inout platform_spawn_request) -> Result) -> Result {
    var table = descriptors.map { platform_spawn_descriptor(target: $0.target, source: $0.source.rawValue) }
    for (index, opening) in openings.enumerated() {
      table += opening.targets.map { platform_spawn_descriptor(target: $0, source: -2 - Int32(index)) }
    }
    table.sort { $0.target < $1.target }
    let platformLimits = limits.map {
      platform_spawn_limit(resource: $0.resource.rawValue, soft: $0.soft, hard: $0.hard)
    }
    return path.withCString { path in
      withPlatformOpenings { openings in
        arguments.withPointers { arguments in
          environment.withPointers { environment in
            table.withUnsafeMutableBufferPointer { descriptors in
              platformLimits.withUnsafeBufferPointer { limits in
                var request = platformRequest
                request.path = path
                request.arguments = arguments
                request.environment = environment
                request.descriptors = descriptors.baseAddress
                request.descriptor_count = descriptors.count
                request.limits = limits.baseAddress
                request.limit_count = limits.count
                request.openings = openings.baseAddress
                request.opening_count = openings.count
                return body(&request)
              }
            }
          }
        }
      }
    }
  }

  private func withPlatformOpenings<Result>(
    _ body: (UnsafeBufferPointer<platform_spawn_opening>) -> Result
  ) -> Result {
    if openings.isEmpty { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    return CStringArray(openings.map(\.path)).withPointers { paths in
      let entries = openings.enumerated().map { index, opening in
        platform_spawn_opening(
          path: paths[index], flags: opening.flags.rawValue, mode: UInt32(opening.mode.rawValue))
      }
      return entries.withUnsafeBufferPointer(body)
    }
  }

  /// The part of the request that points nowhere.
  private var platformRequest: platform_spawn_request {
    var request = platform_spawn_request()
    request.directory = directory?.rawValue ?? -1
    request.umask = Umask.number(of: umask)
    request.process_group = processGroup.number
    request.terminal = foregroundTerminal?.rawValue ?? -1
    request.default_signals = defaultSignals.rawValue
    request.ignored_signals = ignoredSignals.rawValue
    request.parent = parent?.shared
    return request
  }
}
