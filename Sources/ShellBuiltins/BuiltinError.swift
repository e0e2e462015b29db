import ByteStrings
import ShellRuntime
import SystemPackage

/// Why a builtin could not do what it was asked: what it prints, and the status that it ends with.
///
/// It is made of an error of one concern: `throw .usage(.missingOperand("a file"))`.
struct BuiltinError: Error, Equatable {
  let message: String
  let status: ExitStatus
  /// Whether the usage line helps.
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
  /// The object, then what is wrong with it.
  var message: String { get }
  var status: ExitStatus { get }
  var showsUsage: Bool { get }
}

extension WordedError {
  var status: ExitStatus { .failure }
  var showsUsage: Bool { false }
}

// MARK: - Errors of many builtins

/// The builtin was called the wrong way.
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

/// An operand makes no sense.
enum OperandError: WordedError {
  case notANumber(ByteString)
  /// Something that is no digit follows the number.
  case incompleteNumber(ByteString)
  case outOfRange(ByteString)
  case notATime(ByteString)
  case notAStatus(ByteString)
  case invalidMode(ByteString)

  var status: ExitStatus { .usageError }
}

/// A name stands for nothing.
enum LookupError: WordedError {
  case notFound(ByteString)
  case noSuchBuiltin(ByteString)
  case noSuchSignal(ByteString)
}

/// The builtin has no use where it was called.
enum EnvironmentError: WordedError {
  case notMain
  case realTime

  var status: ExitStatus { .usageError }
}

/// The system refused something.
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
