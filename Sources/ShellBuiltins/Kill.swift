import ByteStrings
import Meanwhile
import Platform
import ShellRuntime
import SystemPackage

extension Builtin {
  static let kill = Builtin(
    "kill", .intrinsic, synopsis: "[-s SIGNAL | -n NUMBER | -SIGNAL] ID... | -l [STATUS...]",
    help: """
      Sends a signal, TERM without another one, to jobs and processes. ID is a job ID, a process, a number that `$!`
      gave, 0 for the own process group or -N for process group N; in a subshell both mean its job.
      A coroutine acts on it when the loop next runs.

        -l  lists the signals' names, or those of the numbers and statuses given
      """
  ) { context, arguments throws(BuiltinError) in
    if arguments.count > 1, arguments[1] == "-l" || arguments[1] == "-L" {
      return listSignals(&context, arguments)
    }
    var index = 1
    var signal: SignalNumber? = .terminate
    if let option = try SignalOption(arguments) {
      signal = option.signal
      index = option.nextIndex
    }
    if index < arguments.count, arguments[index] == "--" { index += 1 }
    if index >= arguments.count { throw .usage(.missingOperand("a process or job ID")) }
    var status = ExitStatus.success
    for operand in arguments.operands[(index - 1)...] {
      do throws(BuiltinError) {
        if let end = try context.send(signal, to: operand) { return end }
      } catch {
        context.report(arguments, error)
        status = .failure
      }
    }
    return .status(status)
  }
}

// MARK: - Signals

/// `-s TERM`, `-n 15`, `-TERM`, `-15`. `nil` as the signal is 0, which only tests whether the target exists.
private struct SignalOption {
  let signal: SignalNumber?
  let nextIndex: Int

  /// `nil` where no option stands first.
  init?(_ arguments: Arguments) throws(BuiltinError) {
    guard arguments.count > 1, arguments[1].count > 1, arguments[1][0] == UInt8(ascii: "-"), arguments[1] != "--"
    else { return nil }
    let name = arguments[1].dropping(first: 1)
    if name == "s" || name == "n" {
      guard arguments.count > 2 else { throw .usage(.optionWithoutArgument(name[0])) }
      signal = try Self.signal(arguments[2])
      nextIndex = 3
      return
    }
    nextIndex = 2
    let isAttached = name.count > 1 && (name[0] == UInt8(ascii: "s") || name[0] == UInt8(ascii: "n"))
    if isAttached, let attached = try? Self.signal(name.dropping(first: 1)) {
      signal = attached
    } else {
      signal = try Self.signal(name)
    }
  }

  private static func signal(_ text: ByteString) throws(BuiltinError) -> SignalNumber? {
    if text == "0" || text == "EXIT" { return nil }
    if text.isUnsignedDecimal {
      guard let number = text.decimalValue, (1...64).contains(number) else { throw .lookup(.noSuchSignal(text)) }
      return SignalNumber(Int32(number))
    }
    guard let signal = SignalNumber(name: text) else { throw .lookup(.noSuchSignal(text)) }
    return signal
  }
}

private func listSignals(_ context: inout BuiltinContext, _ arguments: Arguments) -> BuiltinResult {
  let operands = arguments.operands.dropFirst()
  if operands.isEmpty {
    for signal in SignalNumber.named { context.write((signal.name ?? ByteString()) + "\n") }
    return .status(.success)
  }
  var status = ExitStatus.success
  for operand in operands {
    if operand.isUnsignedDecimal {
      // A status above 128 stands for the signal that ended a command.
      let number = operand.decimalValue.map { $0 > 128 ? $0 - 128 : $0 } ?? 0
      if number == 0 {
        context.write("EXIT\n")
        continue
      }
      if let name = SignalNumber(Int32(clamping: number)).name {
        context.write(name + "\n")
        continue
      }
    } else if let signal = SignalNumber(name: operand) {
      context.write(ByteString(decimal: Int(signal.rawValue)) + "\n")
      continue
    }
    context.report(arguments, .lookup(.noSuchSignal(operand)))
    status = .failure
  }
  return .status(status)
}

// MARK: - Targets

