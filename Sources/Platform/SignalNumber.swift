import ByteStrings
import CPlatform
import Glibc

/// The number of a signal, 1 to 64.
package struct SignalNumber: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }
  package init(_ rawValue: Int32) { self.rawValue = rawValue }

  package static func < (left: SignalNumber, right: SignalNumber) -> Bool { left.rawValue < right.rawValue }

  /// Whether the kernel has a signal of this number.
  package var isValid: Bool { (1...64).contains(rawValue) }
}

extension SignalNumber {
  package static let hangup = SignalNumber(SIGHUP)
  package static let interrupt = SignalNumber(SIGINT)
  package static let quit = SignalNumber(SIGQUIT)
  package static let kill = SignalNumber(SIGKILL)
  package static let brokenPipe = SignalNumber(SIGPIPE)
  package static let alarm = SignalNumber(SIGALRM)
  package static let terminate = SignalNumber(SIGTERM)
  package static let child = SignalNumber(SIGCHLD)
  /// Pending where a `StandIn` has received signals. No signal of this number ever arrives: the C library keeps it.
  package static let standIn = SignalNumber(PLATFORM_STAND_IN_SIGNAL)
  /// Pending where the keyboard has sent SIGTSTP; another process's SIGTSTP has its own number. No signal of this number
  /// ever arrives: the C library keeps it.
  package static let keyboardStop = SignalNumber(PLATFORM_KEYBOARD_STOP)
  package static let `continue` = SignalNumber(SIGCONT)
  package static let stop = SignalNumber(SIGSTOP)
  package static let terminalStop = SignalNumber(SIGTSTP)
  package static let terminalInput = SignalNumber(SIGTTIN)
  package static let terminalOutput = SignalNumber(SIGTTOU)
  package static let windowChange = SignalNumber(SIGWINCH)
  package static let user1 = SignalNumber(SIGUSR1)
  package static let user2 = SignalNumber(SIGUSR2)

  /// The first and the last real-time signal that the C library leaves to programs.
  package static let realTime: ClosedRange<Int32> = 34...64

  /// Whether the signal's default action is to stop the process.
  package var isIgnoredByDefault: Bool { [SIGCHLD, SIGCONT, SIGURG, SIGWINCH].contains(rawValue) }

  /// Whether the default action of the signal stops the process.
  package var stopsByDefault: Bool { [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].contains(rawValue) }

  /// Whether it tells a program of a fault of its own, such as an access outside of its memory.
  package var isFault: Bool {
    [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPIPE, SIGSEGV, SIGSYS, SIGTRAP, SIGXCPU, SIGXFSZ].contains(rawValue)
  }
}

// MARK: - Names

private struct SignalEntry: Sendable {
  let number: Int32
  let name: ByteString
  let text: ByteString

  init(_ number: Int32, _ name: ByteString, _ text: ByteString) {
    self.number = number
    self.name = name
    self.text = text
  }
}

