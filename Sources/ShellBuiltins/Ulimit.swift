import ByteStrings
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let ulimit = Builtin(
    "ulimit", synopsis: "[-HS] [-a | -cdefilmnpqrstuvxR [LIMIT]...]",
    help: """
      Shows or sets a limit of the shell and of the programs it starts; without a letter, the size of files.
      LIMIT is a number, unlimited, soft or hard. In a subshell it is for the programs started there.

        -H  the hard limit, which can only be lowered      -S  the soft limit; both are set without -H or -S
        -a  all limits
        -c  core files (KiB)             -d  data (KiB)            -e  nice value
        -f  files (KiB)                  -i  pending signals       -l  locked memory (KiB)
        -m  resident memory (KiB)        -n  open files            -q  message queues (bytes)
        -p  what is written to a pipe at once (512 bytes), which cannot be set
        -r  real-time priority           -s  stack (KiB)           -t  processor time (seconds)
        -u  processes                    -v  address space (KiB)   -x  file locks
        -R  real-time processor time without waiting (microseconds)

      Under the option posix, -c and -f count 512 bytes.
      """
  ) { context, arguments throws(BuiltinError) in
    let kinds = LimitKind.all(context.environment.options)
    var request = LimitRequest()
    try request.read(arguments, kinds)
    if request.isAll {
      try context.show(kinds, request.bounds)
      return .status(.success)
    }
    for (kind, limit) in request.chosen {
      if let limit {
        try context.setLimit(kind, limit, request.bounds.isEmpty ? [.hard, .soft] : request.bounds)
      } else {
        try context.show([kind], request.bounds, isNamed: request.chosen.count > 1)
      }
    }
    return .status(.success)
  }
}

/// What a call of `ulimit` asks for.
private struct LimitRequest {
  var bounds: Bounds = []
  var isAll = false
  /// What is shown, or set where there is a limit.
  var chosen: [(kind: LimitKind, limit: ByteString?)] = []

  /// Reads options, behind each of which its limit may stand.
  mutating func read(_ arguments: Arguments, _ kinds: [LimitKind]) throws(BuiltinError) {
    var options = OptionReader(arguments, "HSabcdefiklmnpqrstuvxPRT")
    while let option = try options.next() {
      switch option.letter {
      case "H": bounds.insert(.hard)
      case "S": bounds.insert(.soft)
      case "a": isAll = true
      default:
        guard let kind = kinds.first(where: { $0.letter == option.letter }) else {
          throw .limit(.notHere(UInt8(ascii: option.letter)))
        }
        chosen.append((kind, nil))
        if let field = options.nextField, field.first != UInt8(ascii: "-") {
          chosen[chosen.count - 1].limit = field
          options.skipField()
        }
      }
    }
    let operand = try arguments.optionalOperand(from: options.index)
    if let operand, isAll || !chosen.isEmpty { throw .usage(.unexpectedOperand(operand)) }
    if chosen.isEmpty { chosen = kinds.filter { $0.letter == "f" }.map { ($0, operand) } }
  }
}

private struct Bounds: OptionSet {
  let rawValue: UInt8
  static let soft = Bounds(rawValue: 1)
  static let hard = Bounds(rawValue: 2)
}

/// A resource with its letter and unit in `ulimit`.
private struct LimitKind {
  let letter: Unicode.Scalar
  /// `nil` for the size of a pipe, which is not the kernel's to limit.
  let resource: Resource?
  /// How many of the kernel's units make one unit of `ulimit`.
  let unit: UInt64
  let text: ByteString

  /// All of them, counted as bash does it or as POSIX has it.
  static func all(_ options: ShellOptions) -> [LimitKind] {
    guard options.contains(.posix) else { return all }
    return all.map { kind in inBlocks.first { $0.letter == kind.letter } ?? kind }
  }

  private static let inBlocks = [
    LimitKind(letter: "c", resource: .coreFileSize, unit: 512, text: "core file size      (512 bytes, -c)"),
    LimitKind(letter: "f", resource: .fileSize, unit: 512, text: "file size           (512 bytes, -f)"),
  ]

