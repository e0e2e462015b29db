import Platform

/// The exit status of a command, 0 to 255.
package struct ExitStatus: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int32

  @inlinable package init(rawValue: Int32) { self.rawValue = rawValue }

  /// The lowest eight bits of `value`, as for the operand of `exit`.
  @inlinable package init(truncating value: Int) { rawValue = Int32(truncatingIfNeeded: value & 0xff) }

  @inlinable package static var success: ExitStatus { ExitStatus(rawValue: 0) }
  @inlinable package static var failure: ExitStatus { ExitStatus(rawValue: 1) }
  /// The command was called the wrong way, or the shell's input was.
  @inlinable package static var usageError: ExitStatus { ExitStatus(rawValue: 2) }
  /// `timeout` ended the command, or `wait -t` gave up.
  @inlinable package static var timedOut: ExitStatus { ExitStatus(rawValue: 124) }
  /// The command was found and could not be run.
  @inlinable package static var cannotExecute: ExitStatus { ExitStatus(rawValue: 126) }
  @inlinable package static var commandNotFound: ExitStatus { ExitStatus(rawValue: 127) }
  /// The shell's input cannot be read to its end.
  @inlinable package static var unreadableInput: ExitStatus { ExitStatus(rawValue: 128) }

  /// The status of what a signal ended or stopped: 128 and the signal's number.
  package static func signal(_ signal: SignalNumber) -> ExitStatus { ExitStatus(rawValue: 128 + signal.rawValue) }

  @inlinable package var isSuccess: Bool { rawValue == 0 }

  /// 0 for true, 1 for false.
  @inlinable package static func truth(_ value: Bool) -> ExitStatus { value ? .success : .failure }
}
