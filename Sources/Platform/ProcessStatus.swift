/// What became of a child process.
package enum ProcessStatus: Hashable, Sendable {
  /// It ended itself with this exit status.
  case exited(Int)
  /// A signal ended it.
  case signaled(SignalNumber, coreDumped: Bool)
  /// A signal stopped it.
  case stopped(SignalNumber)
  /// It was continued.
  case continued

  /// Decodes what `wait4` stored.
  package init(waitStatus: Int32) {
    let low = waitStatus & 0x7f
    if waitStatus == 0xffff {
      self = .continued
    } else if low == 0 {
      self = .exited(Int(waitStatus >> 8 & 0xff))
    } else if low == 0x7f {
      self = .stopped(SignalNumber(waitStatus >> 8 & 0xff))
    } else {
      self = .signaled(SignalNumber(low), coreDumped: waitStatus & 0x80 != 0)
    }
  }

  /// Whether the process is gone.
  package var isFinal: Bool {
    switch self {
    case .exited, .signaled: true
    case .stopped, .continued: false
    }
  }

  /// The status as the shell shows it: 0 to 255, or 128 and the number of the signal.
  package var shellStatus: Int {
    switch self {
    case .exited(let status): status
    case .signaled(let signal, _), .stopped(let signal): 128 + Int(signal.rawValue)
    case .continued: 0
    }
  }
}