  private static let all: [LimitKind] = [
    LimitKind(letter: "c", resource: .coreFileSize, unit: 1024, text: "core file size            (KiB, -c)"),
    LimitKind(letter: "d", resource: .dataSize, unit: 1024, text: "data size                 (KiB, -d)"),
    LimitKind(letter: "e", resource: .niceness, unit: 1, text: "nice value                     (-e)"),
    LimitKind(letter: "f", resource: .fileSize, unit: 1024, text: "file size                 (KiB, -f)"),
    LimitKind(letter: "i", resource: .pendingSignals, unit: 1, text: "pending signals                (-i)"),
    LimitKind(letter: "l", resource: .lockedMemory, unit: 1024, text: "locked memory             (KiB, -l)"),
    LimitKind(letter: "m", resource: .residentSize, unit: 1024, text: "resident memory           (KiB, -m)"),
    LimitKind(letter: "n", resource: .openFiles, unit: 1, text: "open files                     (-n)"),
    LimitKind(letter: "p", resource: nil, unit: 512, text: "pipe size           (512 bytes, -p)"),
    LimitKind(letter: "q", resource: .messageQueueBytes, unit: 1, text: "message queues          (bytes, -q)"),
    LimitKind(letter: "r", resource: .realTimePriority, unit: 1, text: "real-time priority             (-r)"),
    LimitKind(letter: "R", resource: .realTimeMicroseconds, unit: 1, text: "real-time run  (microseconds, -R)"),
    LimitKind(letter: "s", resource: .stackSize, unit: 1024, text: "stack size                (KiB, -s)"),
    LimitKind(letter: "t", resource: .processorSeconds, unit: 1, text: "processor time        (seconds, -t)"),
    LimitKind(letter: "u", resource: .processes, unit: 1, text: "processes                      (-u)"),
    LimitKind(letter: "v", resource: .addressSpace, unit: 1024, text: "address space             (KiB, -v)"),
    LimitKind(letter: "x", resource: .fileLocks, unit: 1, text: "file locks                     (-x)"),
  ]

  /// A limit in the unit of `ulimit`.
  func text(of limit: UInt64) -> ByteString {
    limit == ResourceLimit.unlimited ? "unlimited" : ByteString(decimal: Int(clamping: limit / unit))
  }

  /// The limit that an operand means.
  func limit(_ operand: ByteString, _ current: ResourceLimit) throws(BuiltinError) -> UInt64 {
    switch operand {
    case "unlimited": return ResourceLimit.unlimited
    case "hard": return current.hard
    case "soft": return current.soft
    default:
      guard operand.isUnsignedDecimal else { throw .operand(.notANumber(operand)) }
      guard let value = operand.decimalValue else { throw .operand(.outOfRange(operand)) }
      let (product, overflowed) = UInt64(value).multipliedReportingOverflow(by: unit)
      if overflowed || product == ResourceLimit.unlimited { throw .operand(.outOfRange(operand)) }
      return product
    }
  }
}

extension BuiltinContext {
  /// The limits of programs that are started here: those set in this environment, otherwise the process's.
  private func limit(_ kind: LimitKind, _ resource: Resource) throws(BuiltinError) -> ResourceLimit {
    if let limit = environment.resourceLimits.first(where: { $0.resource == resource }) { return limit }
    do throws(Errno) {
      return try ResourceLimit(of: resource)
    } catch {
      throw .system("-" + ByteString(kind.letter.description), error)
    }
  }

  fileprivate mutating func show(
    _ kinds: [LimitKind], _ bounds: Bounds, isNamed: Bool = true
  ) throws(BuiltinError) {
    for kind in kinds {
      let text: ByteString
      if let resource = kind.resource {
        let limit = try limit(kind, resource)
        text = kind.text(of: bounds.contains(.hard) ? limit.hard : limit.soft)
      } else {
        text = "8"
      }
      write(isNamed ? kind.text + " " + text + "\n" : text + "\n")
    }
  }

  fileprivate mutating func setLimit(
    _ kind: LimitKind, _ operand: ByteString, _ bounds: Bounds
  ) throws(BuiltinError) {
    guard let resource = kind.resource else { throw .limit(.fixed(kind.letter)) }
    let current = try limit(kind, resource)
    var new = current
    let value = try kind.limit(operand, current)
    if bounds.contains(.soft) { new.soft = value }
    if bounds.contains(.hard) { new.hard = value }
    if new.soft > new.hard { throw .limit(bounds.contains(.soft) ? .aboveHard(operand) : .belowSoft(operand)) }
    if environment.isMain {
      do throws(Errno) { try new.apply() } catch { throw .system(operand, error) }
    } else {
      // What the kernel would refuse in a forked subshell is refused here too.
      if new.hard > current.hard, ProcessInformation.effectiveUser != 0 {
        throw .system(operand, .notPermitted)
      }
      environment.resourceLimits.removeAll { $0.resource == resource }
      environment.resourceLimits.append(new)
    }
  }
}
