import ByteStrings
import ShellRuntime
import SystemPackage

/// Why a builtin failed: the message and the exit status.
///
/// It is made of an error of one concern: `throw .usage(.missingOperand("a file"))`.
struct BuiltinError: Error, Equatable {
  let message: String
  let status: ExitStatus
  /// Whether the usage line is printed too.
  let showsUsage: Bool

  init(_ error: some WordedError) {
    message = error.message
    status = error.status
    showsUsage = error.showsUsage
  }
}

/// An error of one concern or of one builtin. It is declared there, beside its name in `BuiltinError`;
/// `Wording.swift` has its words.
protocol WordedError: Error {
  /// The message: the object, then the reason.
  var message: String { get }
  var status: ExitStatus { get }
  var showsUsage: Bool { get }
}

extension WordedError {
  var status: ExitStatus { .failure }
  var showsUsage: Bool { false }
}

// MARK: - Errors of many builtins

/// Wrong usage of a builtin.
enum UsageError: WordedError {
  case noSuchOption(UInt8)
  case optionWithoutArgument(UInt8)
  /// What was expected.
  case missingOperand(String)
  case unexpectedOperand(ByteString)
  case jobAsCommand(ByteString)

  var status: ExitStatus { .usageError }
  var showsUsage: Bool { true }
}

/// An operand is invalid.
enum OperandError: WordedError {
  case notANumber(ByteString)
  /// The number is followed by other characters.
  case incompleteNumber(ByteString)
  case outOfRange(ByteString)
  case notATime(ByteString)
  case notAStatus(ByteString)
  case invalidMode(ByteString)

  var status: ExitStatus { .usageError }
}

/// Nothing has this name.
enum LookupError: WordedError {
  case notFound(ByteString)
  case noSuchBuiltin(ByteString)
  case noSuchSignal(ByteString)
}

/// The builtin cannot be used in this environment.
enum EnvironmentError: WordedError {
  case notMain
  case realTime

  var status: ExitStatus { .usageError }
}

/// A system call failed.
struct SystemError: WordedError {
  let object: ByteString
  let error: Errno
}

extension VariableError: WordedError {
  var status: ExitStatus { .usageError }
}

extension BuiltinError {
  static func usage(_ error: UsageError) -> Self { Self(error) }
  static func operand(_ error: OperandError) -> Self { Self(error) }
  static func lookup(_ error: LookupError) -> Self { Self(error) }
  static func environment(_ error: EnvironmentError) -> Self { Self(error) }
  static func system(_ object: ByteString, _ error: Errno) -> Self { Self(SystemError(object: object, error: error)) }
  static func variable(_ error: VariableError) -> Self { Self(error) }
}