extension BuiltinContext {
  /// Sends a signal to what an operand names. Returns how the builtin ends, if the signal ends its own subshell.
  fileprivate mutating func send(
    _ signal: SignalNumber?, to operand: ByteString
  ) throws(BuiltinError) -> BuiltinResult? {
    if let id = JobID(operand) {
      try send(signal, to: try job(id, operand), operand)
      return nil
    }
    guard operand.isDecimal else { throw .job(.notAProcessOrJob(operand)) }
    guard let number = operand.decimalValue, let target = Int32(exactly: number) else {
      throw .system(operand, .noSuchProcess)
    }
    if target == 0 { return try sendToOwnGroup(signal, operand) }
    if let job = shell.children.job(standIn: ProcessID(target > 0 ? target : 0 &- target), of: shell) {
      try send(signal, toJobOf: target, job, operand)
      return nil
    }
    if target.magnitude >= ProcessID.limit { return try sendToSynthetic(signal, target, operand) }
    if target == shell.processID?.rawValue, !shell.isSuccessor {
      try sendToShell(signal, operand)
    } else {
      try send(signal, toTarget: target, operand)
    }
    return nil
  }

  private func send(_ signal: SignalNumber?, to job: Job, _ operand: ByteString) throws(BuiltinError) {
    if job.state.isFinal { throw .job(.hasEnded(operand)) }
    if let signal { job.send(signal) }
  }

  /// Sends to a job by the process ID that stands for it: to the job alone, or, as a process group, to its programs too.
  private func send(
    _ signal: SignalNumber?, toJobOf target: Int32, _ job: Job, _ operand: ByteString
  ) throws(BuiltinError) {
    if job.state.isFinal { throw .system(operand, .noSuchProcess) }
    guard let signal else { return }
    if target > 0 { job.receive(signal) } else { job.send(signal) }
  }

  private func send(
    _ signal: SignalNumber?, toTarget target: Int32, _ operand: ByteString
  ) throws(BuiltinError) {
    if target > 0, shell.children.send(signal, toStandIn: ProcessID(target), from: shell) { return }
    do throws(Errno) { try Signals.send(signal, toTarget: target) } catch { throw .system(operand, error) }
    if let signal, target < -1 { shell.children.send(signal, toStandInsOf: ProcessID(-target), from: shell) }
    if signal == .continue { shell.noteContinuations() }
  }

  /// Sends to a job by a number that no process can have, positive or as a process group.
  private mutating func sendToSynthetic(
    _ signal: SignalNumber?, _ target: Int32, _ operand: ByteString
  ) throws(BuiltinError) -> BuiltinResult? {
    let id = ProcessID(Int32(clamping: target.magnitude))
    if id == job?.knownID { return try sendToOwnGroup(signal, operand) }
    guard let job = environment.jobs.job(id: id) ?? shell.namelessJob(id: id), !job.state.isFinal else {
      throw .system(operand, .noSuchProcess)
    }
    try send(signal, to: job, operand)
    return nil
  }

  /// Sends to the shell's own process group; in a subshell, to the job that it runs in.
  private mutating func sendToOwnGroup(
    _ signal: SignalNumber?, _ operand: ByteString
  ) throws(BuiltinError) -> BuiltinResult? {
    if !environment.isMain {
      guard let signal, !sendToOwnJob(signal) else { return nil }
      if !environment.options.contains(.monitor), signal.stopsByDefault || signal == .continue {
        try sendToShell(signal, operand)
      }
      return .receive(signal)
    }
    if let signal, !environment.options.contains(.monitor) {
      for job in environment.jobs.jobs where job.kind != .process && !job.state.isFinal { job.send(signal) }
    }
    try send(signal, toTarget: 0, operand)
    return nil
  }

  /// Sends to the shell's own process. A stop signal from a subshell is delayed until that has ended or nothing is ready.
  private func sendToShell(_ signal: SignalNumber?, _ operand: ByteString) throws(BuiltinError) {
    if let signal, shell.isMain {
      do throws(Errno) { return try shell.sendToItself(signal, from: environment) } catch {
        throw .system(operand, error)
      }
    }
    guard let process = shell.processID else { throw .system(operand, .noSuchProcess) }
    try send(signal, toTarget: process.rawValue, operand)
  }
}
