import ByteStrings
import Platform
import ShellRuntime
import ShellSyntax
import SystemPackage

extension BuiltinError {
  /// Whether the usage line helps.
  var showsUsage: Bool {
    switch self {
    case .noSuchOption, .optionWithoutArgument, .missingOperand, .unexpectedOperand, .jobAsCommand: true
    default: false
    }
  }

  var status: ExitStatus {
    switch self {
    case .noSuchOption, .optionWithoutArgument, .missingOperand, .unexpectedOperand, .notANumber, .notAnInteger,
      .expectedUnaryOperator, .expectedBinaryOperator, .missingBracket, .missingParenthesis, .nestedTooDeep,
      .noSuchShellOption, .invalidMode, .outOfRange, .variable, .shiftTooFar, .notATime, .notAStatus, .jobAsCommand,
      .notVirtualTime, .notMainEnvironment:
      .usageError
    case .notOwnJob: .commandNotFound
    default: .failure
    }
  }

  /// The object, then what is wrong with it.
  var message: String {
    switch self {
    case .noSuchOption(let letter): "\(option(letter)): no such option"
    case .optionWithoutArgument(let letter): "\(option(letter)): an argument is missing"
    case .missingOperand(let what): "expected \(what)"
    case .unexpectedOperand(let operand): "\(operand.visible): one operand too many"
    case .notANumber(let text): "\(shown(text)): not a number"
    case .notAnInteger(let text): "\(shown(text)): not an integer"
    case .incompleteNumber(let text): "\(shown(text)): not a number to its end"
    case .outOfRange(let text): "\(text.visible): out of range"
    case .system(let object, let error): "\(shown(object)): \(error.text)"
    case .variable(let error): error.message
    case .notSet(let name): "\(name.visible): not set"
    case .notFound(let name): "\(shown(name)): not found"
    default: particularMessage
    }
  }

  /// What one builtin alone has to say.
  private var particularMessage: String {
    switch self {
    case .expectedUnaryOperator(let text): "\(shown(text)): expected a unary operator such as -n or -f"
    case .expectedBinaryOperator(let text): "\(shown(text)): expected a binary operator such as = or -eq"
    case .missingBracket: "the closing ] is missing"
    case .missingParenthesis: "the closing ) is missing"
    case .nestedTooDeep: "parentheses are nested too deep"
    case .invalidAliasName(let name): "\(shown(name)): not a valid alias name"
    case .noSuchShellOption(let name): "\(shown(name)): no such shell option"
    case .invalidMode(let text): "\(shown(text)): not a file mode"
    case .incompleteConversion(let text): "\(text.visible): the conversion is not complete"
    case .noSuchConversion(let text): "\(text.visible): no such conversion"
    case .noSuchAlias(let name): "\(shown(name)): no such alias"
    case .noSuchSignal(let name): "\(shown(name)): no such signal"
    case .noSuchBuiltin(let name): "\(shown(name)): no such builtin"
    case .noSuchHistoryEntry(let number): "\(number.visible): no such history entry"
    case .shiftTooFar(let count, let available): "\(count): only \(available) positional parameters"
    case .emptyPath: "'': the path is empty"
    case .unknownWorkingDirectory: "the working directory's path cannot be found out"
    case .notInteractive: "only in an interactive shell"
    case .badBinding: "the line editor does not accept this"
    case .aboveHardLimit(let text): "\(text.visible): above the hard limit"
    case .belowSoftLimit(let text): "\(text.visible): below the soft limit"
    case .badDescriptor(let number): "\(number): \(Errno.badFileDescriptor.text)"
    default: messageAboutJobs
    }
  }

  private var messageAboutJobs: String {
    switch self {
    case .noSuchJob(let id), .notOwnJob(let id): "\(shown(id)): no such job"
    case .ambiguousJob(let id): "\(shown(id)): ambiguous, several jobs fit"
    case .noCurrentJob: "no current job"
    case .jobHasEnded(let id): "\(shown(id)): already done"
    case .alreadyRunning(let id): "\(shown(id)): already running"
    case .noJobControl(let id): "\(shown(id)): no job control"
    case .circle(let id, let ids):
      "\(shown(id)): would wait for itself: \((ids + ids.prefix(1)).map { "\($0)" }.joined(separator: " -> "))"
    case .jobStopped(let id): "\(shown(id)): is stopped"
    case .notAFuture(let id): "\(shown(id)): not a future"
    case .alreadyResolved(let id): "\(shown(id)): resolved already"
    case .notAProcessOrJob(let text): "\(shown(text)): expected a process or job ID"
    case .notATime(let text): "\(shown(text)): not a time"
    case .notAStatus(let text): "\(shown(text)): expected a status from 0 to 255"
    case .jobAsCommand(let id): "\(shown(id)): a job, not a command"
    case .notVirtualTime: "the clock is real; --virtual-time makes one that can be advanced"
    case .notMainEnvironment: "not in the background or in a subshell"
    case .loginShell: "a login shell is only suspended with -f"
    case .cannotSuspend: "no job control"
    default: preconditionFailure("`BuiltinError.message` has the words of every other case")
    }
  }

  private func option(_ letter: UInt8) -> String { "-\(ByteString(repeating: letter, count: 1).visible)" }

  /// What a user wrote; quotes show where nothing was written.
  private func shown(_ text: ByteString) -> String { text.isEmpty ? "''" : text.visible.description }
}
