import ByteStrings
import ShellRuntime
import SystemPackage

/// Why a builtin could not do what it was asked. `Wording.swift` has the words.
enum BuiltinError: Error, Equatable {
  // MARK: It was called the wrong way: status 2, with the usage line
  case noSuchOption(UInt8)
  case optionWithoutArgument(UInt8)
  /// What was expected.
  case missingOperand(String)
  case unexpectedOperand(ByteString)

  // MARK: An operand makes no sense: status 2
  case outOfRange(ByteString)
  case variable(VariableError)
  case shiftTooFar(Int, available: Int)
  case notANumber(ByteString)
  case notAnInteger(ByteString)
  case expectedUnaryOperator(ByteString)
  case expectedBinaryOperator(ByteString)
  case missingBracket
  case missingParenthesis
  case nestedTooDeep
  case noSuchShellOption(ByteString)
  case invalidMode(ByteString)

  // MARK: It did not work: status 1
  case invalidAliasName(ByteString)
  case incompleteNumber(ByteString)
  case incompleteConversion(ByteString)
  case noSuchConversion(ByteString)
  case notSet(ByteString)
  case noSuchAlias(ByteString)
  case noSuchSignal(ByteString)
  case noSuchBuiltin(ByteString)
  case noSuchHistoryEntry(ByteString)
  case notFound(ByteString)
  case emptyPath
  case unknownWorkingDirectory
  case notInteractive
  case badBinding
  case aboveHardLimit(ByteString)
  case belowSoftLimit(ByteString)
  case badDescriptor(Int)
  case system(ByteString, Errno)

  // MARK: Jobs
  case noSuchJob(ByteString)
  case ambiguousJob(ByteString)
  case noCurrentJob
  /// It belongs to the environment around this subshell, which alone may wait for it: status 127.
  case notOwnJob(ByteString)
  case jobHasEnded(ByteString)
  case alreadyRunning(ByteString)
  case noJobControl(ByteString)
  /// The jobs that would wait for each other.
  case circle(ByteString, [ByteString])
  case jobStopped(ByteString)
  case notAFuture(ByteString)
  case alreadyResolved(ByteString)
  case notAProcessOrJob(ByteString)
  case notATime(ByteString)
  case notAStatus(ByteString)
  case jobAsCommand(ByteString)
  case notVirtualTime
  case notMainEnvironment
  case loginShell
  case cannotSuspend
}
