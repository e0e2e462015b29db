import ByteStrings
import Platform

extension ExecutionEnvironment {
  /// The time zone that programs get: `TZ`, if it is exported.
  package var timeZone: ByteString? {
    let variable = variable("TZ")
    return variable.isSet && variable.isExported ? variable.value : nil
  }

  /// Whether a variable of this name has a computed value while it is unset.
  static func isDynamic(_ name: ByteString) -> Bool {
    switch name {
    case "LINENO", "RANDOM", "SECONDS", "BASHPID", "UID", "EUID", "EPOCHSECONDS", "EPOCHREALTIME", "SRANDOM",
      "HOSTNAME", "OSTYPE", "MACHTYPE", "SHELLOPTS", "BASHOPTS", "PIPESTATUS", "DIRSTACK", "SHELL", "HOSTTYPE",
      "FUNCNAME", "BASH_SOURCE", "BASH_LINENO", "BASH_SUBSHELL", "BASH_COMMAND", "BASH_ARGV0", "GROUPS", "_":
      true
    default: false
    }
  }

  /// The computed value of a variable that is unset; `nil` for any other, and for those that only a machine knows. Under
  /// `posix` those of bash have none.
  func computedValue(of number: NameNumber) -> ByteString? {
    switch number {
    case .pipeStatus: return computedElements(of: number)?.first
    case .seconds: return ByteString(decimal: shell.secondsSinceStart &+ cold.value.secondsOffset)
    case .random: return ByteString(decimal: cold.value.randomSequence?.next() ?? Int.random(in: 0..<32768))
    default: break
    }
    if options.contains(.posix) { return nil }
    switch number {
    case .uid: return ByteString(decimal: Int(ProcessInformation.user))
    case .euid: return ByteString(decimal: Int(ProcessInformation.effectiveUser))
    case .srandom: return ByteString(decimal: Int(UInt32.random(in: .min ... .max)))
    case .hostName: return ProcessInformation.hostName
    case .osType: return "linux-gnu"
    case .shellOptions:
      return joined(ShellOptions.table.lazy.filter { options.contains($0.option) }.map(\.name))
    case .bashOptions: return joined(ShellOptions.shoptTable.lazy.filter { $0.isOn(in: self) }.map(\.name))
    case .directoryStack, .groups: return computedElements(of: number)?.first
    case .bashName: return name
    case .lastArgument: return lastArgument
    case .loginShell: return UserAccount.withID(ProcessInformation.user)?.shell ?? "/bin/sh"
    case .hostType: return ProcessInformation.machine
    case .machineType: return ProcessInformation.machine + "-pc-linux-gnu"
    case .epochSeconds: return ByteString(decimal: Clocks.now.seconds)
    case .epochRealTime:
      let now = Clocks.now
      let digits = ByteString(decimal: now.nanoseconds / 1000)
      return ByteString(decimal: now.seconds) + "." + ByteString(repeating: UInt8(ascii: "0"), count: 6 - digits.count)
        + digits
    default: return nil
    }
  }

  /// Makes a variable that was assigned one with a computed value again: `SECONDS` counts on from the value that it got,
  /// `RANDOM` begins the sequence that belongs to it, and `_` is that until the command ends. Under `posix` they are variables like others from then on, and
  /// what only tells something always is.
  mutating func resumeComputing(_ number: NameNumber) {
    if options.contains(.posix) { return }
    switch number {
    case .seconds: cold.value.secondsOffset = assignedNumber(number) &- shell.secondsSinceStart
    case .random: cold.value.randomSequence = RandomSequence(seed: assignedNumber(number))
    case .lastArgument: lastArgument = variables[number].value
    default: return
    }
    variables[number].attributes.remove(.set)
  }

  private func assignedNumber(_ number: NameNumber) -> Int {
    ArithmeticConstant.value(of: variables[number].value) ?? 0
  }

  /// The elements of an array that the shell computes while the variable is unset; `nil` for any other.
  @inline(__always)
  func computedElements(of number: NameNumber) -> [ByteString]? {
    number == .pipeStatus || number == .directoryStack || number == .groups ? elementsOfUnset(number) : nil
  }

  private func elementsOfUnset(_ number: NameNumber) -> [ByteString]? {
    if variables[number].isSet || variables[elementsOf: number] != nil { return nil }
    if number == .directoryStack {
      return options.contains(.posix) ? nil : [workingDirectory.path ?? ByteString()] + directoryStack
    }
    if number == .groups {
      return options.contains(.posix) ? nil : ProcessInformation.groups.map { ByteString(decimal: Int($0)) }
    }
    let statuses = pipelineStatuses.isEmpty ? [status] : pipelineStatuses
    return statuses.map { ByteString(decimal: Int($0.rawValue)) }
  }

  private func joined(_ names: some Sequence<ByteString>) -> ByteString {
    names.reduce(ByteString()) { $0.isEmpty ? $1 : $0 + ":" + $1 }
  }
}