private let signalTable: [SignalEntry] = [
  SignalEntry(SIGHUP, "HUP", "Hangup"),
  SignalEntry(SIGINT, "INT", "Interrupt"),
  SignalEntry(SIGQUIT, "QUIT", "Quit"),
  SignalEntry(SIGILL, "ILL", "Illegal instruction"),
  SignalEntry(SIGTRAP, "TRAP", "Trace/breakpoint trap"),
  SignalEntry(SIGABRT, "ABRT", "Aborted"),
  SignalEntry(SIGBUS, "BUS", "Bus error"),
  SignalEntry(SIGFPE, "FPE", "Floating point exception"),
  SignalEntry(SIGKILL, "KILL", "Killed"),
  SignalEntry(SIGUSR1, "USR1", "User defined signal 1"),
  SignalEntry(SIGSEGV, "SEGV", "Segmentation fault"),
  SignalEntry(SIGUSR2, "USR2", "User defined signal 2"),
  SignalEntry(SIGPIPE, "PIPE", "Broken pipe"),
  SignalEntry(SIGALRM, "ALRM", "Alarm clock"),
  SignalEntry(SIGTERM, "TERM", "Terminated"),
  SignalEntry(16, "STKFLT", "Stack fault"),
  SignalEntry(SIGCHLD, "CHLD", "Child exited"),
  SignalEntry(SIGCONT, "CONT", "Continued"),
  SignalEntry(SIGSTOP, "STOP", "Stopped (signal)"),
  SignalEntry(SIGTSTP, "TSTP", "Stopped"),
  SignalEntry(SIGTTIN, "TTIN", "Stopped (tty input)"),
  SignalEntry(SIGTTOU, "TTOU", "Stopped (tty output)"),
  SignalEntry(SIGURG, "URG", "Urgent I/O condition"),
  SignalEntry(SIGXCPU, "XCPU", "CPU time limit exceeded"),
  SignalEntry(SIGXFSZ, "XFSZ", "File size limit exceeded"),
  SignalEntry(SIGVTALRM, "VTALRM", "Virtual timer expired"),
  SignalEntry(SIGPROF, "PROF", "Profiling timer expired"),
  SignalEntry(SIGWINCH, "WINCH", "Window changed"),
  SignalEntry(SIGIO, "IO", "I/O possible"),
  SignalEntry(SIGPWR, "PWR", "Power failure"),
  SignalEntry(SIGSYS, "SYS", "Bad system call"),
]

private let signalSynonyms: [(name: ByteString, number: Int32)] = [
  ("IOT", SIGABRT), ("POLL", SIGIO), ("CLD", SIGCHLD),
]

extension SignalNumber {
  /// The name without `SIG`, as `kill -l` prints it; `nil` where the signal has none.
  package var name: ByteString? {
    if let entry = signalTable.first(where: { $0.number == rawValue }) { return entry.name }
    guard Self.realTime.contains(rawValue) else { return nil }
    let fromFirst = Int(rawValue - Self.realTime.lowerBound)
    let fromLast = Int(Self.realTime.upperBound - rawValue)
    if fromFirst == 0 { return "RTMIN" }
    if fromLast == 0 { return "RTMAX" }
    return fromFirst <= fromLast
      ? ByteString("RTMIN+") + ByteString(decimal: fromFirst) : ByteString("RTMAX-") + ByteString(decimal: fromLast)
  }

  /// What reports say of a process that the signal ended or stopped: `Terminated`, `Stopped (tty input)`.
  package var text: ByteString {
    if let entry = signalTable.first(where: { $0.number == rawValue }) { return entry.text }
    if Self.realTime.contains(rawValue) {
      return ByteString("Real-time signal ") + ByteString(decimal: Int(rawValue - Self.realTime.lowerBound))
    }
    return ByteString("Unknown signal ") + ByteString(decimal: Int(rawValue))
  }

  /// The signal of this name, with or without `SIG`, in any case: `INT`, `sigint`, `RTMIN+3`. No numbers.
  package init?(name: ByteString) {
    var upper = ByteString(name.map { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") ? $0 - 32 : $0 })
    if upper.hasPrefix("SIG") { upper = upper.dropping(first: 3) }
    if let entry = signalTable.first(where: { $0.name == upper }) {
      self.init(entry.number)
    } else if let synonym = signalSynonyms.first(where: { $0.name == upper }) {
      self.init(synonym.number)
    } else {
      self.init(realTimeName: upper)
    }
  }

  private init?(realTimeName name: ByteString) {
    let offset = name.count == 5 ? 0 : name.dropping(first: 5).decimalValue
    guard let offset else { return nil }
    let start: Int32
    if name.hasPrefix("RTMIN"), offset >= 0 {
      start = Self.realTime.lowerBound
    } else if name.hasPrefix("RTMAX"), offset <= 0 {
      start = Self.realTime.upperBound
    } else {
      return nil
    }
    // 64 more or fewer lead out of the range; a number of a script's may be too large to be added at all.
    let number = start + Int32(max(-64, min(64, offset)))
    guard Self.realTime.contains(number) else { return nil }
    self.init(number)
  }

  /// Every signal that has a name, in ascending order.
  package static var named: [SignalNumber] {
    (1...64).map { SignalNumber($0) }.filter { $0.name != nil }
  }
}
